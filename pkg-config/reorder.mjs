// Puts functions that are alike side by side: gzip sees 32 KB back, and most of what is made anew per type is alike.
// It must never change a function; the same module gives the same order.

import { bodies, CODE, CUSTOM, customName, IMPORT, imports, module, sections, text, unsigned } from "./wasm.mjs";

/** What gzip sees, with room for what lies between. */
const WINDOW = 28_000;
/** Bytes that two functions must have in common at a stretch. */
const RUN = 6;
/** What more functions have in common tells nothing. */
const COMMON = 300;
/** Keeps the shortest functions, which are like everything, from coming first. */
const GROUND = 20;

/** The module with names that sort as its functions should stand. */
export function named(bytes) {
  const parts = sections(bytes).filter(({ kind, content }) => kind !== CUSTOM || customName(content) !== "name");
  const of = (kind) => parts.find((part) => part.kind === kind).content;
  const names = nameSection(ranks(bodies(of(CODE))), imports(of(IMPORT)).length);
  return module(bytes, [...parts, { kind: CUSTOM, content: names }]);
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
  return Buffer.concat([text("name"), Buffer.from([1]), unsigned(map.length), map]);
}

function entry(index, name) {
  return Buffer.concat([unsigned(index), text(name)]);
}
