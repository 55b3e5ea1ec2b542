// Makes the npm package from what wasm-pack built and from this folder:
// `node assemble.mjs --wasm DIR --out DIR [--devtools DIR]`. Nothing of an earlier package stays.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildSync, transformSync } from "esbuild";
import { shrink } from "./shrink.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const text = { type: "string" };
const { values } = parseArgs({ options: { wasm: text, out: text, devtools: text } });
if (!values.wasm || !values.out) throw new Error("usage: assemble.mjs --wasm DIR --out DIR");
const wasm = resolve(values.wasm);
const out = resolve(values.out);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const name of ["somon_wasm.js", "somon_wasm.d.ts", "somon_wasm_bg.wasm"]) {
  cpSync(join(wasm, name), join(out, name));
}
for (const folder of ["entry", "locale", "worker"]) {
  if (existsSync(join(here, folder))) cpSync(join(here, folder), join(out, folder), { recursive: true });
}
for (const file of readdirSync(join(out, "locale"))) {
  const types = "declare const table: { locale: string; table: string };\nexport default table;\n";
  writeFileSync(join(out, "locale", file.replace(/\.js$/, ".d.ts")), types);
}
cpSync(join(root, "LICENSE"), join(out, "LICENSE"));
cpSync(join(here, "README.md"), join(out, "README.md"));

/** What the package's manifest and the entries name of the facade, besides the locales. */
const ENTRIES = ["api.js", "component.js", "config_store.js", "init.js", "trap.js"];
const SHRUNK = { minify: true, format: "esm", target: "es2022", charset: "utf8" };

const crate = manifestOfCrate();
// The build that the recovery tests break on purpose has exports to do so.
const canTrap = readFileSync(join(wasm, "somon_wasm.d.ts"), "utf8").includes("break_now");
compileFacade();
bundleFacade();
shrink(join(out, "somon_wasm_bg.wasm"), join(out, "somon_wasm.js"));
minifyGlue();
inlineComponent();
if (values.devtools) addDevtools(resolve(values.devtools));
writeManifest();

/** The facade is compiled beside the glue that it imports, as it will lie in the package. */
function compileFacade() {
  cpSync(join(here, "src"), join(out, "src"), { recursive: true });
  cpSync(join(here, "tsconfig.json"), join(out, "tsconfig.json"));
  writeFileSync(join(out, "src/version.ts"), `export const version = ${JSON.stringify(crate.version)};\n`);
  if (canTrap) {
    writeFileSync(
      join(out, "src/trap.ts"),
      `import { call } from "./component.js";
export const breakNow = (how: string): void => call((exports) => exports.break_now(how));
export const breakInStep = (how: string, steps: number): void => call((exports) => exports.break_in_step(how, steps));
`,
    );
  }
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  const options = ["-p", join(out, "tsconfig.json"), "--rootDir", join(out, "src"), "--outDir", join(out, "dist")];
  execFileSync(process.execPath, [tsc, ...options], { stdio: "inherit" });
  rmSync(join(out, "src"), { recursive: true });
  rmSync(join(out, "tsconfig.json"));
}

/**
 * What every page loads, in few files: compressed together they are smaller, and half of it is comments and long names.
 * What several entries share stays one module, for there is one instance of the component. The types keep their files.
 */
function bundleFacade() {
  const dist = join(out, "dist");
  const scripts = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".js"));
  const isEntry = (name) => ENTRIES.includes(name) || dirname(name) === "locale";
  const { outputFiles } = buildSync({
    entryPoints: scripts.filter(isEntry).map((name) => join(dist, name)),
    outbase: dist,
    outdir: dist,
    chunkNames: "shared-[hash]",
    external: [join(out, "somon_wasm.js")],
    bundle: true,
    splitting: true,
    write: false,
    ...SHRUNK,
  });
  for (const name of scripts) rmSync(join(dist, name));
  // The tables lie in the modules that make them known.
  rmSync(join(out, "locale"), { recursive: true });
  let told = 0;
  for (const { path, text } of outputFiles) {
    // What comments tell bundlers is lost with the white space.
    const code = text.replace(/\bimport\((?=[\w$])/g, () => (told++, "import(/* @vite-ignore */ /* webpackIgnore: true */ "));
    writeFileSync(path, code);
  }
  if (told !== 1) throw new Error(`${told} imports of what exists only at run time, not one`);
}

function minifyGlue() {
  const file = join(out, "somon_wasm.js");
  writeFileSync(file, transformSync(readFileSync(file, "utf8"), SHRUNK).code);
}

function inlineComponent() {
  const text = readFileSync(join(out, "somon_wasm_bg.wasm")).toString("base64");
  writeFileSync(
    join(out, "dist/bytes.js"),
    `export const bytes = Uint8Array.from(atob(${JSON.stringify(text)}), (unit) => unit.charCodeAt(0));\n`,
  );
}

/** The same facade and entries beside another component. */
function addDevtools(component) {
  const place = join(out, "devtools");
  mkdirSync(place);
  for (const name of ["somon_wasm.js", "somon_wasm.d.ts", "somon_wasm_bg.wasm"]) {
    cpSync(join(component, name), join(place, name));
  }
  shrink(join(place, "somon_wasm_bg.wasm"), join(place, "somon_wasm.js"), { tellsPlaces: true });
  const isNeeded = (file) => !file.endsWith("bytes.js") && !file.endsWith("inline.js");
  for (const folder of ["dist", "entry"]) {
    cpSync(join(out, folder), join(place, folder), { recursive: true, filter: isNeeded });
  }
}

function writeManifest() {
  const manifest = JSON.parse(readFileSync(join(here, "package.template.json"), "utf8"));
  manifest.version = crate.version;
  manifest.description = crate.description;
  if (canTrap) manifest.exports["./trap"] = "./dist/trap.js";
  if (values.devtools) {
    // Nobody debugs where the component has to come as text.
    const moved = Object.entries({ ...manifest.exports["."], default: "./entry/browser.js" });
    manifest.exports["./devtools"] = Object.fromEntries(moved.map(([key, file]) => [key, file.replace("./", "./devtools/")]));
    manifest.files.push("devtools");
    manifest.sideEffects.push("./devtools/entry/*.js", "./devtools/dist/locale/*.js");
  }
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Version and description stand once, in Cargo.toml. */
function manifestOfCrate() {
  const options = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
  const text = execFileSync("cargo", options, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  return JSON.parse(text).packages.find(({ name }) => name === "somon-wasm");
}
