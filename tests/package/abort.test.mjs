// What a signal cancels ends where it costs: at the server's socket.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, RUNTIMES, runScript, serve } from "./harness.mjs";
import { linesInPage } from "./page.mjs";

const METHODS = ["loadModule", "compile", "bundle", "run"];
/** With nothing answered yet, with a body half sent, and with an import of the entry outstanding. */
const MOMENTS = ["silent", "body", "import"];
const EXPECTED = METHODS.flatMap((method) => MOMENTS.map((moment) => `${method} ${moment}: LOAD_ABORTED reason`));
const WAIT_MS = 10_000;

let place;
let server;
/** Paths whose connection the client closed, with the answer unfinished. */
let dropped;
let onAsked;

before(async () => {
  place = await install();
  server = await serve((path, response) => {
    response.setHeader("content-type", "text/plain; charset=utf-8");
    if (path.endsWith("entry.som")) {
      response.end('ворид { х } аз "./held";\nсодир { х };\n');
      return;
    }
    if (path.startsWith("/asked?")) {
      // Answers the client once the server has the request that is to be cut off.
      const asked = path.slice("/asked?".length);
      const told = () => response.end("yes");
      if (server.requests.includes(asked)) told();
      else onAsked.set(asked, told);
      return;
    }
    response.on("close", () => dropped.push(path));
    if (path.includes("/body/")) response.write("содир собит х");
    onAsked.get(path)?.();
  });
});
after(async () => {
  await server?.close();
  place?.remove();
});

function script() {
  return `import { ModuleSystem } from "somon-wasm";
const url = ${JSON.stringify(server.url)};
for (const method of ${JSON.stringify(METHODS)}) {
  for (const moment of ${JSON.stringify(MOMENTS)}) {
    const folder = \`/\${method}/\${moment}\`;
    const entry = url + folder + (moment === "import" ? "/entry.som" : "/held.som");
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const system = new ModuleSystem();
    const call = {
      loadModule: () => system.loadModule(entry, undefined, options),
      compile: () => system.compile(entry, options),
      bundle: () => system.bundle({ entryPoint: entry, ...options }),
      run: () => system.run(entry, options),
    }[method]();
    const told = call.then(() => "settled", ({ code, cause }) => code + " " + cause);
    await (await fetch(url + "/asked?" + folder + "/held.som")).text();
    controller.abort("reason");
    console.log(\`\${method} \${moment}: \${await told}\`);
  }
}
`;
}

async function seesItsConnectionsClosed(run) {
  dropped = [];
  onAsked = new Map();
  server.requests.length = 0;
  assert.deepEqual(await run(), EXPECTED);
  const expected = METHODS.flatMap((method) => MOMENTS.map((moment) => `/${method}/${moment}/held.som`));
  const until = Date.now() + WAIT_MS;
  while (dropped.length < expected.length && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(dropped.toSorted(), expected.toSorted());
}

describe("abort", () => {
  for (const runtime of Object.keys(RUNTIMES)) {
    test(`closes the connection in ${runtime}`, async () => {
      await seesItsConnectionsClosed(async () => {
        // The process must still be there when the server looks: its end closes everything.
        const stays = `${script()}await new Promise((resolve) => setTimeout(resolve, 300));
const left = await (await fetch(url + "/asked?/run/import/held.som")).text();
console.log(left);
`;
        const output = await runScript(runtime, place.write("abort.mjs", stays), place.folder);
        const lines = output.trimEnd().split("\n");
        assert.equal(lines.pop(), "yes");
        return lines;
      });
    });
  }

  test("of the system's own signal shuts it down", async () => {
    const text = `import { ModuleSystem } from "somon-wasm";
const told = (promise) => promise.then(() => "settled", ({ code }) => code);
const controller = new AbortController();
const system = new ModuleSystem({ signal: controller.signal });
const pending = told(system.loadModule(${JSON.stringify(`${server.url}/own/held.som`)}));
await (await fetch(${JSON.stringify(`${server.url}/asked?/own/held.som`)})).text();
controller.abort();
console.log(await pending, await told(system.loadModule("./x")));
console.log(await told(new ModuleSystem({ signal: AbortSignal.abort() }).loadModule("./x")));
`;
    dropped = [];
    onAsked = new Map();
    const output = await runScript("node", place.write("own.mjs", text), place.folder);
    assert.deepEqual(output.trimEnd().split("\n"), ["SHUTDOWN SHUTDOWN", "SHUTDOWN"]);
  });

  test("closes the connection in a page", async () => {
    await seesItsConnectionsClosed(() => linesInPage(place, script()));
  });
});
