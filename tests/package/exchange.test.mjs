// What the package makes of a `fetch`, whose ever it is: what it is handed, what it may answer, what becomes of its
// body when nobody waits any more.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, RUNTIMES, runScript, serve } from "./harness.mjs";

const SCRIPT = `
import { ModuleSystem } from "somon-wasm";
const at = "http://127.0.0.1:9/a.som";
const good = 'содир собит х = "салом";';
const plain = { headers: { "content-type": "text/plain" } };
const stream = (source) => new Response(new ReadableStream(source), plain);
const system = (fetch, loading) =>
  new ModuleSystem({ loading: { fetch, retry: { maxRetries: 0 }, ...loading }, circuitBreakers: false });
const said = (fetch, loading) =>
  system(fetch, loading).loadModule(at).then(({ source }) => source.length, ({ code, message }) => code + " " + message.split(": ").slice(1).join(": "));
const found = {};

let handed;
await said((url, init) => ((handed = [url, init]), new Response(good, plain)));
const [url, init] = handed;
found.handed = [url, init.signal instanceof AbortSignal, init.redirect, typeof init.headers.accept, "body" in init];

const original = globalThis.fetch;
const late = new ModuleSystem();
globalThis.fetch = async () => new Response(good, plain);
found.replaced = (await late.loadModule(at)).source.length;
globalThis.fetch = original;

found.throws = await said(() => { throw new TypeError("no network today"); });
found.rejects = await said(async () => { throw new TypeError("failed", { cause: new Error("the cable") }); });
found.noResponse = await said(() => ({ ok: true }));
found.text = await said(() => stream({ start(c) { c.enqueue("text"); c.close(); } }));
found.locked = await said(() => { const r = new Response(good, plain); r.body.getReader(); return r; });
found.empty = await said(() => new Response(null, plain));
found.breaks = await said(() => stream({ start(c) { c.enqueue(new Uint8Array(1)); c.error(new Error("broken")); } }));
found.headers = await said(() => new Response(good, plain), { headers: () => "none" });
found.emptyChunks = await said(() => {
  let left = 300;
  return stream({ pull(c) { if (left-- > 0) c.enqueue(new Uint8Array(left % 3 ? 0 : 1).fill(32)); else c.close(); } });
});

// A body without an end is read no further than the limit allows, and closed.
let [pulled, closed] = [0, false];
const endless = { pull(c) { pulled += 65536; c.enqueue(new Uint8Array(65536).fill(32)); }, cancel() { closed = true; } };
found.endless = (await said(() => stream(endless), { maxModuleBytes: 1_000_000 })).split(" ")[0];
found.pulled = pulled <= 1_500_000;
found.closed = closed;

// A hook that does not look at its signal: its body is closed nevertheless.
for (const when of ["before its head", "amid its body"]) {
  let [isClosed, answer] = [false];
  const body = { pull: () => new Promise(() => {}), cancel: () => { isClosed = true; } };
  const abort = new AbortController();
  const load = system(() => when === "amid its body" ? stream(body) : new Promise((resolve) => (answer = resolve))).loadModule(at, undefined, { signal: abort.signal });
  await new Promise((resolve) => setTimeout(resolve, 20));
  abort.abort();
  const code = await load.catch(({ code }) => code);
  answer?.(stream(body));
  await new Promise((resolve) => setTimeout(resolve, 20));
  found[when] = [code, isClosed];
}

// A hook may stop what it was just told to do, and what comes after it in the same breath.
const abort = new AbortController();
const asked = [];
const stopping = system((url) => { asked.push(url); if (asked.length === 2) abort.abort(); return new Response('ворид "./b.som"; ворид "./c.som"; ворид "./d.som";', plain); });
found.stops = await stopping.loadModule(at, undefined, { signal: abort.signal }).catch(({ code }) => code);
await new Promise((resolve) => setTimeout(resolve, 20));
found.asked = asked.length;

// Each header that is of use, told by what follows from it: how often the module is asked for when it is loaded twice,
// what the second request says, what the call says.
const loads = async (...answers) => {
  const requests = [];
  const hook = (url, { headers }) => {
    requests.push([url, headers]);
    const [status, told] = answers[requests.length - 1] ?? answers[0];
    return new Response(status === 200 ? good : null, { status, headers: { ...plain.headers, ...told } });
  };
  const twice = system(hook);
  const load = () => twice.loadModule(at).then(({ source }) => source.length, ({ code, retryAfterMs }) => [code, retryAfterMs]);
  const said = [await load(), await load()][0];
  return { said, asked: requests.length, last: requests.at(-1) };
};
const [then, later] = ["Thu, 26 Nov 2026 10:00:00 GMT", "Thu, 26 Nov 2026 10:01:00 GMT"];
found.heard = {
  control: (await loads([200, { "cache-control": "max-age=60" }])).asked,
  age: (await loads([200, { "cache-control": "max-age=60", age: "60" }])).asked,
  expires: (await loads([200, { expires: later, date: then }])).asked,
  etag: (await loads([200, { etag: '"one"' }])).last[1]["if-none-match"],
  modified: (await loads([200, { "last-modified": then }])).last[1]["if-modified-since"] === then,
  type: (await loads([200, { "content-type": "image/png" }])).said[0],
  length: (await loads([200, { "content-length": "999" }])).said[0],
  encoding: (await loads([200, { "content-length": "999", "content-encoding": "br" }])).said,
  location: (await loads([302, { location: "/b.som" }], [200, {}])).said,
  retry: (await loads([503, { "retry-after": "7" }])).said,
};
console.log(JSON.stringify(found));
`;

