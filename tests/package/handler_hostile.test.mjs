// A thousand odd requests from a seed through the package in Node, objects that are no requests among them: the handler
// never throws and never rejects, answers no 500, tells no secret and changes nothing. The ten thousand of
// tests/http/hostile.rs ask the component alone.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { install } from "./harness.mjs";

const READ = "r-7d1f0a-secret";
const WRITE = "w-99c2e4-secret";

let place;
let ModuleSystem;

before(async () => {
  place = await install();
  ({ ModuleSystem } = await import(join(place.folder, "node_modules/somon-wasm/entry/node.js")));
});
after(() => place?.remove());

/** Mulberry32. */
function dice(seed) {
  return (sides) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let z = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) % sides;
  };
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];
const PATHS = ["/health", "/metrics", "/config", "/circuit-breakers", "/admin/reset", "/admin/cache", "/modules", "/graph", "/m/a.js", "/m/%2e%2e%2fa.js", "/bundle.js", "/compile", "/%zz", "/%ff", "//", "/m/~/https/evil.example/a.js", "/__proto__"];
const QUERIES = ["", "?entry=../../etc/passwd", "?v=<script>", "?limit=-1", "?entry=%ff", "?target=es5&minify=7"];
const HEADERS = [["authorization", `Bearer ${WRITE}`], ["authorization", `Bearer ${READ}`], ["authorization", `Bearer ${READ}x`], ["origin", "https://evil.example"], ["content-type", "application/json"], ["content-type", "text/plain"], ["content-length", "99999999"], ["accept", ";;;q=,*/*;q=0"], ["if-match", '"v9"'], ["x-request-id", "<b>"]];
const BODIES = ["", "{", "[]", "null", '{"maxCacheSize":-1}', '{"__proto__":{"a":1}}', '{"type":"open","key":"ghost"}', "\u{feff}{}", '{"source":1}', "x".repeat(5000)];

/** Things that only look like requests. */
const IMPOSTORS = [
  {},
  { method: "GET", url: "/health", headers: new Headers() },
  { method: "GET", url: "https://me/health", headers: null },
  { get url() { throw new Error("no"); }, method: "GET", headers: new Headers() },
  { method: { toString: null }, url: "https://me/", headers: new Headers() },
  { method: "POST", url: "https://me/config", headers: new Headers([["authorization", `Bearer ${WRITE}`], ["content-type", "application/json"]]), get body() { throw new Error("no"); } },
  { method: "POST", url: "https://me/config", headers: new Headers([["authorization", `Bearer ${WRITE}`], ["content-type", "application/json"]]), body: new ReadableStream({ pull: (to) => to.error(new Error("broken")) }) },
  { method: "POST", url: "https://me/config", headers: new Headers([["authorization", `Bearer ${WRITE}`], ["content-type", "application/json"]]), body: new ReadableStream({ pull: (to) => to.enqueue("text, no bytes") }) },
  undefined,
  null,
];

test("a thousand odd requests", async () => {
  const system = new ModuleSystem({
    resolution: { baseUrl: "somon:///" },
    loading: { sources: { "somon:///a.som": "содир собит а = 1;" } },
    handler: { auth: { readToken: READ, writeToken: WRITE }, modules: {}, maxBodyBytes: 2048 },
  });
  const config = async () => {
    const answer = await system.fetch(new Request("https://me/config", { headers: { authorization: `Bearer ${READ}` } }));
    return [answer.headers.get("etag"), await answer.text()];
  };
  const before = await config();
  const roll = dice(20_260_101);
  const seen = new Set();
  for (let count = 0; count < 1000; count++) {
    // A quarter is right but for its body.
    const isChange = roll(4) === 0;
    const method = isChange ? "POST" : METHODS[roll(METHODS.length)];
    const path = isChange ? ["/config", "/circuit-breakers", "/compile"][roll(3)] : PATHS[roll(PATHS.length)];
    const url = `https://me${path}${QUERIES[roll(QUERIES.length)]}`;
    const headers = new Headers(Array.from({ length: roll(4) }, () => HEADERS[roll(HEADERS.length)]));
    if (isChange) for (const [name, value] of [HEADERS[0], HEADERS[4]]) headers.set(name, value);
    const body = method === "GET" || method === "HEAD" || roll(3) === 0 ? null : new Response(BODIES[roll(BODIES.length)]).body;
    const request = count % 50 === 0 ? IMPOSTORS[(count / 50) % IMPOSTORS.length] : { method, url, headers, body };
    const told = `${count}: ${method} ${url} ${JSON.stringify([...headers])}`;
    const answer = await system.fetch(request);
    assert.ok(answer instanceof Response, told);
    const text = await answer.text();
    seen.add(answer.status);
    assert.ok(answer.status < 500 || (answer.status > 501 && answer.status < 505), `${told} ${answer.status} ${text}`);
    for (const secret of [READ, WRITE]) assert.ok(!text.includes(secret) && !JSON.stringify([...answer.headers]).includes(secret), told);
  }
  for (const status of [200, 204, 400, 401, 403, 404, 405, 413, 415]) assert.ok(seen.has(status), `${status} of ${[...seen]}`);
  assert.deepEqual(await config(), before);
  await system.shutdown();
});
