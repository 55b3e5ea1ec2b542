// The sample worker in workerd and in Deno, asked over HTTP.

import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startDeno, startWorkerd } from "./edge.mjs";
import { install, runScript, serve } from "./harness.mjs";
import { filesOf, FIVE, FIVE_OUTPUT, FIVE_RESULT } from "./programs.mjs";

let place;
let file;
let version;

before(async () => {
  place = await install();
  file = join(place.folder, "worker.js");
  copyFileSync(join(place.folder, "node_modules/somon-wasm/worker/worker.js"), file);
  ({ version } = await import(join(place.folder, "node_modules/somon-wasm/entry/node.js")));
});
after(() => place?.remove());

for (const [name, start] of Object.entries({ workerd: startWorkerd, deno: startDeno })) {
  describe(name, () => {
    let sources;
    let worker;
    /** What a path answers when it is not simply a file of the program. */
    let special;

    before(async () => {
      const files = filesOf({ ...FIVE, "/broken.som": "собит = 1;\n" });
      sources = await serve((path, response, request) => (special?.[path] ?? files)(path, response, request));
      worker = await start(place, file, { SOURCE: `${sources.url}/`, TOKEN: "t" });
    });
    after(async () => {
      await worker?.close();
      await sources?.close();
    });

    test("tells how it goes, in real figures", async () => {
      const health = await fetch(`${worker.url}/health`);
      assert.equal(health.status, 200);
      const { status, version: told, checks } = await health.json();
      assert.deepEqual([typeof status, told, checks[0].message], ["string", version, undefined]);
      const before = await figures(worker);
      assert.deepEqual([before.requestCount, before.modulesInCache], [0, 0]);
      assert.equal((await fetch(`${worker.url}/m/lib.js`)).status, 200);
      assert.equal((await fetch(`${worker.url}/m/broken.js`)).status, 422);
      const now = await figures(worker);
      // With what the first imports.
      assert.deepEqual([now.requestCount, now.modulesInCache], [2, 4]);
    });

    test("serves a program compiled", async () => {
      const answer = await fetch(`${worker.url}/m/main.js`);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("content-type"), "text/javascript; charset=utf-8");
      // Deno imports by URL, so it runs the program as the worker serves it.
      const script = `const { натиҷа } = await import("${worker.url}/m/main.js"); console.log(натиҷа);`;
      const output = await runScript("deno-remote", place.write("remote.mjs", script), place.folder);
      assert.deepEqual(output.trimEnd().split("\n"), [...FIVE_OUTPUT, FIVE_RESULT]);
    });

    test("says what is wrong", async () => {
      const broken = await (await fetch(`${worker.url}/m/broken.js`)).json();
      assert.deepEqual(broken.details.map(({ code, line, column }) => ({ code, line, column })), [
        { code: "SOM2007", line: 1, column: 7 },
      ]);
      const absent = await fetch(`${worker.url}/m/absent.js`);
      assert.equal(absent.status, 404);
      assert.equal((await absent.json()).code, "RESOLVE_NOT_FOUND");
      assert.equal((await fetch(`${worker.url}/elsewhere`)).status, 404);
      assert.equal((await fetch(`${worker.url}/health`, { method: "POST" })).status, 405);
    });

    test("two cold requests for one module, the first aborted midway", async () => {
      let release;
      const released = new Promise((resolve) => (release = resolve));
      let asked;
      const isAsked = new Promise((resolve) => (asked = resolve));
      special = {
        "/cold.som": async (path, response) => {
          response.setHeader("content-type", "text/plain; charset=utf-8");
          response.write("содир собит х");
          asked();
          await released;
          response.end(" = 7;\n");
        },
      };
      const before = await figures(worker);
      const first = get(`${worker.url}/m/cold.js`);
      const gone = new Promise((resolve) => first.on("error", ({ code }) => resolve(code)));
      await isAsked;
      const second = fetch(`${worker.url}/m/cold.js`).then(async (answer) => [answer.status, await answer.text()]);
      // Long enough for the second to be under way; whether it is does not change what must come out.
      await new Promise((resolve) => setTimeout(resolve, 200));
      // A connection closed in good order only says that no further request comes: workerd works on.
      first.socket.resetAndDestroy();
      assert.equal(await gone, "ECONNRESET");
      await new Promise((resolve) => setTimeout(resolve, 200));
      release();
      const [status, code] = await second;
      assert.equal(status, 200);
      assert.match(code, /х = 7;/);
      const third = await fetch(`${worker.url}/m/cold.js`);
      assert.equal(third.status, 200);
      await third.text();
      // In the worker, too, the first came to an end: as one abort, which took nothing with it.
      const now = await figures(worker);
      assert.equal(now.requestCount - before.requestCount, 3);
      assert.equal(now.aborts - before.aborts, 1);
      assert.equal(now.loadErrors - before.loadErrors, 0);
    });
  });
}

async function figures(worker) {
  const answer = await fetch(`${worker.url}/metrics`, { headers: { authorization: "Bearer t" } });
  assert.equal(answer.status, 200);
  return answer.json();
}
