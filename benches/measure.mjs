// How the benchmarks take times and print them: rows of a name and cells, medians, ratios.
// Must never judge what was measured.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The folder of the built package, and its entry for Node. */
export function packageFolder() {
  const folder = process.env.SOMON_PACKAGE;
  if (!folder) throw new Error("SOMON_PACKAGE must name the folder of the built package");
  return folder;
}

export function packageUrl() {
  return pathToFileURL(`${packageFolder()}/`).href;
}

export function nodeEntry() {
  const folder = packageFolder();
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  let target = manifest.exports["."];
  while (typeof target !== "string") target = target.node ?? target.import ?? target.default;
  return pathToFileURL(join(folder, target)).href;
}

export function samples(count, measure) {
  return Array.from({ length: count }, measure);
}

/** Milliseconds that synchronous work takes. */
export function timed(work) {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

export async function timedAsync(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

export function middle(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** What the work takes when nothing else disturbs it: other work on the machine only adds. */
export function least(values) {
  return Math.min(...values);
}

export function row(name, ...cells) {
  console.log([name.padEnd(40), ...cells.map((cell) => cell.padEnd(46))].join(" ").trimEnd());
}
