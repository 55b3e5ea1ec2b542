// Programs made of `blob:` modules where they are made: in Node, Deno and Bun, in a page and in its workers.
// Must never name a blob but by what `URL.createObjectURL` gave: each host has a form of its own.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, RUNTIMES, runScript } from "./harness.mjs";
import { linesInPage, linesInPageWorker } from "./page.mjs";

/** Says, line by line, what came of each thing that may be done with blobs. */
const SCRIPT = `import { ModuleSystem } from "somon-wasm";
const made = (text, type) => URL.createObjectURL(new Blob([text], { type }));
const told = async (what, ask) => {
  const began = performance.now();
  const answer = await ask().catch(({ code, message }) => [code, message.replaceAll(/blob:[^" ]+[^" :]/g, "blob")].join(" "));
  // Another attempt comes after a second at the earliest, less its jitter.
  console.log(what + ": " + answer + (performance.now() - began > 400 ? ", late" : ""));
};
const js = made("export const ж = 'js';", "text/javascript");
const json = made('{ "к": 5 }', "application/json");
const untyped = made("содир собит а = 40;", "");
const texts = made('ворид { а } аз "' + untyped + '"; содир функсия ҳисоб() { бозгашт а + 2; }', "text/plain");
const main = made(
  ['ворид { ҳисоб } аз "' + texts + '";', 'ворид { ж } аз "' + js + '";', 'ворид ҷ аз "' + json + '" with { type: "json" };',
    "содир собит натиҷа = [ҳисоб(), ж, ҷ.к].join();"].join("\\n"),
  "text/somon");
const relative = made('содир собит а = 1;\\nворид "./б";', "");
const all = [main, texts, untyped, js, json];

const system = new ModuleSystem();
const run = async () => (await system.run(main)).натиҷа;
await told("load", async () => (await system.loadModule(main)).id === main);
await told("compile", async () => {
  const { modules, errors } = await system.compile(main);
  return [errors.length, modules.size, all.every((url) => modules.has(url))];
});
await told("bundle", async () => (await system.bundle({ entryPoint: main })).modules.map(({ id }) => all.includes(id)));
await told("run", run);
await told("relative", () => system.loadModule(relative));
await told("relative, compiled", async () => {
  const { errors } = await system.compile(relative);
  return errors.map(({ code, line, column, cause }) => [code, line, column, cause.code]);
});
await told("named by an import map", async () => {
  const sources = { "somon:///main.som": 'ворид { ж } аз "ҷс"; содир собит н = ж;' };
  return (await new ModuleSystem({ loading: { sources }, resolution: { imports: { ҷс: js } } }).run("somon:///main.som")).н;
});

URL.revokeObjectURL(untyped);
await told("revoked, but read before", run);
await told("refreshed", async () => {
  const { changed, removed, unchanged, failed } = await system.refresh();
  return [changed.length, removed.length, failed.length, all.every((url) => unchanged.includes(url))];
});
await told("in another system", async () => (await new ModuleSystem().run(main)).натиҷа);
system.invalidate(untyped);
await told("forgotten", run);
`;

const REVOKED = /LOAD_NETWORK cannot load "blob" imported by blob: the request failed: .+ was the blob: URL revoked\?$/;

function check(output) {
  const answers = Object.fromEntries(output.map((line) => line.match(/(.*?): (.*)/s).slice(1)));
  const { "in another system": elsewhere, forgotten, relative, ...others } = answers;
  assert.deepEqual(others, {
    load: "true",
    compile: "0,5,true",
    bundle: "true,true,true,true,true",
    run: "42,js,5",
    "relative, compiled": "SOM4008,2,7,RESOLVE_INVALID_URL",
    "named by an import map": "js",
    "revoked, but read before": "42,js,5",
    refreshed: "0,0,0,true",
  });
  assert.match(relative, /^RESOLVE_INVALID_URL cannot load "\.\/б" imported by blob.*cannot be a base/);
  assert.match(elsewhere, REVOKED);
  assert.match(forgotten, REVOKED);
}

let place;

before(async () => {
  place = await install();
});
after(() => place?.remove());

describe("modules out of blobs", () => {
  for (const runtime of Object.keys(RUNTIMES)) {
    test(`in ${runtime}`, async () => {
      const output = await runScript(runtime, place.write("blob.mjs", SCRIPT), place.folder);
      check(output.trimEnd().split("\n"));
    });
  }

  /** Without what the browser says itself of a blob that is gone. */
  const own = (lines) => lines.filter((line) => !line.startsWith("Failed to load resource"));

  test("in a page", async () => check(own(await linesInPage(place, SCRIPT))));

  test("in a worker of a page", async () => check(own(await linesInPageWorker(place, SCRIPT))));
});
