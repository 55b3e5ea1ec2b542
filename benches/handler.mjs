// What a request to the handler costs: its pure part as native code, measured right before by `benches/handler.rs`; the
// whole of it in Node, beside hono answering the same bytes and beside a bare Request and Response.
// It must never judge what it measured.
import { Hono } from "hono";

import { coreFigures } from "./core_figures.mjs";
import { middle, nodeEntry, row } from "./measure.mjs";

const CALLS = 3000;
const TOKEN = "secret";
const { ModuleSystem } = await import(nodeEntry());
const sources = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`somon:///m${index}.som`, `содир собит а = ${index};`]));
const system = new ModuleSystem({
  resolution: { baseUrl: "somon:///" },
  loading: { sources },
  handler: { auth: { token: TOKEN }, modules: {} },
});
for (const url of Object.keys(sources)) await system.loadModule(url);

const core = coreFigures();
for (const path of ["/health/live", "/health", "/metrics", "/metrics/prometheus", "/config", "/circuit-breakers", "/m/m7.js"]) {
  const request = () => new Request(`http://localhost${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const answer = await system.fetch(request());
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  const [headers, bytes] = [Object.fromEntries(answer.headers), await answer.arrayBuffer()];
  const hono = new Hono().get(path, (context) => context.body(bytes, 200, headers));
  const ours = await times(() => system.fetch(request()));
  const theirs = await times(() => hono.fetch(request()));
  const bare = await times(() => (request(), new Response(bytes, { status: 200, headers })));
  row(
    `GET ${path}, ${bytes.byteLength} bytes`,
    `${us(middle(ours))} us, p99 ${us(at(ours, 0.99))} us; pure part ${path.startsWith("/m/") ? "not alone" : `${us(core(path) / 1000)} us`}`,
    `hono ${us(middle(theirs))} us, ours ${(middle(ours) / middle(theirs)).toFixed(2)} of its time; bare ${us(middle(bare))} us`,
  );
}
await system.shutdown();

/** Microseconds of each call, its body read. */
async function times(call) {
  const all = [];
  for (let count = 0; count < CALLS; count += 1) {
    const begun = performance.now();
    await (await call()).arrayBuffer();
    all.push((performance.now() - begun) * 1000);
  }
  // The first third warms up.
  return all.slice(CALLS / 3);
}

function at(values, share) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
}

function us(time) {
  return time.toFixed(1);
}
