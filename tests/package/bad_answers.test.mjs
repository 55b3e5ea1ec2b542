// Answers that a server gives by mistake or malice, asked for in every runtime: equal codes everywhere, whatever the
// runtime's own `fetch` makes of them, and the system goes on.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { install, RUNTIMES, runScript, serve } from "./harness.mjs";

const GOOD = 'содир собит хуб = "ҳаст";\n';
const GOOD_BYTES = Buffer.from(GOOD);
const TEXT = { "content-type": "text/plain; charset=utf-8" };
/** For those that never end; the others have all the time that a busy machine may need. */
const TIMEOUT_MS = 3000;
const PATIENCE_MS = 30_000;

const text = (body, headers) => (response) => response.writeHead(200, { ...TEXT, ...headers }).end(body);
const status = (number, headers) => (response) => response.writeHead(number, headers).end();
/** Bytes as they are, without the help of node's server. */
const raw = (...lines) => (response) => response.socket.end([...lines, "connection: close", "", GOOD].join("\r\n"));
const breaksOff = (headers) => (response) => {
  response.writeHead(200, headers);
  response.write("содир собит х = 1;\n", () => response.socket.destroy());
};

/** What a path answers, and what the call then says: a code with the status, or the number of characters read. */
const CASES = {
  "closed, length announced": [breaksOff({ ...TEXT, "content-length": "1000" }), "LOAD_NETWORK"],
  "closed, chunked": [breaksOff(TEXT), "LOAD_NETWORK"],
  "closed at its end, no length": [raw("HTTP/1.1 200 OK", "content-type: text/plain"), GOOD.length],
  "reset before an answer": [(response) => response.socket.resetAndDestroy(), "LOAD_NETWORK"],
  "no HTTP": [raw("lorem ipsum"), "LOAD_NETWORK"],
  "length too long": [raw("HTTP/1.1 200 OK", "content-type: text/plain", "content-length: 999"), "LOAD_NETWORK"],
  "length in the middle of a letter": [raw("HTTP/1.1 200 OK", "content-type: text/plain", "content-length: 5"), "LOAD_DECODE"],
  "gzip": [text(gzipSync(GOOD), { "content-encoding": "gzip" }), GOOD.length],
  "no gzip where it says so": [text(GOOD, { "content-encoding": "gzip" }), "LOAD_NETWORK"],
  "redirected to itself": [(response, path) => status(302, { location: encodeURI(path) })(response), "LOAD_REDIRECT"],
  "redirected nowhere": [status(302), "LOAD_REDIRECT"],
  "redirected to a script": [status(302, { location: "javascript:alert(1)" }), "LOAD_REDIRECT"],
  "redirected to another origin": [status(302, { location: "http://localhost:1/x.som" }), "LOAD_REDIRECT"],
  "redirected to a good one": [status(307, { location: "/good.som" }), GOOD.length],
  "204": [status(204), "LOAD_HTTP 204"],
  "205": [status(205), "LOAD_HTTP 205"],
  "206": [(response) => response.writeHead(206, { ...TEXT, "content-range": "bytes 0-5/100" }).end("содир"), "LOAD_HTTP 206"],
  "300": [status(300), "LOAD_HTTP 300"],
  "304 that nobody asked for": [status(304), "LOAD_HTTP 304"],
  "401": [status(401), "LOAD_HTTP 401"],
  "410": [status(410), "LOAD_HTTP 410"],
  "empty": [text(""), 0],
  "byte order mark": [text(`\uFEFF${GOOD}`), GOOD.length],
  "UTF-16": [text(Buffer.from(`\uFEFF${GOOD}`, "utf16le")), "LOAD_DECODE"],
  "half a letter at the end": [text(GOOD_BYTES.subarray(0, 3)), "LOAD_DECODE"],
  "surrogates in UTF-8": [text(Buffer.from([0xed, 0xa0, 0x80])), "LOAD_DECODE"],
  "NUL": [text("содир собит х = 1;\0\0\n"), "PARSE"],
  "HTML as text": [text("<!doctype html><p>Салом"), "PARSE"],
  "a picture": [text(Buffer.from([0x89, 0x50, 0x4e, 0x47]), { "content-type": "image/png" }), "LOAD_MIME"],
  "no content type": [(response) => response.writeHead(200).end(GOOD), GOOD.length],
  "sixty headers": [text(GOOD, Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`x-${at}`, "v".repeat(200)]))), GOOD.length],
  "byte by byte": [byteByByte, GOOD.length],
  "a space a time, without end": [spaces, "LOAD_TIMEOUT"],
  "a head and nothing more": [(response) => response.writeHead(200, TEXT).flushHeaders(), "LOAD_TIMEOUT"],
  "silence": [() => {}, "LOAD_TIMEOUT"],
};

let place;
let server;
/** Paths whose unfinished answer nobody waits for any more. */
let givenUp;

before(async () => {
  place = await install();
  server = await serve((path, response) => {
    const name = path.slice(1).replace(/\.som$/, "");
    response.on("close", () => response.writableFinished || givenUp.add(name));
    if (name === "good" || name === "new") text(GOOD)(response);
    else CASES[name][0](response, path);
  });
});
after(async () => {
  await server?.close();
  place?.remove();
});

function script() {
  return `import { ModuleSystem } from "somon-wasm";
const url = ${JSON.stringify(server.url)};
const cases = ${JSON.stringify(Object.entries(CASES).map(([name, [, said]]) => [name, said === "LOAD_TIMEOUT" ? TIMEOUT_MS : PATIENCE_MS]))};
const answers = await Promise.all(cases.map(async ([name, fetchTimeout]) => {
  // No retries: each server gives one answer.
  const system = new ModuleSystem({ loading: { fetchTimeout, retry: { maxRetries: 0 } } });
  await system.loadModule(url + "/good.som");
  const asked = url + "/" + encodeURIComponent(name) + ".som";
  const said = await system.loadModule(asked).then(
    ({ source }) => source.length,
    ({ code, status, url, message }) => {
      if (url !== asked || !message.includes(asked)) return "does not say where: " + message;
      return status === undefined ? code : code + " " + status;
    },
  );
  const { хуб } = await system.run(url + "/new.som");
  return [name, хуб === "ҳаст" ? said : "what is good was lost"];
}));
console.log(JSON.stringify(Object.fromEntries(answers)));
`;
}

describe("bad answers", () => {
  for (const runtime of Object.keys(RUNTIMES)) {
    test(`have their codes in ${runtime}`, async () => {
      givenUp = new Set();
      const output = await runScript(runtime, place.write("answers.mjs", script()), place.folder);
      const expected = Object.fromEntries(Object.entries(CASES).map(([name, [, said]]) => [name, said]));
      assert.deepEqual(JSON.parse(output), expected);
      for (const [name, said] of Object.entries(expected)) {
        if (said === "LOAD_TIMEOUT") assert.ok(givenUp.has(name), `${name}: the connection was left open`);
      }
    });
  }
});

function byteByByte(response) {
  response.writeHead(200, TEXT);
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < GOOD_BYTES.length) response.write(GOOD_BYTES.subarray(sent, ++sent));
    else response.end();
  }, 1);
  response.on("close", () => clearInterval(timer));
}

function spaces(response) {
  response.writeHead(200, TEXT);
  const timer = setInterval(() => response.write(" "), 50);
  response.on("close", () => clearInterval(timer));
}
