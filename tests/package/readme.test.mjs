// The examples of the README, run as they are written; only the host of a URL is a local server.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { install, runScript, serve } from "./harness.mjs";
import { filesOf, FIVE, FIVE_OUTPUT, FIVE_RESULT } from "./programs.mjs";

const EXAMPLE_HOST = "https://example.org";

let place;
let program;
let examples;

before(async () => {
  place = await install();
  program = await serve(filesOf(Object.fromEntries(Object.entries(FIVE).map(([path, text]) => [`/app${path}`, text]))));
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  examples = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, text]) => text);
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

function importsOf(example) {
  return `${example.split("\n").find((line) => line.startsWith("import "))}\n`;
}

async function linesOf(script) {
  const output = await runScript("node", place.write("example.mjs", script), place.folder);
  return output.trimEnd().split("\n");
}
