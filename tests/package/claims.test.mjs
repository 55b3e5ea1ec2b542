// Claims of docs/claims.md that only the whole package can show: each test is named after its rows.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { install, RUNTIMES, runScript, serve } from "./harness.mjs";

/** How many requests the long run takes: all of the claim in the gate, a tenth elsewhere. */
const REQUESTS = Number(process.env.SOMON_SOAK_SECONDS ?? 3) >= 10 ? 100_000 : 10_000;
const TOKEN = "claims-token";

let place;
let ModuleSystem;

before(async () => {
  place = await install();
  ({ ModuleSystem } = await import(join(place.folder, "node_modules/somon-wasm/entry/node.js")));
});
after(() => place?.remove());

test("S-68: externals and breakers are options as the seed writes them", async () => {
  for (const runtime of Object.keys(RUNTIMES)) {
    const file = place.write(
      "seed.mjs",
      `import { ModuleSystem } from "somon-wasm";
const moduleSystem = new ModuleSystem({ circuitBreakers: true, loading: { externals: ["axios", "lodash"] } });
console.log(moduleSystem.resolve("axios"), moduleSystem.resolve("lodash"));
await moduleSystem.shutdown();
`,
    );
    assert.equal(await runScript(runtime, file, place.folder), "external:axios external:lodash\n", runtime);
  }
});

test("S-12: figures move with one load, and memory with a large one", async () => {
  const large = `содир собит а = "${"ҷ".repeat(200_000)}";`;
  // Through a fetch, so that the text is held once.
  const texts = { "http://localhost/a.som": "содир собит а = 1;", "http://localhost/large.som": large };
  const fetch = async (url) => new Response(texts[url], { headers: { "content-type": "text/plain" } });
  const system = new ModuleSystem({ resolution: { baseUrl: "http://localhost/" }, loading: { fetch, httpCache: "session" } });
  const before = system.getMetrics();
  await system.loadModule("./a.som");
  const after = system.getMetrics();
  assert.deepEqual([after.totalLoads - before.totalLoads, after.modulesInCache - before.modulesInCache], [1, 1]);
  await system.loadModule("./large.som");
  const { liveBytes, linearBytes } = system.getMetrics().memory;
  assert.ok(liveBytes > after.memory.liveBytes + 300_000, `${after.memory.liveBytes} to ${liveBytes}`);
  assert.ok(linearBytes >= liveBytes);
  await system.shutdown();
});

