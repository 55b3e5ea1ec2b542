// The package inside the workers of a page: dedicated, shared and service workers, each as a module.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, serve } from "./harness.mjs";
import { launch, linesOf, serveFolder } from "./page.mjs";
import { filesOf, FIVE, FIVE_RESULT } from "./programs.mjs";

const PACKAGE = "/node_modules/somon-wasm";

let place;
let program;
let site;
let browser;

before(async () => {
  place = await install();
  program = await serve(filesOf({ ...FIVE, "/broken.som": "собит = 1;\n" }));
  site = await serveFolder(place.folder);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.close();
  await program?.close();
  place?.remove();
});

/** What a worker does when it is asked: what the program gives, what is wrong with another, in Tajik. */
const worker = (entry, listen) => `import { compile, ModuleSystem } from "${PACKAGE}/entry/${entry}.js";
import "${PACKAGE}/dist/locale/tg.js";
const system = new ModuleSystem({ compilation: { locale: "tg" }, resolution: { allowedOrigins: "any" } });
const told = async () => {
  const { modules } = await system.compile("${program.url}/main.som");
  const { code } = await system.bundle({ entryPoint: "${program.url}/main.som" });
  const { errors } = await system.compile("${program.url}/broken.som");
  const ran = await system.run("${program.url}/main.som").then(({ натиҷа }) => натиҷа, (error) => error.code);
  return [modules.size, code.length > 0, errors[0].code, /[ӣӯҷҳқғ]/.test(errors[0].message), compile("1;").errors.length, ran].join(" ");
};
const answer = (port) => told().then((text) => port.postMessage(text), (error) => port.postMessage(String(error)));
${listen}
`;

async function linesFrom(name, source, ask) {
  place.write(`${name}.js`, source);
  const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module">
const heard = (event) => { console.log("heard " + event.data); console.log("done"); };
${ask}
</script>`;
  place.write(`${name}.html`, page);
  // What a program logs in a worker shows on the console of the page, too, now before and now behind what it answers.
  const lines = await linesOf(browser, `${site.url}/${name}.html`);
  return lines.find((line) => line.startsWith("heard "))?.slice("heard ".length);
}

describe("in a page's workers", () => {
  const all = `5 true SOM2007 true 0 ${FIVE_RESULT}`;

  test("a dedicated worker", async () => {
    const source = worker("browser", "answer(self);");
    const ask = 'new Worker("/dedicated.js", { type: "module" }).onmessage = heard;';
    assert.equal(await linesFrom("dedicated", source, ask), all);
  });

  test("a shared worker", async () => {
    // Connections come before the component is there.
    const source = worker("inline", "self.onconnect = ({ ports: [port] }) => answer(port);");
    const ask = 'new SharedWorker("/shared.js", { type: "module" }).port.onmessage = heard;';
    assert.equal(await linesFrom("shared", source, ask), all);
  });

  test("a service worker, which cannot run", async () => {
    const source = worker("inline", "self.onmessage = ({ source }) => answer(source);");
    const ask = `navigator.serviceWorker.onmessage = heard;
const { active, waiting, installing } = await navigator.serviceWorker.register("/service.js", { type: "module" });
(active ?? waiting ?? installing).postMessage("");`;
    assert.equal(await linesFrom("service", source, ask), "5 true SOM2007 true 0 RUN_UNSUPPORTED");
  });
});
