// The five-module program over HTTP: the same output in every runtime, each module asked for once.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, RUNTIMES, runScript, serve } from "./harness.mjs";
import { linesInPage } from "./page.mjs";
import { filesOf, FIVE, FIVE_OUTPUT, FIVE_RESULT } from "./programs.mjs";

const EXPECTED = [...FIVE_OUTPUT, FIVE_RESULT];
const ASKED = Object.keys(FIVE).sort();

let place;
let program;

before(async () => {
  place = await install();
  program = await serve(filesOf(FIVE));
});
after(async () => {
  await program?.close();
  place?.remove();
});

function script() {
  return `import { ModuleSystem } from "somon-wasm";
const { натиҷа } = await new ModuleSystem().run(${JSON.stringify(`${program.url}/main.som`)});
console.log(натиҷа);
`;
}

describe("five modules", () => {
  for (const runtime of Object.keys(RUNTIMES)) {
    test(`run in ${runtime}`, async () => {
      program.requests.length = 0;
      const output = await runScript(runtime, place.write("five.mjs", script()), place.folder);
      assert.deepEqual(output.trimEnd().split("\n"), EXPECTED);
      assert.deepEqual(program.requests.toSorted(), ASKED);
    });
  }

  test("run in a page without a bundler", async () => {
    program.requests.length = 0;
    assert.deepEqual(await linesInPage(place, script()), EXPECTED);
    assert.deepEqual(program.requests.toSorted(), ASKED);
  });
});
