// The component dies in the middle of a request: who was under way is told with an id, the next goes as before.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { linesInWorkerd } from "./edge.mjs";
import { install, runScript, serve } from "./harness.mjs";

const WAYS = ["trap", "panic", "overflow"];

let place;
let server;

before(async () => {
  place = await install("SOMON_TRAP_TARBALL");
  server = await serve((path, response) => {
    if (path.startsWith("/held")) return;
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end("содир собит хуб = 1;\n");
  });
});
after(async () => {
  await server?.close();
  place?.remove();
});

const IMPORTS = `import { ModuleSystem } from "somon-wasm";
import { breakInStep } from "somon-wasm/trap";
`;

/** The same statements for every host. */
const statements = () => `
for (const way of ${JSON.stringify(WAYS)}) {
  const system = new ModuleSystem({
    resolution: { baseUrl: ${JSON.stringify(server.url)} + "/" },
    loading: { retry: { maxRetries: 0 } },
    handler: { auth: { token: "t" }, modules: {} },
  });
  const other = system.createHandler({ basePath: "/other" });
  const send = async (handler, path, id, body) => {
    const headers = { authorization: "Bearer t", "x-request-id": id, ...(body && { "content-type": "application/json" }) };
    const answer = await handler(new Request("http://me" + path, { method: body ? "POST" : "GET", headers, body }));
    const text = await answer.text();
    return { status: answer.status, id: answer.headers.get("x-request-id"), tag: answer.headers.get("etag"), text };
  };
  await send(system.fetch, "/config", "before", JSON.stringify({ logLevel: "warn", maxCacheSize: 7 }));
  const [first, config] = [await send(system.fetch, "/health", "x"), await send(system.fetch, "/config", "x")];
  const held = [send(system.fetch, "/m/held1.js", "held-1"), send(system.fetch, "/m/held2.js", "held-2")];
  breakInStep(way, 0);
  const broken = await send(system.fetch, "/m/good.js", "broken");
  const told = [broken, ...(await Promise.all(held))].map(({ status, id, text }) => [status, id, JSON.parse(text).requestId, JSON.parse(text).code].join(" "));
  const after = await send(system.fetch, "/config", "x");
  const good = await send(system.fetch, "/m/good.js", "x");
  const [second, own] = [await send(system.fetch, "/health", "x"), await send(other, "/other/health/live", "x")];
  const runtime = JSON.parse(second.text).checks.find(({ name }) => name === "runtime").status;
  const isNew = JSON.parse(first.text).instanceId !== JSON.parse(second.text).instanceId;
  console.log([way, ...told, "config " + (after.text === config.text && after.tag === config.tag), good.status, own.status, runtime, isNew].join("; "));
  await system.shutdown({ graceMs: 0 });
}
`;
const EXPECTED = WAYS.map((way) =>
  [way, ...["broken", "held-1", "held-2"].map((id) => `500 ${id} ${id} POISONED`), "config true", 200, 200, "warn", true].join("; "),
);

describe("a component that dies amid a request", () => {
  test("in Node", async () => {
    const output = await runScript("node", place.write("trap.mjs", IMPORTS + statements()), place.folder);
    assert.deepEqual(output.trimEnd().split("\n"), EXPECTED);
  });

  test("in workerd", async () => {
    assert.deepEqual(await linesInWorkerd(place, IMPORTS, statements()), EXPECTED);
  });
});
