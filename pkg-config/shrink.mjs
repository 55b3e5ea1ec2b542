// Makes the component that the glue's tool wrote as small as it gets for those who load it, which is gzipped. It must
// never change what it does.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { withoutPlaces } from "./places.mjs";
import { renamed } from "./rename.mjs";
import { named } from "./reorder.mjs";
import { silenced } from "./silence.mjs";

const OPTIMISE = [
  "-Oz",
  // Nothing is inlined for having one caller only: frames and the compressed file would both be larger.
  "-ocimfs",
  "4",
  // But for what is about as short as its call.
  "-aimfs",
  "6",
  // Nothing lies in the first kilobyte of memory but the deepest end of the stack.
  "--low-memory-unused",
  // Both spare bytes that compress to nothing, at the price of some that do not.
  "--skip-pass=memory-packing",
  "--skip-pass=local-cse",
  // Fewer locals once more, now that nothing else changes.
  "--simplify-locals-notee",
  "--vacuum",
  "--coalesce-locals",
  "--reorder-locals",
  // How memory is aligned is a hint that engines do without.
  "--dealign",
  "-g",
];
/** Names are gone afterwards, for nothing asks that they stay. */
const ORDER = ["--reorder-functions-by-name", "--strip-producers", "--strip-target-features"];

const binaryen = createRequire(import.meta.url).resolve("binaryen/package.json");

/** Rewrites the module in `file` and its glue. The build for developers tells the places of its spans. */
export function shrink(file, glueFile, { tellsPlaces = false } = {}) {
  rewrite(file, silenced);
  optimise(file, OPTIMISE);
  if (!tellsPlaces) rewrite(file, withoutPlaces);
  rewrite(file, named);
  optimise(file, ORDER);
  const { bytes, glue } = renamed(readFileSync(file), readFileSync(glueFile, "utf8"));
  writeFileSync(file, bytes);
  writeFileSync(glueFile, glue);
}

function rewrite(file, step) {
  writeFileSync(file, step(readFileSync(file)));
}

function optimise(file, options) {
  execFileSync(process.execPath, [join(dirname(binaryen), "bin/wasm-opt"), file, "-o", file, ...options], { stdio: "inherit" });
}
