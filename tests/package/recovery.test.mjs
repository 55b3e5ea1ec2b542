// What goes on when the component had to start again after a trap: the configuration and the listeners.

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
const breakers = system.circuitBreakers;
for (const key of ["a", "b"]) await breakers.execute(key, () => 1);
let finish;
const underWay = breakers.execute("a", () => new Promise((resolve) => (finish = resolve)));
try { breakNow("trap"); } catch {}
const after = await system.getHealth();
const config = system.getConfig();
await system.loadModule("./a.som");
const { version } = system.updateConfig({ maxRetries: 8 });
for (const key of ["b", "a", "a"]) await breakers.execute(key, () => 1);
finish("late");
const late = await underWay;
console.log(JSON.stringify({
  ids: before.instanceId !== after.instanceId,
  before: before.status,
  after: after.status,
  runtime: after.checks.find(({ name }) => name === "runtime"),
  config: [config.maxRetries, config["health.memoryWarn"], version],
  loads: system.getMetrics().totalLoads,
  heard,
  late,
  calls: breakers.states().map(({ key, totalRequests, totalSuccesses }) => [key, totalRequests, totalSuccesses]),
  logged: system.logs({ level: "error" }).map(({ message }) => message),
}));
`;

describe("another instance", () => {
  test("after a trap has the last configuration and the listeners, empty figures and breakers and another id", async () => {
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
        late: "late",
        calls: [["a", 2, 2], ["b", 1, 1]],
        logged: ["Instance re-created after a trap"],
      },
    );
  });
});
