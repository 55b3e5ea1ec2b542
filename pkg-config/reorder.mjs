// Puts functions that are alike side by side: gzip sees 32 KB back, and most of what is made anew per type is alike.
// It must never change a function; the same module gives the same order.

import { gzipSync } from "node:zlib";
import { bodies, CODE, CUSTOM, customName, IMPORT, imports, module, sections, text, unsigned } from "./wasm.mjs";

/** What gzip sees, with room for what lies between. */
const WINDOW = 28_000;
/**
 * Bytes that two functions must have in common at a stretch, and how little such a run counts that many have: which is
 * best depends on the module, so each is tried.
 */
const TRIED = [
  [5, 0.5],
  [6, 0.3],
  [6, 0.5],
  [6, 0.7],
  [7, 0.5],
];
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

/** By function: its place in the order that compresses best. */
function ranks(bodies) {
  const size = (order) => gzipSync(Buffer.concat(order.map((index) => bodies[index])), { level: 9 }).length;
  const tried = TRIED.map(([length, weight]) => orderOf(bodies, length, weight));
  const sizes = tried.map(size);
  const places = [];
  for (const [place, index] of tried[sizes.indexOf(Math.min(...sizes))].entries()) places[index] = place;
  return places;
}

/** Each time the one comes next of which most stands in the window already. */
function orderOf(bodies, length, weight) {
  const runs = bodies.map((body) => runsOf(body, length));
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
  const worth = new Map([...holders].map(([run, known]) => [run, known.length ** -weight]));
  const score = new Float64Array(bodies.length);
  const inWindow = new Map();
  const count = (index, step) => {
    for (const run of shared[index]) {
      const before = inWindow.get(run) ?? 0;
      inWindow.set(run, before + step);
      if (before === 0 || before + step === 0) for (const holder of holders.get(run)) score[holder] += step * worth.get(run);
    }
  };
  const waiting = new Set(bodies.keys());
  const order = [];
  const window = [];
  let held = 0;
  for (let next = 0; waiting.delete(next); ) {
    order.push(next);
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
  return order;
}

function runsOf(body, length) {
  const text = body.toString("latin1");
  const runs = new Set();
  for (let at = 0; at + length <= text.length; at += 1) runs.add(text.slice(at, at + length));
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
