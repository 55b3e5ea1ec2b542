// `export default system` is a worker: the same two lines in workerd, in `deno serve` and as a script of Bun.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDeno, startScript, startWorkerd } from "./edge.mjs";
import { install } from "./harness.mjs";

let place;

before(async () => void (place = await install()));
after(() => place?.remove());

const WORKER = `import { ModuleSystem } from "somon-wasm";
export default new ModuleSystem({ loading: { sources: { "somon:///main.som": "содир собит а = 1;" } }, resolution: { baseUrl: "somon:///" }, handler: { modules: {} } });
`;

const HOSTS = {
  workerd: (file) => startWorkerd(place, file),
  deno: (file) => startDeno(place, file),
  bun: (file) => startScript("bun", place, file, /(http:\/\/localhost:\d+)/, { BUN_PORT: "0" }),
};

for (const [name, start] of Object.entries(HOSTS)) {
  test(name, async () => {
    const server = await start(place.write(`${name}.mjs`, WORKER));
    try {
      const live = await fetch(`${server.url}/health/live`);
      assert.deepEqual([live.status, (await live.json()).live], [200, true]);
      const main = await fetch(`${server.url}/m/main.js`);
      assert.deepEqual([main.status, await main.text()], [200, "export const а = 1;\n"]);
    } finally {
      await server.close();
    }
  });
}
