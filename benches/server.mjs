// A server of its own process for the benchmarks: modules of a generated graph, and the built package for a page.
// It counts what arrives at its socket and tells its parent when asked; it must never share the measured thread.
//   node server.mjs MODULES

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

import { graph } from "./program/graph.mjs";
import { packageFolder } from "./measure.mjs";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

const files = new Map();
const { somon, typescript } = graph(Number(process.argv[2]));
for (const [path, text] of [...somon, ...typescript]) files.set(path, Buffer.from(text));
let requests = 0;
let page = "";

const server = createServer(async (request, response) => {
  const module = files.get(request.url);
  if (module !== undefined) {
    requests += 1;
    response.setHeader("content-type", "text/plain; charset=utf-8");
    // Every round has to fetch: nothing may come from a cache of the browser.
    response.setHeader("cache-control", "no-store");
    return response.end(module);
  }
  if (request.url === "/") {
    response.setHeader("content-type", TYPES[".html"]);
    return response.end(page);
  }
  const [, folder, name] = request.url.match(/^\/(benches|node_modules\/somon-wasm)\/(.*)$/) ?? [];
  const place = folder === "benches" ? import.meta.dirname : packageFolder();
  const bytes = folder && (await readFile(join(place, name)).catch(() => undefined));
  response.statusCode = bytes === undefined ? 404 : 200;
  response.setHeader("content-type", TYPES[extname(request.url)] ?? "application/octet-stream");
  response.end(bytes ?? "not here");
});

process.on("message", (message) => {
  if (message.page !== undefined) page = message.page;
  process.send({ requests });
  requests = 0;
});
process.on("disconnect", () => process.exit());
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
