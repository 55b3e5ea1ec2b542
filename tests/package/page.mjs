// A folder served to a real Chromium, and what a page in it says on its console.
// Must never soften what the page meets: no bundler, no flag that loosens a rule of the web.

import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";
import { program, serve } from "./harness.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

export function launch() {
  // The root user of a build machine has no sandbox to offer.
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  return chromium.launch({ executablePath: program("SOMON_CHROMIUM"), args });
}

/** The files below a folder, `/` being its index.html. */
export function serveFolder(folder) {
  return serve(async (path, response) => {
    const name = path === "/" ? "/index.html" : path;
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    response.statusCode = bytes === undefined ? 404 : 200;
    response.setHeader("content-type", TYPES[extname(name)] ?? "application/octet-stream");
    response.end(bytes ?? "not here");
  });
}

/** Opens a page and gives the lines it logs until the line `done`; an error of the page is an error here. */
export async function linesOf(browser, url, limitMs = 60_000) {
  const page = await browser.newPage();
  try {
    const lines = [];
    const over = new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no end in time, only: ${lines.join(" | ")}`)), limitMs);
      page.on("close", () => clearTimeout(late));
      page.on("pageerror", reject);
      page.on("console", (message) => (message.text() === "done" ? resolve() : lines.push(message.text())));
    });
    // A page that cannot be opened must not leave the other rejection unheard.
    await Promise.all([over, page.goto(url)]);
    return lines;
  } finally {
    await page.close();
  }
}

/** The lines of a module script in a page of its own, beside the installed package. */
export async function linesInPage(place, script, entries) {
  place.write("index.html", pageWithoutBundler(script, entries));
  const site = await serveFolder(place.folder);
  const browser = await launch();
  try {
    return await linesOf(browser, site.url);
  } finally {
    await browser.close();
    await site.close();
  }
}

/** The same in a dedicated worker of a page, where no import map names the package. */
export async function linesInPageWorker(place, script) {
  const source = script.replaceAll('"somon-wasm"', '"/node_modules/somon-wasm/entry/browser.js"');
  place.write("worker.js", `const lines = [];
console.log = (...words) => lines.push(words.join(" "));
${source}
postMessage(lines);
`);
  const start = `const worker = new Worker("/worker.js", { type: "module" });
const lines = await new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
});
for (const line of lines) console.log(line);`;
  return linesInPage(place, start);
}

/** A page that needs no bundler: the import map names the package's own files. */
export function pageWithoutBundler(script, entries = { "somon-wasm": "entry/browser.js" }) {
  const imports = Object.fromEntries(
    Object.entries(entries).map(([name, file]) => [name, `/node_modules/somon-wasm/${file}`]),
  );
  return `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module">
${script}
console.log("done");
</script>
`;
}
