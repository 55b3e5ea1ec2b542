// The component dies in every way it can: whoever waited is told, and the next call works.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { linesInWorkerd } from "./edge.mjs";
import { install, runScript, serve } from "./harness.mjs";
import { linesInPage } from "./page.mjs";

const WAYS = ["trap", "panic", "overflow"];
/** Outside of any operation, as one begins, and with the body of a module half read. */
const MOMENTS = ["idle", "start", "body"];
const EXPECTED = WAYS.flatMap((way) =>
  MOMENTS.map((moment) => `${way} ${moment}: POISONED POISONED POISONED POISONED POISONED; then 0 хуб хуб`),
);

let place;
let server;

before(async () => {
  place = await install("SOMON_TRAP_TARBALL");
  server = await serve((path, response) => {
    if (path.startsWith("/held/")) return;
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end('содир собит хуб = "ҳаст";\n');
  });
});
after(async () => {
  await server?.close();
  place?.remove();
});

const IMPORTS = `import { compile, ModuleSystem } from "somon-wasm";
import { breakInStep, breakNow } from "somon-wasm/trap";
`;

/** The same statements for every host. */
function statements() {
  return `const url = ${JSON.stringify(server.url)};
const told = (promise) => promise.then(() => "settled", ({ name, code }) => name === "SomonModuleError" ? code : name);
for (const way of ${JSON.stringify(WAYS)}) {
  for (const moment of ${JSON.stringify(MOMENTS)}) {
    const [one, two] = [new ModuleSystem(), new ModuleSystem()];
    const pending = [
      one.loadModule(url + "/held/load.som"),
      one.compile(url + "/held/compile.som"),
      two.bundle({ entryPoint: url + "/held/bundle.som" }),
      two.run(url + "/held/run.som"),
    ].map(told);
    if (moment !== "idle") breakInStep(way, moment === "start" ? 0 : 2);
    const breaking = moment === "idle" ? (async () => breakNow(way))() : one.loadModule(url + "/good.som");
    const answers = await Promise.all([...pending, told(breaking)]);
    const next = compile('чоп.сабт("Салом");').errors.length;
    const loaded = await Promise.all([one, two].map((system) => system.loadModule(url + "/good.som")));
    console.log(\`\${way} \${moment}: \${answers.join(" ")}; then \${next} \${loaded.map((module) => module.exports.join()).join(" ")}\`);
  }
}
`;
}

describe("a component that dies", () => {
  // A request that nobody waits for any more would keep the process from ending.
  test("in Node", async () => {
    const output = await runScript("node", place.write("trap.mjs", IMPORTS + statements()), place.folder);
    assert.deepEqual(output.trimEnd().split("\n"), EXPECTED);
  });

  test("in a page", async () => {
    const entries = { "somon-wasm": "entry/browser.js", "somon-wasm/trap": "dist/trap.js" };
    assert.deepEqual(await linesInPage(place, IMPORTS + statements(), entries), EXPECTED);
  });

  test("in workerd", async () => {
    assert.deepEqual(await linesInWorkerd(place, IMPORTS, statements()), EXPECTED);
  });
});
