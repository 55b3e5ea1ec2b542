// Measures what a page loads of the package: `node size.mjs PACKAGE` prints one line per part,
// `name: raw gzip brotli`. It must never count a file that the browser entry does not reach.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = resolve(process.argv[2]);
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const entry = pick(manifest.exports["."], ["browser", "import", "default"]);

// Static imports and `new URL("…", import.meta.url)`, followed through relative paths. What is
// imported on demand (the locales) is not part of what every page loads.
const IMPORT = /(?:\bfrom\s*|\bimport\s*|new URL\()\s*["'](\.{1,2}\/[^"']+)["']/g;
const scripts = new Set();
const binaries = new Set();
const waiting = [join(folder, entry)];
while (waiting.length > 0) {
  const file = waiting.pop();
  if (file.endsWith(".wasm")) { binaries.add(file); continue; }
  if (scripts.has(file)) continue;
  scripts.add(file);
  for (const [, path] of readFileSync(file, "utf8").matchAll(IMPORT)) waiting.push(join(dirname(file), path));
}
if (binaries.size !== 1) throw new Error(`the browser entry loads ${binaries.size} wasm files, not one`);

print("wasm", [...binaries]);
print("glue and facade", [...scripts].sort());

function pick(conditions, order) {
  if (typeof conditions === "string") return conditions;
  const name = order.find((condition) => conditions?.[condition]);
  if (!name) throw new Error("the package has no browser entry");
  return pick(conditions[name], order);
}

// Scripts are measured as shipped, each compressed by itself, as a server sends them.
function print(name, files) {
  const sizes = files.map((file) => {
    const bytes = readFileSync(file);
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
    return [bytes.length, gzipSync(bytes, { level: 9 }).length, brotli.length];
  });
  const sum = (column) => sizes.reduce((total, row) => total + row[column], 0);
  console.log(`${name}: ${sum(0)} ${sum(1)} ${sum(2)}`);
}
