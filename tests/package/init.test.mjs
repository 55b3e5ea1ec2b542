// `somon-wasm/init`, for those who bring the component themselves: in every form that it takes, more than once,
// and too early.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { install, RUNTIMES, runScript, serve } from "./harness.mjs";

/** What is given to `init`, by the name of the case; `address` is where a server has the component. */
const SOURCES = {
  URL: "new URL(address)",
  string: "address",
  Request: "new Request(address)",
  Response: "await fetch(address)",
  "promise of a Response": "fetch(address)",
  "Response of another type": 'fetch(address + "?plain")',
  ArrayBuffer: "await (await fetch(address)).arrayBuffer()",
  Uint8Array: "new Uint8Array(await (await fetch(address)).arrayBuffer())",
  "WebAssembly.Module": "await WebAssembly.compileStreaming(fetch(address))",
};

let place;
let component;

before(async () => {
  place = await install();
  const bytes = readFileSync(join(place.folder, "node_modules/somon-wasm/somon_wasm_bg.wasm"));
  component = await serve((path, response) => {
    response.setHeader("content-type", path.endsWith("plain") ? "text/plain" : "application/wasm");
    response.end(path.endsWith("broken") ? "no component" : bytes);
  });
});
after(async () => {
  await component?.close();
  place?.remove();
});

const script = (body) => `import { compile, init, initSync, ModuleSystem, tokenize } from "somon-wasm/init";
const address = ${JSON.stringify(`${component.url}/somon.wasm`)};
const works = async () => {
  const sources = { "somon:///a.som": "содир собит а = 6 * 7;" };
  const system = new ModuleSystem({ resolution: { baseUrl: "somon:///" }, loading: { sources } });
  return (await system.run("./a.som")).а;
};
${body}`;

async function lines(runtime, name, body) {
  const output = await runScript(runtime, place.write(`${name}.mjs`, script(body)), place.folder);
  return output.trimEnd().split("\n");
}

describe("somon-wasm/init", () => {
  for (const runtime of Object.keys(RUNTIMES)) {
    for (const [name, source] of Object.entries(SOURCES)) {
      test(`${name} in ${runtime}`, async () => {
        const file = `${runtime}-${name.replaceAll(" ", "-")}`;
        assert.deepEqual(await lines(runtime, file, `await init(${source});\nconsole.log(await works());`), ["42"]);
      });
    }

    test(`more than once in ${runtime}`, async () => {
      const body = `const both = [init(address), init(address)];
await both[0];
const held = new ModuleSystem({ resolution: { baseUrl: "somon:///" }, loading: { sources: { "somon:///b.som": "содир собит б = 1;" } } });
await both[1];
await init("http://127.0.0.1:1/nobody-asks-for-it");
initSync(new Uint8Array([1, 2, 3]));
console.log((await held.run("./b.som")).б, await works());`;
      component.requests.length = 0;
      assert.deepEqual(await lines(runtime, `twice-${runtime}`, body), ["1 42"]);
      assert.equal(component.requests.length, 1);
    });
  }

  test("calls before it say what is missing, and a failed start can be tried again", async () => {
    const body = `const told = (call) => { try { call(); } catch (error) { return [error.name, error.code, error.message.includes("init()")].join(" "); } };
for (const call of [() => compile("1;"), () => tokenize("1;"), () => new ModuleSystem()]) console.log(told(call));
console.log(await init(address + "?broken").then(() => "started", (error) => error.name));
console.log(told(() => compile("1;")));
await init(address);
console.log(await works());`;
    const early = "SomonModuleError INTERNAL true";
    assert.deepEqual(await lines("node", "early", body), [early, early, early, "CompileError", early, "42"]);
  });
});
