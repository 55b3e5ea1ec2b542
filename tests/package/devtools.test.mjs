// The build for developers: spans on the performance timeline, a bounded number of entries, and no other entry touched.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, runScript } from "./harness.mjs";
import { linesInPage } from "./page.mjs";

let place;

before(async () => {
  place = await install();
});
after(() => place?.remove());

const BODY = `
const sources = Object.fromEntries(
  Array.from({ length: 500 }, (_, n) => ["somon:///" + n + ".som", "содир собит рақам = " + n + ";"]),
);
sources["somon:///main.som"] = Array.from({ length: 500 }, (_, n) => 'ворид "./' + n + '.som";').join("\\n");
performance.mark("mine");
performance.measure("mine too", "mine");
const count = (kind) => performance.getEntriesByType(kind).length;
const base = { resolution: { baseUrl: "somon:///" } };
const system = new ModuleSystem({ ...base, loading: { sources: { "somon:///main.som": 'ворид "./a.som";', "somon:///a.som": "" } } });
await system.bundle({ entryPoint: "./main.som" });
const names = performance.getEntriesByType("measure").map(({ name }) => name.split(" ")[0]);
console.log([...new Set(names.filter((name) => name.startsWith('"')))].sort().join());
let most = 0;
for (let round = 0; round < 20; round++) {
  const one = new ModuleSystem({ ...base, loading: { sources } });
  const { modules } = await one.compile("./main.som");
  if (modules.size !== 501) throw new Error(String(modules.size));
  await one.shutdown({ graceMs: 0 });
  most = Math.max(most, count("measure"), count("mark"));
}
console.log(most < 2000, count("measure") < 2000, performance.getEntriesByName("mine too").length);
`;
const EXPECTED = ['"link","resolve"', "true true 1"];

describe("somon-wasm/devtools", () => {
  test("in Node: 10,000 spans leave few entries", async () => {
    const script = place.write("devtools.mjs", `import { ModuleSystem } from "somon-wasm/devtools";\n${BODY}`);
    assert.deepEqual((await runScript("node", script, place.folder)).trimEnd().split("\n"), EXPECTED);
  });

  test("in a page", async () => {
    const script = `import { ModuleSystem } from "somon-wasm/devtools";\n${BODY}`;
    const entries = { "somon-wasm/devtools": "devtools/entry/browser.js" };
    assert.deepEqual(await linesInPage(place, script, entries), EXPECTED);
  });

  test("the ordinary build leaves none", async () => {
    const script = place.write("ordinary.mjs", `import { ModuleSystem } from "somon-wasm";\n${BODY}`);
    assert.deepEqual((await runScript("node", script, place.folder)).trimEnd().split("\n"), ["", "true true 1"]);
  });
});
