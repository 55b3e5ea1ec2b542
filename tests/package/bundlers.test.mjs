// A small app bundled by each bundler as its users have it set up, and opened in Chromium.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { after, before, describe, test } from "node:test";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";
import { install, serve } from "./harness.mjs";
import { launch, linesOf, serveFolder } from "./page.mjs";
import { filesOf, FIVE, FIVE_OUTPUT, FIVE_RESULT } from "./programs.mjs";

const COMPONENT = "somon_wasm_bg.wasm";

/** Each makes `site` from `app.js`; esbuild and Rollup know no assets, so there the user copies the component. */
const BUNDLERS = {
  async vite({ root, site }) {
    await vite({ root, logLevel: "error", build: { outDir: site, target: "es2022" } });
  },
  async webpack({ root, entry, site }) {
    const compiler = webpack({
      mode: "production",
      context: root,
      entry,
      experiments: { outputModule: true },
      // The component is larger than what webpack thinks fit for a page.
      performance: { hints: false },
      output: { path: site, filename: "app.js", module: true, publicPath: "/" },
    });
    const stats = await promisify(compiler.run.bind(compiler))();
    await promisify(compiler.close.bind(compiler))();
    assert.equal(stats.hasErrors() || stats.hasWarnings(), false, stats.toString());
  },
  async esbuild({ entry, site, component }) {
    const outfile = join(site, "app.js");
    await esbuild({ entryPoints: [entry], outfile, bundle: true, format: "esm", minify: true, target: "es2022", logLevel: "error" });
    // The entry's URL of it is written from one folder further down.
    cpSync(component, join(site, COMPONENT));
  },
  async rollup({ entry, site, component }) {
    const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ dir: site, entryFileNames: "[name].js", format: "es" });
    await bundle.close();
    cpSync(component, join(site, COMPONENT));
  },
};

let place;
let program;
let browser;

before(async () => {
  place = await install();
  program = await serve(filesOf(FIVE));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await program?.close();
  place?.remove();
});

describe("bundled", () => {
  for (const [name, bundle] of Object.entries(BUNDLERS)) {
    test(`by ${name}`, async () => {
      const root = join(place.folder, name);
      const site = join(root, "site");
      mkdirSync(site, { recursive: true });
      const entry = join(root, "app.js");
      writeFileSync(
        entry,
        `import { ModuleSystem } from "somon-wasm";
const { натиҷа } = await new ModuleSystem().run("${program.url}/main.som");
console.log(натиҷа);
console.log("done");
`,
      );
      const page = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/app.js"></script>';
      // Vite starts from the page; for the others it is a file of the site.
      writeFileSync(join(name === "vite" ? root : site, "index.html"), page);
      await bundle({ root, entry, site, component: join(place.folder, "node_modules/somon-wasm", COMPONENT) });

      const server = await serveFolder(site);
      try {
        assert.deepEqual(await linesOf(browser, server.url), [...FIVE_OUTPUT, FIVE_RESULT]);
        const components = server.requests.filter((path) => path.endsWith(".wasm"));
        assert.equal(components.length, 1, readdirSync(site, { recursive: true }).join(" "));
      } finally {
        await server.close();
      }
    });
  }
});
