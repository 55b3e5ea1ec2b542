// What goes on when the instance of the component is another one: after a trap the configuration and the listeners,
// after a refresh of an idle one also the figures and the id.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, runScript } from "./harness.mjs";

let place;

before(async () => {
  place = await install("SOMON_TRAP_TARBALL");
});
after(() => place?.remove());

const TRAP = `import { ModuleSystem } from "somon-wasm";
import { breakNow } from "somon-wasm/trap";
const sources = { "somon:///a.som": "содир собит а = 1;" };
const system = new ModuleSystem({ loading: { sources }, logger: { sink: "none", ring: 9 }, resolution: { baseUrl: "somon:///" } });
const heard = [];
system.on("load", ({ id }) => heard.push(id));
system.onConfigChange("*", (value, old, key) => heard.push(key));
system.updateConfig({ maxRetries: 7, health: { memoryWarn: 0.5 } });
await system.loadModule("./a.som");
const before = await system.getHealth();
try { breakNow("trap"); } catch {}
const after = await system.getHealth();
const config = system.getConfig();
await system.loadModule("./a.som");
const { version } = system.updateConfig({ maxRetries: 8 });
await 0;
console.log(JSON.stringify({
  ids: before.instanceId !== after.instanceId,
  before: before.status,
  after: after.status,
  runtime: after.checks.find(({ name }) => name === "runtime"),
  config: [config.maxRetries, config["health.memoryWarn"], version],
  loads: system.getMetrics().totalLoads,
  heard,
  logged: system.logs({ level: "error" }).map(({ message }) => message),
}));
`;

const OUTGROWN = `import { ModuleSystem } from "somon-wasm";
const body = "// " + "x".repeat(4_000_000);
const answer = (url) => url.includes("down") ? new Response("", { status: 500 })
  : new Response(body, { headers: { "content-type": "text/plain", "cache-control": "max-age=600" } });
const system = new ModuleSystem({
  resolution: { baseUrl: "https://example.org/" },
  circuitBreakers: { failureThreshold: 1 },
  loading: { fetch: async (url) => answer(url), retry: { maxRetries: 0 }, maxCacheMemory: 200_000_000 },
});
const other = new ModuleSystem({ resolution: { baseUrl: "https://example.org/" }, loading: { fetch: async (url) => answer(url) } });
system.updateConfig({ concurrency: 3 });
await other.loadModule("./b.som");
for (let n = 0; n < 30; n++) await system.loadModule("./" + n + ".som");
const before = system.getMetrics();
system.clearCache();
other.clearCache();
await system.loadModule("./down.som").catch(() => {});
await new Promise((go) => setTimeout(go, 0));
const after = system.getMetrics();
const { code } = await system.loadModule("./0.som").catch((error) => error);
console.log(JSON.stringify({
  grew: before.memory.linearBytes > 64 * 1024 * 1024,
  shrank: after.memory.linearBytes < 16 * 1024 * 1024,
  ids: before.instanceId === after.instanceId,
  loads: [before.totalLoads, after.totalLoads, other.getMetrics().totalLoads],
  concurrency: system.getConfig().concurrency,
  health: (await system.getHealth()).checks.find(({ name }) => name === "runtime").status,
  code,
}));
`;

describe("another instance", () => {
  test("in place of an idle one that has outgrown what it holds has its figures, breakers, configuration and id", async () => {
    const told = JSON.parse(await runScript("node", place.write("outgrown.mjs", OUTGROWN), place.folder));
    assert.deepEqual(told, {
      grew: true,
      shrank: true,
      ids: true,
      loads: [30, 31, 1],
      concurrency: 3,
      health: "pass",
      code: "BREAKER_OPEN",
    });
  });

  test("after a trap has the last configuration and the listeners, empty figures and another id", async () => {
    const told = JSON.parse(await runScript("node", place.write("after.mjs", TRAP), place.folder));
    assert.deepEqual(
      { ...told, runtime: [told.runtime.status, told.runtime.message] },
      {
        ids: true,
        before: "healthy",
        after: "degraded",
        runtime: ["warn", "instance re-created after a trap"],
        config: [7, 0.5, 2],
        loads: 1,
        heard: ["maxRetries", "health.memoryWarn", "somon:///a.som", "somon:///a.som", "maxRetries"],
        logged: ["Instance re-created after a trap"],
      },
    );
  });
});
