// The table of requests in every host: over a socket in workerd, Deno, Node and Bun, and directly in a page.
// Each gives the answers of the table, and all give the same.

import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startDeno, startScript, startWorkerd } from "./edge.mjs";
import { ROWS, UPSTREAM } from "./handler.table.mjs";
import { install, serve } from "./harness.mjs";
import { linesInPage } from "./page.mjs";

let place;
let upstream;
const answersOf = new Map();

before(async () => {
  place = await install();
  copyFileSync(new URL("handler.table.mjs", import.meta.url), join(place.folder, "handler.table.mjs"));
  copyFileSync(join(place.folder, "node_modules/somon-wasm/worker/node.js"), join(place.folder, "listen.mjs"));
  const files = new Map(Object.entries(UPSTREAM).map(([path, file]) => [decodeURIComponent(path), file]));
  upstream = await serve((path, response, request) => {
    // A page asks whether it may send the header of a trace to another origin.
    response.setHeader("access-control-allow-headers", "traceparent");
    if (request.method === "OPTIONS") return response.end();
    const file = files.get(path);
    if (file === "hangs") return;
    response.statusCode = file === undefined ? 404 : typeof file === "number" ? file : 200;
    response.setHeader("content-type", path.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8");
    response.end(typeof file === "string" ? file : "");
  });
});
after(async () => {
  await upstream?.close();
  place?.remove();
});

const worker = () => `import { ModuleSystem } from "somon-wasm";
import { ENV, handlers } from "./handler.table.mjs";
const all = handlers(ModuleSystem, ${JSON.stringify(upstream.url)});
export const fetch = async (request, env, ctx) =>
  (await all[request.headers.get("x-handler")](request, ENV, ctx)) ?? new Response(null, { headers: { "x-passed": "yes" } });
export default { fetch };
`;

const LISTENING = /(http:\/\/127\.0\.0\.1:\d+)/;
const SERVERS = {
  workerd: (file) => startWorkerd(place, file),
  deno: (file) => startDeno(place, file),
  node: (file) => {
    const script = `import { listen } from "./listen.mjs"; import { fetch } from ${JSON.stringify(file)};
const server = await listen(fetch, { port: 0 }); console.log("http://127.0.0.1:" + server.address().port);`;
    return startScript("node", place, place.write("node.mjs", script), LISTENING);
  },
  bun: (file) => {
    const script = `import { fetch } from ${JSON.stringify(file)};
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch }); console.log("http://127.0.0.1:" + server.port);`;
    return startScript("bun", place, place.write("bun.mjs", script), LISTENING);
  },
};

for (const [name, start] of Object.entries(SERVERS)) {
  test(name, async () => {
    const server = await start(place.write("handler.worker.mjs", worker()));
    try {
      const answers = await askAll((row, headers) => askOver(server.url, row, headers), server.url);
      answersOf.set(name, answers);
    } finally {
      await server.close();
    }
    check(answersOf.get(name));
  });
}

test("page", async () => {
  const script = `import { ModuleSystem } from "somon-wasm";
import { ENV, handlers, ROWS } from "./handler.table.mjs";
const all = handlers(ModuleSystem, ${JSON.stringify(upstream.url)});
${askAll}
const ask = async ({ on, method, path, body }, headers) => {
  const request = { method, url: "http://page.test" + path, headers: new Headers(headers), body: body === undefined ? null : new Response(body).body };
  const answer = await all[on](request, ENV);
  if (answer === undefined) return { status: "passed", headers: {}, text: "" };
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
};
console.log(JSON.stringify(await askAll(ask, "http://page.test", ROWS, ${JSON.stringify(upstream.url)})));
`;
  // The browser itself writes there, too, of answers that are no success.
  const line = (await linesInPage(place, script)).find((text) => text.startsWith("["));
  answersOf.set("page", JSON.parse(line));
  check(answersOf.get("page"));
});

describe("the same everywhere", () => {
  for (const name of ["workerd", "deno", "bun", "page"]) {
    test(name, () => {
      assert.ok(answersOf.has(name) && answersOf.has("node"));
      const reference = answersOf.get("node").map(comparable);
      answersOf.get(name).map(comparable).forEach((answer, at) => assert.deepEqual(answer, reference[at], title(ROWS[at])));
    });
  }
});

test("the table is as long as it has to be", () => assert.ok(ROWS.length >= 150, String(ROWS.length)));

/** Also runs in the page: needs nothing of this file but its arguments. */
async function askAll(ask, self, rows = ROWS, origin = upstream.url) {
  const answers = [];
  const tags = new Map();
  for (const row of rows) {
    const headers = { ...row.headers };
    if (headers.origin === "SELF") headers.origin = self;
    if (row.again !== undefined) headers["if-none-match"] = tags.get(row.on + row.again);
    const body = row.body?.replaceAll("UPSTREAM", origin);
    const answer = await ask({ ...row, body }, headers);
    tags.set(row.on + row.path, answer.headers.etag);
    answers.push({ ...answer, text: answer.text.replaceAll(origin, "UPSTREAM") });
  }
  return answers;
}

/** By hand: `fetch` would correct what is to be wrong. */
function askOver(url, { on, method, path, body, chunked }, headers) {
  const { hostname, port } = new URL(url);
  const all = { ...headers, "x-handler": on };
  if (body !== undefined && !chunked) all["content-length"] = Buffer.byteLength(body);
  if (chunked) all["transfer-encoding"] = "chunked";
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers: all, agent: false }, async (response) => {
      let text = "";
      response.setEncoding("utf8");
      for await (const part of response) text += part;
      const status = response.headers["x-passed"] ? "passed" : response.statusCode;
      resolve({ status, headers: response.headers, text });
    });
    request.on("error", (cause) => reject(new Error(`${on}: ${method} ${path}`, { cause })));
    const half = (body ?? "").length / 2;
    if (chunked) request.write(body.slice(0, half));
    request.end(chunked ? body.slice(half) : body);
  });
}

