// The configuration kept by the host: two systems that share a store, adapters for two key-value stores, stores that
// fail; and a shutdown that lets requests under way end.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { install, serve } from "./harness.mjs";

let place;
let ModuleSystem;
let stores;

before(async () => {
  place = await install();
  const entry = (name) => import(join(place.folder, "node_modules/somon-wasm", name));
  ({ ModuleSystem } = await entry("entry/node.js"));
  stores = await entry("dist/config_store.js");
});
after(() => place?.remove());

/** What Cloudflare binds: text by key. */
function namespace() {
  const texts = new Map();
  const counts = { get: 0, put: 0 };
  return {
    texts,
    counts,
    get: async (key, type) => (counts.get++, assert.equal(type, "json"), JSON.parse(texts.get(key) ?? "null")),
    put: async (key, text) => void (counts.put++, texts.set(key, text)),
  };
}

/** What Deno opens: values by list of keys. */
function kv() {
  const values = new Map();
  return {
    values,
    get: async (key) => ({ value: values.get(JSON.stringify(key)) ?? null }),
    set: async (key, value) => void values.set(JSON.stringify(key), structuredClone(value)),
  };
}

const handler = { auth: { token: "t" } };
const headers = { authorization: "Bearer t", "content-type": "application/json" };
const context = () => {
  const waited = [];
  return { waited, waitUntil: (promise) => void waited.push(promise) };
};
const change = (body) => new Request("http://me/config", { method: "POST", headers, body: JSON.stringify(body) });
const asked = () => new Request("http://me/config", { headers });

test("two systems share what Cloudflare's KV keeps", async () => {
  const env = { CONFIG: namespace() };
  const make = () => new ModuleSystem({ handler, configStore: stores.cloudflareKv("CONFIG") });
  const [one, two] = [make(), make()];
  const ctx = context();
  const answer = await one.fetch(change({ maxCacheSize: 5 }), env, ctx);
  const { scope, instanceId } = await answer.json();
  assert.equal(scope, "instance");
  assert.equal(ctx.waited.length, 1);
  await Promise.all(ctx.waited);
  assert.equal(JSON.parse(env.CONFIG.texts.get("somon-config")).maxCacheSize, 5);
  const other = await two.fetch(asked(), env, ctx);
  assert.equal((await other.json()).maxCacheSize, 5);
  const health = await (await two.fetch(new Request("http://me/health"), env, ctx)).json();
  assert.notEqual(health.instanceId, instanceId);
  // Loading is no change: it is not saved again, and not loaded again.
  assert.deepEqual(env.CONFIG.counts, { get: 2, put: 1 });
  await Promise.all([one.shutdown(), two.shutdown()]);
});

test("Deno's KV keeps it, too", async () => {
  const store = kv();
  let opened = 0;
  const open = () => (opened++, store);
  const one = new ModuleSystem({ handler, configStore: stores.denoKv(open) });
  const ctx = context();
  await one.fetch(change({ "health.memoryWarn": 0.5 }), {}, ctx);
  await Promise.all(ctx.waited);
  const two = new ModuleSystem({ handler, configStore: stores.denoKv(open, "somon-config") });
  assert.equal((await (await two.fetch(asked())).json())["health.memoryWarn"], 0.5);
  assert.equal(opened, 2);
  await Promise.all([one.shutdown(), two.shutdown()]);
});

test("a store that fails, or holds nonsense, fails no request", async () => {
  const faults = [
    { load: async () => { throw new Error("down"); }, save: async () => { throw new Error("down"); } },
    { load: () => ({ maxCacheSize: -1, nonsense: 1 }), save: () => { throw new Error("down"); } },
    { load: () => "text", save: () => {} },
  ];
  for (const configStore of faults) {
    const system = new ModuleSystem({ handler, configStore });
    const warnings = [];
    system.on("warning", ({ message }) => warnings.push(message));
    const ctx = context();
    assert.equal((await (await system.fetch(asked(), {}, ctx)).json()).maxCacheSize, 1000);
    assert.equal((await system.fetch(change({ maxCacheSize: 9 }), {}, ctx)).status, 200);
    await Promise.all(ctx.waited);
    await new Promise((resolve) => setTimeout(resolve));
    assert.match(warnings[0], /^configStore\.load failed: /);
    assert.equal(system.getConfig().maxCacheSize, 9);
    await system.shutdown();
  }
});

test("a shutdown lets requests under way end, and refuses new ones at once", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const server = await serve(async (path, response) => {
    await held;
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end("содир собит а = 1;\n");
  });
  try {
    const system = new ModuleSystem({ resolution: { baseUrl: `${server.url}/` }, handler: { modules: {} } });
    const slow = system.fetch(new Request("http://me/m/a.js"));
    const over = system.shutdown({ graceMs: 20_000 });
    const late = await system.fetch(new Request("http://me/health/live"));
    assert.deepEqual([late.status, (await late.json()).code], [503, "SHUTDOWN"]);
    release();
    assert.equal((await slow).status, 200);
    await over;
    const cut = new ModuleSystem({ resolution: { baseUrl: `${server.url}/` }, handler: { modules: {} } });
    const lost = cut.fetch(new Request("http://me/m/a.js", { headers: { "x-request-id": "mine" } }));
    await cut.shutdown({ graceMs: 0 });
    const answer = await lost;
    assert.deepEqual([answer.status, (await answer.json()).requestId], [503, "mine"]);
  } finally {
    await server.close();
  }
});