test("S-29: a thousand requests under way see a hundred changes of the configuration whole", async () => {
  const system = inMemory({ "a.som": "содир собит а = 1;" }, { handler: { publicRead: true, modules: {} } });
  const answers = [];
  // Two keys that always change together: whoever sees one of the old and one of the new has seen a mixture.
  const { failureThreshold, successThreshold } = system.getConfig();
  const pairs = new Map([[failureThreshold, successThreshold]]);
  for (let step = 0; step < 1000; step += 1) {
    answers.push(ask(system, step % 3 === 0 ? "/m/a.js" : "/config"));
    if (step % 10 === 5) {
      const change = { failureThreshold: 50 + (step - 5) / 10, successThreshold: 1 + (step % 7) };
      pairs.set(change.failureThreshold, change.successThreshold);
      system.updateConfig(change);
    }
    if (step % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const seen = new Set();
  for (const answer of await Promise.all(answers)) {
    assert.equal(answer.status, 200);
    if (!answer.headers.get("content-type").includes("json")) continue;
    const config = await answer.json();
    assert.equal(config.successThreshold, pairs.get(config.failureThreshold));
    seen.add(config.failureThreshold);
  }
  assert.equal(pairs.size, 101);
  assert.ok(seen.size > 50, `${seen.size} versions were seen`);
  await system.shutdown();
});

test("S-36: what the methods tell is what the routes tell", async () => {
  const system = inMemory({ "a.som": "содир собит а = 1;" }, { handler: { publicRead: true } });
  await system.loadModule("./a.som");
  const told = await (await ask(system, "/metrics")).json();
  const metrics = system.getMetrics();
  assert.deepEqual(Object.keys(told).sort(), Object.keys(metrics).sort());
  for (const field of ["totalLoads", "modulesInCache", "cacheHitRate", "cacheMemoryUsage", "loadErrors", "instanceId", "host"]) {
    assert.deepEqual(told[field], metrics[field], field);
  }
  const health = await (await ask(system, "/health")).json();
  const own = await system.getHealth();
  assert.deepEqual([health.status, health.version, health.instanceId], [own.status, own.version, own.instanceId]);
  // How busy the last minute was differs from one call to the next.
  const steady = (checks) => checks.map(({ name, status, message }) => [name, status, name === "cpu" || message]);
  assert.deepEqual(steady(health.checks), steady(own.checks));
  await system.shutdown();
});

test("S-35: a closed handler answers 503 with Retry-After, an open one as before", async () => {
  const system = inMemory({});
  const handler = system.createHandler({ publicRead: true });
  const get = () => handler(new Request("http://localhost/health"));
  assert.equal((await get()).status, 200);
  handler.close();
  const closed = await get();
  assert.equal(closed.status, 503);
  assert.ok(Number(closed.headers.get("retry-after")) > 0);
  handler.reopen();
  assert.equal((await get()).status, 200);
  await system.shutdown();
});

test("S-37: the end rejects what is under way, comes once, and gives memory back", async () => {
  const probe = inMemory({});
  const live = () => probe.getMetrics().memory.liveBytes;
  const cycle = async () => {
    const server = await serve(() => {}); // Never answers.
    const system = new ModuleSystem({ resolution: { baseUrl: `${server.url}/` }, metrics: false });
    const waiting = assert.rejects(system.loadModule("./a.som"), { code: "SHUTDOWN" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const end = system.shutdown({ graceMs: 10 });
    assert.equal(system.shutdown(), end);
    await Promise.all([waiting, end]);
    await assert.rejects(system.loadModule("./a.som"), { code: "SHUTDOWN" });
    await server.close();
  };
  await cycle();
  const before = live();
  for (let round = 0; round < 5; round += 1) await cycle();
  assert.ok(live() <= before * 1.05, `${before} to ${live()}`);
  await probe.shutdown();
});

test("S-104: many requests, one fetch of a hundred failing and one origin dead", { timeout: 250_000 }, async () => {
  const dead = "http://dead.example";
  let fetches = 0;
  const system = new ModuleSystem({
    resolution: { baseUrl: "http://live.example/", allowedOrigins: [dead] },
    loading: {
      defaultTtlMs: 50,
      staleIfErrorMs: 60_000,
      retry: { maxRetries: 1, initialDelay: 1 },
      fetch: async (url) => {
        fetches += 1;
        if (url.startsWith(dead) || fetches % 100 === 0) throw new TypeError("fetch failed");
        return new Response("содир собит а = 1;", { headers: { "content-type": "text/plain", etag: '"1"' } });
      },
    },
    handler: { auth: { token: TOKEN }, modules: {} },
  });
  const { instanceId } = system.getMetrics();
  const paths = ["/health", "/health/live", "/metrics", "/config", "/circuit-breakers", ...Array.from({ length: 15 }, (_, at) => `/m/m${at}.js`)];
  let succeeded = 0;
  const failed = new Map();
  const memory = [];
  for (let sent = 0; sent < REQUESTS; sent += 100) {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, at) => ask(system, paths[(sent + at) % paths.length])));
    for (const [at, answer] of answers.entries()) {
      const text = await answer.text();
      const path = paths[(sent + at) % paths.length];
      // 503 is what `/health` answers when it is asked well and the breakers of both origins are open.
      if (answer.status === 200 || (path === "/health" && answer.status === 503)) succeeded += 1;
      else failed.set(`${path}: ${answer.status}`, text.slice(0, 200));
    }
    if (sent % 1000 === 0) await system.loadModule(`${dead}/x.som`).catch(() => {});
    if (sent % (REQUESTS / 20) === 0) memory.push(system.getMetrics().memory.liveBytes);
  }
  assert.ok(succeeded >= REQUESTS * 0.999, `${succeeded} of ${REQUESTS}, not ${JSON.stringify([...failed])}`);
  assert.ok(fetches > 100);
  // A trap would have begun a new instance.
  assert.equal(system.getMetrics().instanceId, instanceId);
  const [middle, last] = [memory[memory.length >> 1], memory.at(-1)];
  assert.ok(last <= middle * 1.05 + 64 * 1024, `live bytes: ${memory}`);
  await system.shutdown();
});

function inMemory(files, options = {}) {
  const sources = Object.fromEntries(Object.entries(files).map(([name, text]) => [`somon:///${name}`, text]));
  return new ModuleSystem({ resolution: { baseUrl: "somon:///" }, ...options, loading: { sources, ...options.loading } });
}

function ask(system, path) {
  return system.fetch(new Request(`http://localhost${path}`, { headers: { authorization: `Bearer ${TOKEN}` } }));
}
