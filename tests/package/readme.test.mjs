// The examples of the README and of the package's page, run as they are written; only the host of a URL is a local server.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { install, runScript, serve } from "./harness.mjs";
import { filesOf, FIVE, FIVE_OUTPUT, FIVE_RESULT } from "./programs.mjs";

const EXAMPLE_HOST = "https://example.org";

let place;
let program;
let examples;

before(async () => {
  place = await install();
  const app = Object.entries(FIVE).map(([path, text]) => [`/app${path}`, text]);
  const files = filesOf(Object.fromEntries([...app, ["/app/broken.som", "собит = 1;\n"]]));
  const component = readFileSync(join(place.folder, "node_modules/somon-wasm/somon_wasm_bg.wasm"));
  program = await serve((path, response) => {
    if (path === "/large.som") response.writeHead(200, { "content-type": "text/plain" }).write("содир");
    else if (path.endsWith(".wasm")) response.writeHead(200, { "content-type": "application/wasm" }).end(component);
    else files(path, response);
  });
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  examples = blocksOf(readme);
});
after(async () => {
  await program?.close();
  place?.remove();
});

describe("README", () => {
  test("runs a program by URL", async () => {
    const [byUrl] = examples;
    assert.ok(byUrl.includes(EXAMPLE_HOST));
    const text = byUrl.replace(EXAMPLE_HOST, program.url);
    assert.deepEqual(await linesOf(`${text}console.log(main.натиҷа);`), [...FIVE_OUTPUT, FIVE_RESULT]);
  });

  test("runs a program from memory", async () => {
    const [byUrl, fromMemory] = examples;
    const promised = fromMemory.match(/\/\/ "(.+)"$/m)[1];
    assert.deepEqual(await linesOf(`${importsOf(byUrl)}${fromMemory}console.log(матн);`), [promised]);
  });

  test("compiles one text", async () => {
    const [byUrl, , oneText] = examples;
    const lines = await linesOf(`${importsOf(byUrl)}${oneText}console.log(errors.length); console.log(code.trim());`);
    assert.deepEqual(lines, ["0", 'console.log("Салом");']);
  });
});

describe("the package's page", () => {
  test("has examples that run in their order", async () => {
    const page = readFileSync(join(place.folder, "node_modules/somon-wasm/README.md"), "utf8");
    const blocks = blocksOf(page);
    assert.equal(blocks.length, 5);
    // The component comes from the same server; the large module is one that never ends.
    const text = blocks.join("").replaceAll(EXAMPLE_HOST, program.url);
    const [body, abort, last] = [text.split("const controller")[0], ...blocks.slice(3)];
    const told = "await attempt().catch(({ name, code }) => console.log(name, code));";
    const script = `${body}
const attempt = async () => { ${abort.replaceAll(EXAMPLE_HOST, program.url).replace("1000", "50")} };
${told}
${last.replace(`${EXAMPLE_HOST}/app/main.som`, `${program.url}/app/broken.som`).replaceAll("console.error", "console.log")}`;
    const lines = await linesOf(script);
    assert.deepEqual(lines.slice(0, 5), [...FIVE_OUTPUT, "Салом, Ҷаҳон!", "SomonModuleError LOAD_ABORTED"]);
    assert.equal(lines[5].split(" ")[0], "COMPILE_FAILED");
    assert.ok(lines.some((line) => line.includes("/app/broken.som:1:7 SOM2007 ")), lines.join("\n"));
  });
});

function blocksOf(text) {
  return [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block]) => block);
}

function importsOf(example) {
  return `${example.split("\n").find((line) => line.startsWith("import "))}\n`;
}

async function linesOf(script) {
  const output = await runScript("node", place.write("example.mjs", script), place.folder);
  return output.trimEnd().split("\n");
}
