// The module system through the facade: what it tells of its graph, asking again, watching, JavaScript modules,
// answers that are kept. Requests are counted at the server's socket.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { install, RUNTIMES, runScript, serve } from "./harness.mjs";

let place;
before(async () => {
  place = await install();
});
after(() => place?.remove());

/** A server of texts that may change, each with its ETag. */
async function site(files) {
  const server = await serve((path, response, request) => {
    const text = files[path];
    const tag = `"${text?.length}-${text?.charCodeAt(0)}"`;
    if (text === undefined) response.statusCode = 404;
    else if (request.headers["if-none-match"] === tag) response.statusCode = 304;
    response.setHeader("etag", tag);
    if (request.headers["x-key"]) files.seen = request.headers["x-key"];
    response.setHeader("content-type", path.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8");
    response.end(response.statusCode === 200 ? text : undefined);
  });
  return { ...server, files };
}

/** Runs a script of one runtime; what it prints as JSON is the answer. */
async function run(runtime, body) {
  const file = place.write(`graph-${runtime}.mjs`, `import { ModuleSystem } from "somon-wasm";\n${body}`);
  return JSON.parse((await runScript(runtime, file, place.folder)).trim().split("\n").at(-1));
}

const SESSION = '{ loading: { httpCache: "session" } }';

for (const runtime of Object.keys(RUNTIMES)) {
  describe(runtime, () => {
    test("tells of its graph", async () => {
      const server = await site({
        "/main.som": 'ворид { а } аз "./a"; ворид { x } аз "axios"; чоп.сабт(а, x);',
        "/a.som": 'содир собит а = 1; содир * аз "./b.js";',
        "/b.js": "export let n = 1; export default 2;",
      });
      const url = (name) => `${server.url}/${name}`;
      const told = await run(
        runtime,
        `const system = new ModuleSystem({ loading: { httpCache: "session", externals: ["axios"] } });
         await system.loadModule("${url("main.som")}");
         const graph = system.getDependencyGraph();
         graph.get("${url("a.som")}").push("mine");
         console.log(JSON.stringify({
           graph: [...system.getDependencyGraph()],
           statistics: system.getStatistics(),
           exports: system.getModule("${url("a.som")}").exports,
           types: system.getAllModules().map((module) => module.type),
           external: system.getModule("external:axios"),
           source: system.getModuleSource("${url("b.js")}"),
           none: system.getModule("x") === undefined,
           chain: system.getImportChain("${url("b.js")}").map((step) => step.specifier),
           valid: system.validate(),
           lock: Object.keys(system.lockfile().modules).length,
         }));`,
      );
      await server.close();
      assert.deepEqual(told.graph, [
        [url("a.som"), [url("b.js")]],
        [url("b.js"), []],
        [url("main.som"), [url("a.som"), "external:axios"]],
        ["external:axios", []],
      ]);
      assert.deepEqual(told.statistics, {
        totalModules: 3,
        totalDependencies: 3,
        averageDependencies: 1,
        maxDependencyDepth: 2,
        circularDependencies: 0,
        externalModules: 1,
        dynamicDependencies: 0,
      });
      assert.deepEqual(told.exports, ["n", "а"]);
      assert.deepEqual(told.types, ["som", "js", "som"]);
      assert.equal(told.external.type, "external");
      assert.match(told.source, /^export let n/);
      assert.ok(told.none);
      assert.deepEqual(told.chain, ["./a", "./b.js"]);
      assert.deepEqual(told.valid, { isValid: true, errors: [], warnings: [] });
      assert.equal(told.lock, 3);
    });

    test("runs JavaScript, JSON and data: modules with live bindings", async () => {
      const server = await site({
        "/main.som":
          'ворид { count, inc } аз "./counter.js"; ворид д аз "./d.json"; ворид { v } аз "data:text/javascript,export let v = 5"; inc(); содир собит н = [count, д.a, v];',
        "/counter.js": "import { base } from './base.mjs';\nexport let count = base;\nexport const inc = () => { count++ };\n",
        "/base.mjs": "export const base = 40;",
        "/d.json": '{ "a": [1] }',
      });
      const told = await run(
        runtime,
        `const { н } = await new ModuleSystem().run("${server.url}/main.som"); console.log(JSON.stringify(н));`,
      );
      await server.close();
      assert.deepEqual(told, [41, [1], 5]);
      assert.equal(server.requests.length, 4);
    });

    test("asks again, forgets, prefetches, resolves by asking, loads at once", async () => {
      const server = await site({ "/a.som": 'ворид "./b";', "/b.som": "", "/lib/index.som": "" });
      const told = await run(
        runtime,
        `const base = "${server.url}/";
         const system = new ModuleSystem({ resolution: { baseUrl: base }, loading: { httpCache: "session" } });
         const short = (list) => list.map((id) => id.replace(base, ""));
         const prefetched = await system.prefetch(["./a", "./none.som"]);
         const at = system.loadModuleSync("./a");
         let refusal; try { system.loadModuleSync("./lib"); } catch (error) { refusal = error.code; }
         const resolved = await system.resolveAsync("./lib");
         const refreshed = await system.refresh();
         const had = system.invalidate(base + "b.som", { dependents: true });
         console.log(JSON.stringify({
           loaded: short(prefetched.loaded), failed: prefetched.failed.map((error) => [error.name, error.code, error.status]),
           at: short([at.id]), refusal, resolved: short([resolved.url, ...resolved.candidates]), extension: resolved.extension,
           unchanged: short(refreshed.unchanged), had, again: system.invalidate(base + "b.som"),
         }));`,
      );
      await server.close();
      assert.deepEqual(told.loaded, ["a.som", "b.som"]);
      assert.deepEqual(told.failed, [["SomonModuleError", "LOAD_HTTP", 404]]);
      assert.deepEqual(told.at, ["a.som"]);
      assert.equal(told.refusal, "LOAD_NETWORK");
      assert.deepEqual(told.resolved, ["lib/index.som", "lib.som", "lib.js", "lib.json", "lib/index.som"]);
      assert.equal(told.extension, ".som");
      assert.deepEqual(told.unchanged, ["a.som", "b.som", "lib/index.som"]);
      assert.deepEqual([told.had, told.again], [true, false]);
    });

    test("keeps an answer while it holds, and asks nobody for it", async () => {
      const server = await site({ "/a.som": "содир собит а = 1;", "/b.som": "" });
      const told = await run(
        runtime,
        `const system = new ModuleSystem(${SESSION});
         const load = () => system.loadModule("${server.url}/a.som");
         const first = await load(), second = await load();
         for (let count = 0; count < 1000; count++) await load();
         const frozen = Object.isFrozen(second) && Object.isFrozen(second.exports);
         system.invalidate("${server.url}/a.som");
         const third = await load();
         console.log(JSON.stringify({ same: second === first, frozen, other: third !== first, source: third.source }));`,
      );
      await server.close();
      assert.deepEqual(told, { same: true, frozen: true, other: true, source: "содир собит а = 1;" });
      assert.equal(server.requests.length, 2);
    });

    test("sends the headers of the options, fixed or asked for, to the own origin alone", async () => {
      const own = await site({ "/a.som": "" });
      const other = await site({ "/b.som": "" });
      own.files["/a.som"] = `ворид "${other.url}/b.som";`;
      for (const headers of ['{ "X-Key": "word" }', '(url) => ({ "x-key": url.endsWith("a.som") ? "word" : "wrong" })']) {
        delete own.files.seen;
        await run(
          runtime,
          `const system = new ModuleSystem({ resolution: { allowedOrigins: "any", allowPrivateHosts: true }, loading: { headers: ${headers} } });
           await system.loadModule("${own.url}/a.som"); console.log("1");`,
        );
        assert.equal(own.files.seen, "word");
        assert.equal(other.files.seen, undefined);
      }
      await own.close();
      await other.close();
    });
  });
}

test("a watch tells changes with what depends on them, and ends by its handle and by its signal", async () => {
  const server = await site({ "/a.som": 'ворид "./b";', "/b.som": "" });
  const body = `
    const system = new ModuleSystem();
    const changes = [];
    const controller = new AbortController();
    const told = new Promise((resolve) => {
      system.watch("${server.url}/a.som", { intervalMs: 250, signal: controller.signal, onChange(change) { changes.push(change); resolve(); } });
    });
    let refusal;
    try { system.watch("./a", { intervalMs: 1, onChange() {} }); } catch (error) { refusal = [error.code, error.errors[0].path]; }
    const other = system.watch("${server.url}/a.som", { onChange() {} });
    other.stop(); other.stop();
    await fetch("${server.url}/edit");
    await told;
    controller.abort();
    system.stopWatching();
    console.log(JSON.stringify({ changes, refusal }));`;
  const answer = run("node", body);
  // The edit comes when the script says so, and some looks later.
  while (!server.requests.includes("/edit")) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 600));
  server.files["/b.som"] = "чоп.сабт(1);";
  const told = await answer;
  await server.close();
  assert.deepEqual(told.changes, [
    { type: "change", url: `${server.url}/b.som`, dependents: [`${server.url}/a.som`] },
  ]);
  assert.deepEqual(told.refusal, ["CONFIG_INVALID", "intervalMs"]);
});