const GOOD_LENGTH = 24;
const EXPECTED = {
  handed: ["http://127.0.0.1:9/a.som", true, "manual", "string", false],
  replaced: GOOD_LENGTH,
  throws: "LOAD_NETWORK the request failed: no network today",
  rejects: "LOAD_NETWORK the request failed: failed: the cable",
  noResponse: "LOAD_NETWORK the request failed: fetch did not answer with a Response",
  text: "LOAD_NETWORK the request failed: the body is not made of bytes",
  locked: "LOAD_NETWORK the request failed: the body of the Response is already being read",
  empty: 0,
  breaks: "LOAD_NETWORK the request failed: broken",
  headers: "LOAD_NETWORK the request failed: `loading.headers` did not answer with an object",
  emptyChunks: 100,
  endless: "LOAD_TOO_LARGE",
  pulled: true,
  closed: true,
  "before its head": ["LOAD_ABORTED", true],
  "amid its body": ["LOAD_ABORTED", true],
  stops: "LOAD_ABORTED",
  asked: 2,
  heard: {
    control: 1,
    age: 2,
    expires: 1,
    etag: '"one"',
    modified: true,
    type: "LOAD_MIME",
    length: "LOAD_NETWORK",
    encoding: GOOD_LENGTH,
    location: GOOD_LENGTH,
    retry: ["LOAD_HTTP", 7000],
  },
};

let place;
before(async () => {
  place = await install();
});
after(() => place?.remove());

describe("an exchange", () => {
  for (const runtime of Object.keys(RUNTIMES)) {
    test(`keeps to its word in ${runtime}`, async () => {
      const output = await runScript(runtime, place.write("exchange.mjs", SCRIPT), place.folder);
      assert.deepEqual(JSON.parse(output), EXPECTED);
    });
  }

  test("frees its place before its answer is read: what is known already goes out at once", async () => {
    const texts = new Map([["/main.som", Array.from({ length: 40 }, (_, at) => `ворид "./m${at}.som";\n`).join("")]]);
    for (let at = 0; at < 40; at += 1) texts.set(`/m${at}.som`, "1;\n".repeat(5000));
    let [open, most] = [0, 0];
    const server = await serve((path, response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open -= 1;
        response.writeHead(200, { "content-type": "text/plain" }).end(texts.get(path));
      }, 2);
    });
    try {
      const script = `
import { ModuleSystem } from "somon-wasm";
const system = new ModuleSystem({ loading: { concurrency: 4 } });
const { modules, errors } = await system.compile(${JSON.stringify(`${server.url}/main.som`)});
console.log(modules.size, errors.length);
`;
      assert.equal(await runScript("node", place.write("places.mjs", script), place.folder), "41 0\n");
      assert.equal(server.requests.length, 41);
      assert.equal(most, 4);
    } finally {
      await server.close();
    }
  });
});
