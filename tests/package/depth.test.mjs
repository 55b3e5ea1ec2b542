// How deep a program may nest on the stack that an engine gives to the component: what the parser lets
// through compiles to the end, what is deeper is a diagnostic, never an overflow. And if the stack is used up
// all the same, because the caller left little of it, the next call works.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { linesInWorkerd } from "./edge.mjs";
import { install } from "./harness.mjs";
import { linesInPage, linesInPageWorker } from "./page.mjs";

const BRACKETS = [["(", "1", ")"], ["[", "1", "]"], ["{а: ", "1", "}"], ["ф(", "1", ")"], ["а?.б(", "1", ")"], ["а[", "1", "]"]];
const OPERATORS = [["!", "1", ""], ["а = ", "1", ""], ["а ? б : ", "1", ""], ["а ** ", "1", ""]];
const MIXED = [["`${", "1", "}`"], ["а - (", "1", ")"], ["нав А(", "1", ")"], ["() => ", "1", ""], ["(а = ", "1", ") => а"]];
const FUNCTIONS = [["(а) => { бозгашт ", "1", "; }"], ["функсия() { бозгашт ", "1", "; }"], ["(синф { х = ", "1", "; })"]];
const CALLBACKS = [["ф(() => { бозгашт ", "1", "; })"], ["(синф { м() { бозгашт ", "1", "; } })"]];
const PATTERNS = [["{а: ", "б", "}"], ["[", "б", "]"]];
const BLOCKS = [["{", "", "}"], ["номфазо А {", "", "}"]];
const STATEMENTS = [["кӯшиш {", "", "} ниҳоят {}"], ["агар (а) {", "", "}"], ["то (а) {", "", "}"], ["интихоб (а) { ҳолати 1: ", "", "}"], ["функсия ф() {", "", "}"]];
const METHODS = [["синф А { м() {", "", "} }"]];
const TYPES = [["(", "рақам", ")"], ["А<", "рақам", ">"], ["() => ", "рақам", ""], ["[", "рақам", "]"]];
const MEMBERS = [["{ а: ", "рақам", " }"]];

/** What stands before, the kinds, what stands behind, and how many levels are to be possible at the least. */
const KINDS = [
  ["тағ х = ", BRACKETS, ";", 1000],
  ["тағ х = ", OPERATORS, ";", 1000],
  ["тағ х = ", MIXED, ";", 500],
  ["тағ х = ", FUNCTIONS, ";", 300],
  ["тағ х = ", CALLBACKS, ";", 180],
  ["тағ ", PATTERNS, " = х;", 1000],
  ["", BLOCKS, "", 900],
  ["", STATEMENTS, "", 450],
  ["", METHODS, "", 250],
  ["навъ Т = ", TYPES, ";", 400],
  ["навъ Т = ", MEMBERS, ";", 250],
];

const IMPORTS = `import { compile, ModuleSystem } from "somon-wasm";
`;

/** Every kind at the deepest level that is let through, which it finds, and far beyond; for both targets. */
const STATEMENTS_OF_EVERY_HOST = `
  const answer = (source, target) => {
    try {
      return compile(source, { target }).errors.map((error) => error.code).join();
    } catch (error) {
      return String(error);
    }
  };
  for (const [before, kinds, after, least] of ${JSON.stringify(KINDS)}) {
    for (const [open, middle, close] of kinds) {
      const nested = (depth) => before + open.repeat(depth) + middle + close.repeat(depth) + after;
      let [fits, tooDeep] = [least, 2000];
      while (tooDeep - fits > 1) {
        const depth = (fits + tooDeep) >> 1;
        if (answer(nested(depth), "es2022") === "SOM2024") tooDeep = depth;
        else fits = depth;
      }
      for (const target of ["es2022", "es2020"]) {
        for (const [depth, expected] of [[fits, ""], [fits + 1, "SOM2024"], [100000, "SOM2024"]]) {
          const found = answer(nested(depth), target);
          if (found !== expected) console.log(open, depth, target, JSON.stringify(found));
        }
      }
    }
  }
`;

/** Less stack with every turn, down to where the component has none; then calls with arguments of every kind. */
const OVERFLOW = `
  const source = "тағ х = " + "(".repeat(1000) + "1" + ")".repeat(1000) + ";";
  const system = new ModuleSystem({ loading: { sources: { "somon:///а.som": "содир собит х = 1;" } } });
  const found = new Set();
  const inFrames = (frames) => {
    if (frames > 0) return inFrames(frames - 1);
    try {
      found.add(compile(source).errors.length);
    } catch (error) {
      found.add(error.code ?? error.constructor.name);
    }
  };
  for (let frames = 0; frames < 100_000; frames += 100) {
    try {
      inFrames(frames);
    } catch {
      break; // Not even the calls of this script have room.
    }
    if (compile('чоп.сабт("Салом");').code !== 'console.log("Салом");\\n') console.log("wrong at", frames);
  }
  console.log([...found].join());
  console.log((await system.loadModule("somon:///а.som")).exports.join());
`;

const run = promisify(execFile);
let place;
before(async () => {
  place = await install();
});
after(() => place?.remove());

async function inNode(name, script, ...options) {
  const file = place.write(name, IMPORTS + script);
  const { stdout } = await run(process.execPath, [...options, file], { cwd: place.folder, timeout: 120_000 });
  return stdout;
}

describe("deep programs compile, deeper ones are refused", () => {
  // The stack is 984 KB unless told otherwise. Optimised frames are the larger ones.
  test("in Node, optimised, in 500 KB", async () => {
    assert.equal(await inNode("optimised.mjs", STATEMENTS_OF_EVERY_HOST, "--no-liftoff", "--stack-size=500"), "");
  });

  test("in Node, as it comes", async () => {
    assert.equal(await inNode("depth.mjs", STATEMENTS_OF_EVERY_HOST), "");
  });

  test("in a page, and in a worker of one", async () => {
    assert.deepEqual(await linesInPage(place, IMPORTS + STATEMENTS_OF_EVERY_HOST), []);
    assert.deepEqual(await linesInPageWorker(place, IMPORTS + STATEMENTS_OF_EVERY_HOST), []);
  });

  test("in workerd", async () => {
    assert.deepEqual(await linesInWorkerd(place, IMPORTS, STATEMENTS_OF_EVERY_HOST), []);
  });
});

test("a stack that the caller has used up costs one call", async () => {
  const [found, exports] = (await inNode("overflow.mjs", OVERFLOW)).trimEnd().split("\n");
  assert.deepEqual(new Set(found.split(",")), new Set(["0", "POISONED"]));
  assert.equal(exports, "х");
});
