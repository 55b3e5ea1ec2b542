// A large graph whose texts are at hand does not hold the event loop up.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorkerd } from "./edge.mjs";
import { install, runScript } from "./harness.mjs";

const SCRIPT = `
import { ModuleSystem } from "somon-wasm";
const sources = {};
let entry = "";
for (let module = 0; module < 3000; module++) {
  const body = Array.from({ length: 8 }, (_, at) => "функсия ф" + at + "(а) { бозгашт а * " + at + " + " + module + "; }\\n");
  sources["http://127.0.0.1:9/m" + module + ".som"] = body.join("") + "содир собит х" + module + " = ф1(" + module + ");\\n";
  entry += 'ворид { х' + module + ' } аз "./m' + module + '";\\nчоп.сабт(х' + module + ");\\n";
}
sources["http://127.0.0.1:9/main.som"] = entry;
const found = {};
for (const [name, more] of [["default", {}], ["never", { yieldEveryMs: 0 }]]) {
  for (const method of ["bundle", "compile"]) {
    const system = new ModuleSystem({
      resolution: { baseUrl: "http://127.0.0.1:9/" },
      loading: { sources, maxCacheSize: 5000 },
      ...more,
    });
    let [ticks, longest, last] = [0, 0, performance.now()];
    const tick = () => {
      ticks++;
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    };
    const began = performance.now();
    const timer = setInterval(tick, 5);
    const made = method === "bundle" ? await system.bundle({ entryPoint: "./main" }) : await system.compile("./main");
    clearInterval(timer);
    const took = performance.now() - began;
    const code = method === "bundle" ? made.code : JSON.stringify([...made.modules.entries()]);
    found[method + " " + name] = { ticks, code: code.length + " " + hash(code), took, longest };
    await system.shutdown();
  }
}
function hash(text) {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) | 0;
  return sum;
}
console.log(JSON.stringify(found));
`;

let place;

before(async () => {
  place = await install();
});
after(() => place?.remove());

test("timers of others fire while a graph is made, unless that is switched off", async (context) => {
  const found = JSON.parse(await runScript("node", place.write("yielding.mjs", SCRIPT), place.folder));
  for (const method of ["bundle", "compile"]) {
    const [yields, never] = [found[`${method} default`], found[`${method} never`]];
    assert.ok(yields.ticks > 5, `${method}: ${yields.ticks} ticks`);
    assert.equal(never.ticks, 0, method);
    assert.equal(yields.code, never.code, method);
  }
  const line = ([name, { ticks, took, longest }]) =>
    `${name}: ${Math.round(took)} ms, ${ticks} ticks, ${Math.round(longest)} ms without one`;
  context.diagnostic(Object.entries(found).map(line).join("; "));
});

/** 400 modules, 600 KiB: there the clock stands still, and every 256 KiB there is a pause. */
const WORKER = `
import { ModuleSystem } from "somon-wasm";
const sources = {};
let entry = "";
for (let module = 0; module < 400; module++) {
  const text = "содир собит х" + module + " = " + module + ";\\n// " + "x".repeat(1500) + "\\n";
  sources["http://127.0.0.1:9/m" + module + ".som"] = text;
  entry += 'ворид { х' + module + ' } аз "./m' + module + '";\\nчоп.сабт(х' + module + ");\\n";
}
sources["http://127.0.0.1:9/main.som"] = entry;
let system;
export default {
  async fetch() {
    system ??= new ModuleSystem({ resolution: { baseUrl: "http://127.0.0.1:9/" }, loading: { sources, cache: false } });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    const made = await system.bundle({ entryPoint: "./main" });
    clearInterval(timer);
    return Response.json({ ticks, length: made.code.length });
  },
};
`;

test("in workerd, requests that work at one time pause each for itself", async () => {
  const workerd = await startWorkerd(place, place.write("edge.mjs", WORKER));
  try {
    const ask = async () => {
      const response = await fetch(workerd.url);
      assert.equal(response.status, 200);
      return response.json();
    };
    const gone = new AbortController();
    const first = fetch(workerd.url, { signal: gone.signal }).catch(() => undefined);
    const others = [ask(), ask(), ask()];
    gone.abort();
    await first;
    for (const { ticks, length } of await Promise.all(others)) {
      assert.ok(ticks > 0, `${ticks} ticks`);
      assert.ok(length > 10_000, `${length} characters`);
    }
  } finally {
    await workerd.close();
  }
});
