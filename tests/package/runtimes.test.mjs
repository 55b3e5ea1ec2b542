// The package as it is installed: importing it in each runtime gives it ready to call.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { install, RUNTIMES, runScript } from "./harness.mjs";

let place;
let version;

before(async () => {
  place = await install();
  version = JSON.parse(readFileSync(join(place.folder, "node_modules/somon-wasm/package.json"), "utf8")).version;
});
after(() => place?.remove());

for (const runtime of Object.keys(RUNTIMES)) {
  describe(runtime, () => {
    test("is ready after import", async () => {
      const file = place.write("ready.mjs", 'import { version } from "somon-wasm"; console.log(version);');
      assert.equal(await runScript(runtime, file, place.folder), `${version}\n`);
    });

    test("is ready after import of the inlined form", async () => {
      const file = place.write("inline.mjs", 'import { version } from "somon-wasm/inline"; console.log(version);');
      assert.equal(await runScript(runtime, file, place.folder), `${version}\n`);
    });
  });
}