function check(answers) {
  assert.equal(answers.length, ROWS.length);
  answers.forEach((answer, at) => {
    const row = ROWS[at];
    const told = `${title(row)}: ${answer.status} ${answer.text.slice(0, 300)}`;
    assert.equal(answer.status, row.status, told);
    if (row.status === "passed") return;
    assert.equal(answer.headers["x-content-type-options"], "nosniff", told);
    assert.match(answer.headers["x-request-id"], /^[\w.-]{1,128}$/, told);
    for (const [name, value] of Object.entries(row.h ?? {})) {
      if (value instanceof RegExp) assert.match(answer.headers[name] ?? "", value, `${told} ${name}`);
      else assert.equal(answer.headers[name] ?? null, value, `${told} ${name}`);
    }
    if (row.text !== undefined) assert.equal(answer.text, row.text, told);
    if (row.has !== undefined) assert.ok(answer.text.includes(row.has), told);
    const isJson = (answer.headers["content-type"] ?? "").startsWith("application/json") && answer.text !== "";
    const body = isJson ? JSON.parse(answer.text) : undefined;
    if (row.code !== undefined && row.method !== "HEAD") {
      assert.equal(body?.code, row.code, told);
      assert.equal(body.requestId, answer.headers["x-request-id"], told);
      assert.ok(Math.abs(Date.parse(body.timestamp) - Date.now()) < 600_000, told);
    }
    if (row.is !== undefined) contains(body, row.is, told);
    // Secrets that the request carried are never told back.
    for (const secret of ["read-secret", "write-secret", "environment-secret"]) {
      assert.ok(!answer.text.includes(secret) && !JSON.stringify(answer.headers).includes(secret), told);
    }
  });
}

/** Every field that is named is there as named. */
function contains(whole, part, told) {
  if (part instanceof RegExp) return assert.match(String(whole), part, told);
  if (typeof part !== "object" || part === null) return assert.deepEqual(whole, part, told);
  if (Array.isArray(part)) assert.equal(whole?.length, part.length, told);
  for (const [key, value] of Object.entries(part)) contains(whole?.[key], value, `${told} at ${key}`);
}

const COMPARED = /^(allow|cache-control|content-type|etag|www-authenticate|location|vary|access-control-.*|cross-origin-.*)$/;
const OWN_OF_HOST = new Set(["timestamp", "requestId", "instanceId", "uptime", "duration", "host", "nextRetry", "retryAfterMs"]);

/** Without what is different from one answer to the next. */
function comparable({ status, headers, text }) {
  const kept = Object.entries(headers).filter(([name]) => COMPARED.test(name));
  let body = text;
  if ((headers["content-type"] ?? "").startsWith("application/json") && text !== "") {
    body = JSON.parse(text, (key, value) => (OWN_OF_HOST.has(key) ? undefined : value));
    if (body.totalLoads !== undefined) body = Object.keys(body);
    // What can be measured differs, and so does what a check says and comes to.
    if (body.checks !== undefined) body = { ...body, status: undefined, checks: body.checks.map(({ name }) => name) };
  } else if (/^(text\/plain|application\/openmetrics)/.test(headers["content-type"] ?? "")) {
    body = text.split("\n").filter((line) => /^# TYPE somon_script_(?!memory|event_loop|js_|busy)/.test(line));
  }
  return { status, headers: Object.fromEntries(kept.sort()), body };
}

function title({ on, method, path, headers }) {
  return `${on}: ${method} ${path} ${JSON.stringify(headers)}`;
}
