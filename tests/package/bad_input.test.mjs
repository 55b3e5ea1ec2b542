// What a server may answer instead of a module: each has its own error, which tells the way to it,
// and nothing else is lost.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { inspect } from "node:util";
import { install, serve } from "./harness.mjs";

const HUGE_BYTES = 50 * 1024 * 1024;
const DEEP = 100_000;
const PIECE = Buffer.alloc(64 * 1024, "чоп.сабт(1);\n");

const GOOD = 'содир собит хуб = "ҳаст";\n';

/** A module two imports below the entry; the way there is the same for each. */
const chainTo = (name) => ({
  [`/${name}/entry.som`]: 'ворид { х } аз "./middle";\nсодир { х };\n',
  [`/${name}/middle.som`]: 'собит пеш = 1;\nсодир { х } аз "./bad.som";\n',
});

const CASES = [
  { name: "404", code: "LOAD_HTTP", status: 404, found: "SOM4002", answer: (response) => response.writeHead(404).end("not here") },
  {
    name: "close mid-body",
    code: "LOAD_NETWORK",
    found: "SOM5001",
    answer(response) {
      response.writeHead(200, { "content-type": "text/plain", "content-length": "1000" });
      response.write("содир собит х", () => response.socket.destroy());
    },
  },
  {
    name: "invalid UTF-8",
    code: "LOAD_DECODE",
    found: "SOM5001",
    answer: (response) => som(response).end(Buffer.from([0x74, 0xd0, 0x20, 0xff])),
  },
  {
    name: "HTML",
    code: "LOAD_MIME",
    found: "SOM5001",
    answer: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>Салом"),
  },
  { name: "50 MB", code: "LOAD_TOO_LARGE", found: "SOM5001", answer: (response) => endless(som(response)) },
  {
    name: "syntax error",
    code: "PARSE",
    diagnostic: { code: "SOM2007", line: 2, column: 13 },
    answer: (response) => som(response).end("собит а = 1;\nсодир собит = 2;\n"),
  },
  {
    name: "deep nesting",
    code: "PARSE",
    diagnostic: { code: "SOM2024", line: 1, column: 1039 },
    answer: (response) => som(response).end(`содир собит х = ${"(".repeat(DEEP)}1${")".repeat(DEEP)};\n`),
  },
];

let place;
let server;
let ModuleSystem;
let sentBytes;

before(async () => {
  place = await install();
  const entry = join(place.folder, "node_modules/somon-wasm/entry/node.js");
  ({ ModuleSystem } = await import(pathToFileURL(entry)));
  const files = Object.assign({ "/good.som": GOOD, "/new.som": GOOD }, ...CASES.map(({ name }) => chainTo(name)));
  files["/itself.som"] = 'ворид * чун худ аз "./itself";\nсодир функсия чор() { бозгашт 4; }\nсодир собит панҷ = худ.чор() + 1;\n';
  server = await serve((path, response) => {
    const text = files[path];
    const bad = CASES.find(({ name }) => path === `/${name}/bad.som`);
    if (text !== undefined) som(response).end(text);
    else if (bad) bad.answer(response);
    else response.writeHead(404).end();
  });
});
after(async () => {
  await server?.close();
  place?.remove();
});

describe("bad input", () => {
  for (const { name, code, status, diagnostic, found = diagnostic.code } of CASES) {
    test(name, async () => {
      // One server is all of them here: it must not be left alone for what one module does.
      const system = new ModuleSystem({ loading: { retry: { maxRetries: 0 } } });
      const at = (file) => encodeURI(`${server.url}/${name}/${file}`);
      await system.loadModule(`${server.url}/good.som`);

      const error = await system.loadModule(at("entry.som")).then(() => assert.fail("loaded"), (thrown) => thrown);
      assert.equal(error.name, "SomonModuleError");
      assert.equal(error.code, code, error.message);
      assert.equal(error.status, status);
      assert.equal(error.url, at("bad.som"));
      assert.deepEqual(error.importChain, [
        { url: at("entry.som"), specifier: "./middle", line: 1, column: 16 },
        { url: at("middle.som"), specifier: "./bad.som", line: 2, column: 16 },
      ]);
      if (diagnostic) {
        const places = error.diagnostics.map(({ code, url, line, column }) => ({ code, url, line, column }));
        assert.deepEqual(places, [{ ...diagnostic, url: at("bad.som") }]);
      }

      // What was wrong with one module is one diagnostic of the graph.
      const { errors } = await system.compile(at("entry.som"));
      assert.deepEqual(errors.map(({ code }) => code), [found]);

      await nothingLost(system);
    });
  }

  test("a console shows the error by its name, with what is known and nothing else", async () => {
    const system = new ModuleSystem();
    const error = await system.loadModule(`${server.url}/nowhere.som`).then(() => assert.fail("loaded"), (thrown) => thrown);
    const shown = inspect(error);
    assert.match(shown, /^SomonModuleError: /);
    assert.match(shown, /status: 404/);
    assert.doesNotMatch(shown, /undefined/);
    assert.match(inspect(system), /^ModuleSystem \{/);
  });

  test("50 MB are not read to the end", () => {
    assert.ok(sentBytes > 0 && sentBytes < HUGE_BYTES, `sent ${sentBytes}`);
  });

  test("a module that imports itself", async () => {
    const url = `${server.url}/itself.som`;
    const system = new ModuleSystem();
    assert.equal((await system.run(url)).панҷ, 5);

    const strict = new ModuleSystem({ loading: { circularDependencyStrategy: "error" } });
    await strict.loadModule(`${server.url}/good.som`);
    const error = await strict.loadModule(url).then(() => assert.fail("loaded"), (thrown) => thrown);
    assert.equal(error.code, "CYCLE", error.message);
    assert.deepEqual(error.importChain, [{ url, specifier: "./itself", line: 1, column: 20 }]);
    await nothingLost(strict);
  });
});

/** What was loaded before the fault is still there, without a request; what was not can be loaded. */
async function nothingLost(system) {
  server.requests.length = 0;
  const good = await system.loadModule(`${server.url}/good.som`);
  assert.equal(good.source, GOOD);
  assert.deepEqual(server.requests, []);
  assert.equal((await system.run(`${server.url}/new.som`)).хуб, "ҳаст");
}

function som(response) {
  return response.writeHead(200, { "content-type": "text/plain; charset=utf-8", "cache-control": "max-age=600" });
}

/** Goes on to 50 MB, or until nobody listens any more. */
function endless(response) {
  sentBytes = 0;
  const more = () => {
    while (sentBytes < HUGE_BYTES && !response.destroyed) {
      sentBytes += PIECE.length;
      if (!response.write(PIECE)) return;
    }
    response.end();
  };
  response.on("drain", more);
  more();
}
