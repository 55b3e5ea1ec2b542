// How deep a program may nest on the stack that an engine gives to the component: what the parser lets
// through compiles to the end, and what is far deeper is a diagnostic, never an overflow.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { install, runScript } from "./harness.mjs";

const EXPRESSIONS = [["(", "1", ")"], ["[", "1", "]"], ["{а: ", "1", "}"], ["ф(", "1", ")"], ["а[", "1", "]"], ["!", "1", ""], ["() => ", "1", ""]];
const FUNCTIONS = [["(а) => { бозгашт ", "1", "; }"], ["функсия() { бозгашт ", "1", "; }"], ["`${", "1", "}`"], ["а - (", "1", ")"]];
const CLASSES = [["(синф { х = ", "1", "; })"], ["ф(() => { бозгашт ", "1", "; })"]];
const STATEMENTS = [["{", "", "}"], ["кӯшиш {", "", "} ниҳоят {}"], ["номфазо А {", "", "}"]];
const BODIES = [["агар (а) {", "", "}"], ["то (а) {", "", "}"]];
const TYPES = [["(", "рақам", ")"], ["А<", "рақам", ">"], ["() => ", "рақам", ""]];

const SCRIPT = `
  import { compile } from "somon-wasm";
  const wrong = [];
  const check = (before, [open, middle, close], after, depth, target) => {
    const source = before + open.repeat(depth) + middle + close.repeat(depth) + after;
    const expected = depth === 100000 ? "SOM2024" : "";
    let found;
    try {
      found = compile(source, { target }).errors.map((error) => error.code).join();
    } catch (error) {
      found = String(error);
    }
    if (found !== expected) wrong.push([open, depth, target, found]);
  };
  for (const target of ["es2022", "es2020"]) {
    for (const [before, kinds, after, deepest] of KINDS) {
      for (const kind of kinds) for (const depth of [deepest, 100000]) check(before, kind, after, depth, target);
    }
  }
  console.log(JSON.stringify(wrong));
`;

let place;
before(async () => {
  place = await install();
});
after(() => place?.remove());

test("deep programs compile, deeper ones are refused", async () => {
  const kinds = [
    ["тағ х = ", EXPRESSIONS, ";", 1000],
    ["тағ х = ", FUNCTIONS, ";", 600],
    ["тағ х = ", CLASSES, ";", 380],
    ["", STATEMENTS, "", 1000],
    ["", BODIES, "", 800],
    ["навъ Т = ", TYPES, ";", 600],
  ];
  const file = place.write("depth.mjs", SCRIPT.replace("KINDS", () => JSON.stringify(kinds)));
  assert.equal(await runScript("node", file, place.folder), "[]\n");
});
