// Puts functions that are alike side by side: gzip sees 32 KB back, and most of what is made anew per type is alike.
// Changes no function, only their order; the same module gives the same order. Names are gone afterwards.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const CUSTOM = 0;
const IMPORT = 2;
const CODE = 10;
const HEADER = 8;
/** What gzip sees, with room for what lies between. */
const WINDOW = 28_000;
/** Bytes that two functions must have in common at a stretch. */
const RUN = 6;
/** What more functions have in common tells nothing. */
const COMMON = 300;
/** Keeps the shortest functions, which are like everything, from coming first. */
const GROUND = 20;

/** Rewrites the module in `file`. */
export function reorder(file) {
  const bytes = readFileSync(file);
  const { bodies, imported, named } = read(bytes);
  const names = nameSection(ranks(bodies), imported);
  writeFileSync(file, Buffer.concat([...named, names]));
  const wasmOpt = join(dirname(createRequire(import.meta.url).resolve("binaryen/package.json")), "bin/wasm-opt");
  execFileSync(process.execPath, [wasmOpt, file, "-o", file, "--reorder-functions-by-name"], { stdio: "inherit" });
}

/** The bodies of the functions, how many functions are imported, and the module without its names. */
function read(bytes) {
  const named = [bytes.subarray(0, HEADER)];
  const bodies = [];
  let imported = 0;
  for (let at = HEADER; at < bytes.length; ) {
    const start = at;
    const kind = bytes[at];
    const [length, from] = number(bytes, at + 1);
    at = from + length;
    const section = bytes.subarray(from, at);
    if (kind === IMPORT) imported = importedFunctions(section);
    if (kind === CODE) {
      let [count, body] = number(section, 0);
      for (; count > 0; count -= 1) {
        const [size, first] = number(section, body);
        body = first + size;
        bodies.push(section.subarray(first, body));
      }
    }
    if (kind !== CUSTOM || customName(section) !== "name") named.push(bytes.subarray(start, at));
  }
  return { bodies, imported, named };
}

function customName(section) {
  const [length, from] = number(section, 0);
  return section.toString("utf8", from, from + length);
}

function importedFunctions(section) {
  let functions = 0;
  let [count, at] = number(section, 0);
  for (; count > 0; count -= 1) {
    for (let text = 0; text < 2; text += 1) {
      const [length, from] = number(section, at);
      at = from + length;
    }
    // The glue gives functions alone; memory and table are the module's own.
    if (section[at] !== 0) throw new Error("the component imports something that is no function");
    [, at] = number(section, at + 1);
    functions += 1;
  }
  return functions;
}

/** By function: its place. Each time the one comes next of which most stands in the window already. */
function ranks(bodies) {
  const runs = bodies.map(runsOf);
  const holders = new Map();
  for (const [index, own] of runs.entries()) {
    for (const run of own) {
      const known = holders.get(run);
      if (known) known.push(index);
      else holders.set(run, [index]);
    }
  }
  for (const [run, known] of holders) if (known.length === 1 || known.length >= COMMON) holders.delete(run);
  const shared = runs.map((own) => [...own].filter((run) => holders.has(run)));
  const score = new Float64Array(bodies.length);
  const inWindow = new Map();
  const count = (index, step) => {
    for (const run of shared[index]) {
      const before = inWindow.get(run) ?? 0;
      inWindow.set(run, before + step);
      if (before === 0 || before + step === 0) for (const holder of holders.get(run)) score[holder] += step;
    }
  };
  const waiting = new Set(bodies.keys());
  const places = [];
  const window = [];
  let held = 0;
  for (let next = 0; waiting.delete(next); ) {
    places[next] = bodies.length - waiting.size - 1;
    count(next, 1);
    window.push(next);
    held += bodies[next].length;
    while (held > WINDOW) {
      const gone = window.shift();
      held -= bodies[gone].length;
      count(gone, -1);
    }
    let best = -1;
    for (const index of waiting) {
      const value = score[index] / (runs[index].size + GROUND);
      if (value > best) [best, next] = [value, index];
    }
  }
  return places;
}

function runsOf(body) {
  const text = body.toString("latin1");
  const runs = new Set();
  for (let at = 0; at + RUN <= text.length; at += 1) runs.add(text.slice(at, at + RUN));
  return runs;
}

/** Names that sort as the ranks do; those of imports stand in front. */
function nameSection(places, imported) {
  const entries = [...Array(imported).keys()].map((index) => entry(index, `i${index}`));
  for (const [index, place] of places.entries()) {
    entries.push(entry(imported + index, `p${String(place).padStart(6, "0")}`));
  }
  const map = Buffer.concat([unsigned(entries.length), ...entries]);
  const body = Buffer.concat([text("name"), Buffer.from([1]), unsigned(map.length), map]);
  return Buffer.concat([Buffer.from([CUSTOM]), unsigned(body.length), body]);
}

function entry(index, name) {
  return Buffer.concat([unsigned(index), text(name)]);
}

function text(value) {
  return Buffer.concat([unsigned(value.length), Buffer.from(value)]);
}

/** LEB128. */
function unsigned(value) {
  const out = [];
  for (; value > 127; value >>>= 7) out.push((value & 127) | 128);
  return Buffer.from([...out, value]);
}

/** The number at `at`, and where it ends. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return [value >>> 0, at];
  }
}
