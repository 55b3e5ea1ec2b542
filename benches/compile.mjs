// How fast the built package compiles, in Node: beside sucrase and oxc-transform's wasm build on a
// TypeScript twin of the same program; how the time grows with the lines; how long the first start takes.
// It must never time anything but calls that a user makes, and never judge what it measured.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

import { middle, nodeEntry, packageUrl, row, samples, timed } from "./measure.mjs";
import { doubtfulLines, twin } from "./program/twin.mjs";

const entry = nodeEntry();

const COLD = `
  const begun = performance.now();
  const { compile } = await import(${JSON.stringify(entry)});
  const { errors } = compile("содир собит салом = 'ҷаҳон';");
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  console.log(performance.now() - begun);
`;
const cold = samples(11, () => evaluate(COLD));
row("import to first module", `${middle(cold).toFixed(1)} ms`, `least ${Math.min(...cold).toFixed(1)} ms`);

const { compile, tokenize } = await import(entry);
const compilers = [
  ["somon-wasm", "somon", compileChecked],
  ["sucrase", "typescript", await sucrase()],
  ["oxc wasm", "typescript", oxc()],
];
// The first size is compiled by all of them before anything else: their first pass.
for (const [name, bytes, rounds] of [["20 KB", 20_000, 300], ["1 MB", 1_000_000, 12]]) {
  const program = twin(bytes);
  const [firsts, warm] = [[], []];
  for (const [, language, run] of compilers) {
    const times = samples(rounds, () => timed(() => run(program[language])));
    firsts.push(times[0]);
    warm.push(middle(times.slice(rounds >> 2)));
  }
  compilers.forEach(([compiler, language], at) => {
    const megabytes = (milliseconds) => Buffer.byteLength(program[language]) / 1000 / milliseconds;
    // Of times, not of speeds: the twins differ a little in bytes, not in what is to be done.
    const ratio = (times) => (at === 0 ? "" : `  ours ${(times[0] / times[at]).toFixed(2)} of its time`);
    const cell = (times) => `${times[at].toFixed(2)} ms ${megabytes(times[at]).toFixed(1)} MB/s${ratio(times)}`;
    row(`compile ${name}, ${compiler}`, `first ${cell(firsts)}`, `warm ${cell(warm)}`);
  });
}

const text = twin(20_000).somon;
row("tokenize 20 KB", `warm ${middle(samples(300, () => timed(() => tokenize(text))).slice(75)).toFixed(2)} ms`);

// In a process of its own: linear memory never shrinks, so what it has grown by is the peak.
const PEAK = (bytes) => `
  const { initSync } = await import(${JSON.stringify(`${packageUrl()}somon_wasm.js`)});
  const { compile } = await import(${JSON.stringify(entry)});
  const { twin } = await import(${JSON.stringify(new URL("./program/twin.mjs", import.meta.url).href)});
  const { somon } = twin(${bytes});
  const { memory } = initSync({});
  const before = memory.buffer.byteLength;
  compile(somon);
  console.log((memory.buffer.byteLength - before) / Buffer.byteLength(somon));
`;
for (const bytes of [250_000, 1_000_000, 4_000_000]) {
  row(`peak memory, compile ${bytes / 1000} KB`, `${evaluate(PEAK(bytes)).toFixed(1)} times the text`);
}

for (const lines of [1000, 2000, 4000, 8000]) {
  const source = doubtfulLines(lines);
  const time = middle(samples(15, () => timed(() => compile(source))).slice(4));
  row(`${lines} lines of \`агар (а < б) { }\``, `${time.toFixed(2)} ms`, `${((time * 1000) / lines).toFixed(3)} us a line`);
}

/** The number that a module of a fresh process prints. */
function evaluate(module) {
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", module], { encoding: "utf8" }));
}

function compileChecked(source) {
  const { errors } = compile(source);
  if (errors.length > 0) throw new Error(JSON.stringify(errors[0]));
}

async function sucrase() {
  const { transform } = await import("sucrase");
  return (source) => transform(source, { transforms: ["typescript"], disableESTransforms: true });
}

/** The wasm build itself: `oxc-transform` would take its native one where there is one. */
function oxc() {
  const { transformSync } = createRequire(import.meta.url)("@oxc-transform/binding-wasm32-wasi");
  return (source) => {
    const { errors } = transformSync("program.ts", source, {});
    if (errors.length > 0) throw new Error(errors[0].message);
  };
}
