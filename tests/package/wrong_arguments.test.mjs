// Values that the types forbid and JavaScript lets through: each is refused with a name for what is wrong, and costs
// nobody else anything. Numbers or nothing in place of text would make the component trap.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, RUNTIMES, runScript, serve } from "./harness.mjs";

const VALUES = ["undefined", "null", "5", "10n", "true", "{}", "[]", '["./a.som"]', "() => 1", 'Symbol("s")', "new String('x')"];

/** Each with `value` in one place where text belongs, and what that place is called. */
const TEXTS = {
  "compile(value)": "source",
  "tokenize(value)": "source",
  "system.loadModule(value)": "specifier",
  'system.loadModule("./a.som", value ?? 5)': "referrer",
  "system.loadModule(value, undefined, {})": "specifier",
  "system.loadModuleSync(value)": "specifier",
  "system.compile(value)": "entry",
  "system.bundle({ entryPoint: value })": "entryPoint",
  "system.bundle(value)": "entryPoint",
  "system.run(value)": "entry",
  "system.resolve(value)": "specifier",
  'system.resolve("./a.som", value ?? 5)': "referrer",
  "system.resolveAsync(value)": "specifier",
  "system.prefetch([value])": "specifier",
  "system.watch(value, { onChange() {} })": "entry",
  "system.invalidate(value)": "url",
  "system.getModuleSource(value ?? 5)": "id",
  "system.circuitBreakers.forceOpen(value, 1)": "key",
  "system.circuitBreakers.execute(value, () => 1)": "key",
  "system.logs({ level: value ?? 5 })": "level",
};

/** Options that are none; what the error says in its first problem. */
const OPTIONS = {
  'compile("", value)': ["5", "true", '"x"', "[]", "() => 1", "{ targt: 1 }", "{ target: 5 }"],
  "new ModuleSystem(value)": ["5", '"x"', "[]", "{ loading: 5 }", "{ loading: { sources: [1] } }", "{ loading: { fetch: 5 } }"],
  'system.loadModule("./a.som", undefined, value)': ["{ timeout: -1 }", '{ timeout: "1" }', "{ unknown: 1 }", "{ signal: 5 }", "{ signal: {} }"],
  'system.run("./a.som", value)': ["{ signal: null }", "{ unknown: 1 }"],
  'system.watch("./a.som", value)': ["{}", "{ onChange: 5 }"],
};

const EXPECTED = [
  ...Object.entries(TEXTS).flatMap(([call, name]) => VALUES.map((value) => `${call} ${value}: CONFIG_INVALID ${name} must be a string`)),
  ...Object.entries(OPTIONS).flatMap(([call, values]) => values.map((value) => `${call} ${value}: CONFIG_INVALID`)),
];

let place;
let server;

before(async () => {
  place = await install();
  server = await serve((path, response) => {
    // Whoever waits for this one has to wait in peace.
    if (path !== "/held.som") response.writeHead(404).end();
  });
});
after(async () => {
  await server?.close();
  place?.remove();
});

function script() {
  const texts = Object.keys(TEXTS).flatMap((call) => VALUES.map((value) => [call, value, true]));
  const options = Object.entries(OPTIONS).flatMap(([call, values]) => values.map((value) => [call, value, false]));
  const calls = [...texts, ...options].map(([call, value, says]) => `[${JSON.stringify(`${call} ${value}`)}, (value) => ${call}, ${value}, ${says}]`);
  return `import { compile, ModuleSystem, tokenize } from "somon-wasm";
const system = new ModuleSystem({ resolution: { baseUrl: ${JSON.stringify(`${server.url}/`)} }, logger: { sink: "none", ring: 1 } });
let waiting = "waits";
const controller = new AbortController();
system.loadModule("./held.som", undefined, { signal: controller.signal }).catch((error) => (waiting = error.code));
for (const [name, call, value, says] of [${calls.join(",\n")}]) {
  try {
    await call(value);
    console.log(name + ": was taken");
  } catch ({ code, errors, message }) {
    console.log(name + ": " + code + (says ? " " + errors?.[0].message : ""));
  }
}
console.log(waiting, compile("собит а = 1;").errors.length);
controller.abort();
`;
}

describe("wrong arguments", () => {
  for (const runtime of Object.keys(RUNTIMES)) {
    test(`are refused in ${runtime}`, async () => {
      const output = await runScript(runtime, place.write("wrong.mjs", script()), place.folder);
      assert.deepEqual(output.trimEnd().split("\n"), [...EXPECTED, "waits 0"]);
    });
  }
});
