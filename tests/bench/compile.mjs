// How fast the built package compiles, in Node: first pass and warm, small and large; and how
// long it takes from import to the first compiled module in a fresh process.
// It must never time anything but calls that a user makes.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = process.env.SOMON_PACKAGE;
if (!folder) throw new Error("SOMON_PACKAGE must name the folder of the built package");
const entry = nodeEntry(folder);

const COLD = `
  const begun = performance.now();
  const { compile } = await import(${JSON.stringify(entry)});
  const { errors } = compile("содир собит салом = 'ҷаҳон';");
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  console.log(performance.now() - begun);
`;
const cold = samples(15, () => Number(execFileSync(process.execPath, ["--input-type=module", "--eval", COLD], { encoding: "utf8" })));
row("import to first module", `${middle(cold).toFixed(1)} ms`, `least ${Math.min(...cold).toFixed(1)} ms`);

const { compile } = await import(entry);
const programs = largePrograms(compile);
for (const [name, bytes, rounds] of [["20 KB", 20_000, 400], ["1 MB", 1_000_000, 12]]) {
  const source = sourceOf(programs, bytes);
  const size = Buffer.byteLength(source);
  const times = samples(rounds, () => {
    const begun = performance.now();
    compile(source);
    return performance.now() - begun;
  });
  const speed = (time) => `${(size / 1000 / time).toFixed(1)} MB/s`;
  row(`compile ${name} (${size} bytes)`, `first ${speed(times[0])}`, `warm ${speed(middle(times.slice(rounds >> 2)))}`);
}

/** The corpus's longer programs, each in a function of its own so that their names stay apart. */
function largePrograms(compile) {
  const corpus = fileURLToPath(new URL("../conformance/run/", import.meta.url));
  const files = readdirSync(corpus).filter((name) => /^\d+-big-.*\.som$/.test(name)).sort();
  const wrapped = files.map((name) => `{\n${readFileSync(join(corpus, name), "utf8")}\n}\n`);
  // Those that only stand at the top level (awaits, imports) would measure errors.
  const whole = wrapped.filter((source) => compile(`функсия як() ${source}`).errors.length === 0);
  if (whole.length < files.length / 2) throw new Error(`only ${whole.length} of ${files.length} programs compile`);
  return whole;
}

function sourceOf(programs, bytes) {
  let source = "";
  for (let count = 0; Buffer.byteLength(source) < bytes; count += 1) {
    source += `функсия барнома${count}() ${programs[count % programs.length]}`;
  }
  return source;
}

function nodeEntry(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  let target = manifest.exports["."];
  while (typeof target !== "string") target = target.node ?? target.import ?? target.default;
  return pathToFileURL(join(folder, target)).href;
}

function samples(count, measure) {
  return Array.from({ length: count }, measure);
}

function middle(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function row(...cells) {
  console.log(cells.map((cell) => cell.padEnd(32)).join(" "));
}
