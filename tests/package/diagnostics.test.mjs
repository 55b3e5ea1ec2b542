// A diagnostic is the same thing wherever it is told: as an object of `compile`, as JSON of the handler.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, runScript } from "./harness.mjs";

/** With a hint, with a related place, with a certain edit, with a warning. */
const SOURCES = ["агаp (а) { ф(); }", "ф(1;\nтағ = 2;", "собит а = 1; собит а = 2;", "собит б = 1\nчоп.сабт(б)"];

let place;

before(async () => {
  place = await install();
});
after(() => place?.remove());

describe("a diagnostic", () => {
  test("is told alike by a call, by POST /compile and in the answer of a module that has it", async () => {
    const script = place.write(
      "diagnostics.mjs",
      `import { compile, ModuleSystem } from "somon-wasm";
const out = [];
for (const source of ${JSON.stringify(SOURCES)}) {
  const url = "somon:///a.som";
  const { errors, warnings } = compile(source, { url });
  const system = (modules) => new ModuleSystem({ loading: { sources: { [url]: source } }, handler: { modules } });
  const body = JSON.stringify({ source, url });
  const headers = { "content-type": "application/json" };
  const answer = await system({ dev: true }).fetch(new Request("http://me/compile", { method: "POST", headers, body }));
  const sent = await answer.json();
  const served = await (await system({ root: "somon:///" }).fetch(new Request("http://me/m/a.js"))).text();
  out.push({ called: [errors, warnings], sent: [sent.errors, sent.warnings], served: errors.length > 0 ? JSON.parse(served).details : [] });
}
console.log(JSON.stringify(out));
`,
    );
    const all = JSON.parse(await runScript("node", script, place.folder));
    const keys = new Set();
    for (const { called, sent, served } of all) {
      // Texts, so that the order of the fields counts.
      assert.equal(JSON.stringify(sent), JSON.stringify(called));
      if (called[0].length > 0) assert.equal(JSON.stringify(served), JSON.stringify(called.flat()));
      for (const diagnostic of called.flat()) Object.keys(diagnostic).forEach((key) => keys.add(key));
      assert.ok(called.flat().length > 0);
    }
    for (const key of ["hint", "fix", "related", "frame", "endColumn"]) assert.ok(keys.has(key), key);
  });
});
