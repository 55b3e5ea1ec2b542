// A host that lacks something: what is missing is named in a proper error, or done without.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { install, runScript } from "./harness.mjs";

let place;

before(async () => void (place = await install()));
after(() => place?.remove());

const EXPECTED = {
  fetch: /^LOAD_NETWORK .*fetch is not a function; 200$/,
  AbortController: /^LOAD_NETWORK .*no AbortController; 200$/,
  performance: /^loaded; 200$/,
  crypto: /^loaded; 200$/,
};

test("what is missing is named", async () => {
  const script = `import { ModuleSystem } from "somon-wasm";
for (const name of ${JSON.stringify(Object.keys(EXPECTED))}) {
  const kept = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value: undefined, configurable: true, writable: true });
  const needsNetwork = name === "fetch" || name === "AbortController";
  const system = new ModuleSystem({
    resolution: { baseUrl: needsNetwork ? "http://127.0.0.1:9/" : "somon:///" },
    loading: { retry: { maxRetries: 0 }, sources: { "somon:///a.som": "содир собит а = 1;" } },
  });
  const told = await system.loadModule("./a.som").then(() => "loaded", ({ code, message }) => code + " " + message);
  const live = await system.fetch({ method: "GET", url: "http://me/health/live", headers: new Headers(), body: null });
  Object.defineProperty(globalThis, name, kept);
  console.log(told + "; " + live.status);
  await system.shutdown({ graceMs: 0 });
}
`;
  const lines = (await runScript("node", place.write("missing.mjs", script), place.folder)).trimEnd().split("\n");
  Object.entries(EXPECTED).forEach(([name, expected], at) => assert.match(lines[at], expected, name));
});
