// A client that leaves workerd where no signal tells of it: workerd ends the request and all that it waits for, timers
// included, so that nothing comes back by itself. What it had under way must not stay, and whoever else waits must not
// wait for it.

import assert from "node:assert/strict";
import { get } from "node:http";
import { after, before, describe, test } from "node:test";
import { startWorkerd } from "./edge.mjs";
import { install, serve } from "./harness.mjs";

const DEADLINE_MS = 1000;
const CLIENTS = 5;

let place;
let sources;
let worker;
let onAsked;

before(async () => {
  place = await install();
  sources = await serve((path, response) => {
    // Every second one with a body that has begun.
    if (path.endsWith("1.som")) response.write("содир собит х");
    if (path === "/quick.som") setTimeout(() => response.end("содир собит зуд = 1;"), DEADLINE_MS / 10);
    onAsked?.();
  });
  const file = place.write(
    "client-gone.mjs",
    `import { ModuleSystem } from "somon-wasm";
let system;
export default {
  fetch(request, env, ctx) {
    system ??= new ModuleSystem({
      resolution: { baseUrl: env.SOURCE },
      loading: { fetchTimeout: ${DEADLINE_MS / 2}, retry: { maxRetries: 0 } },
      operationTimeout: ${DEADLINE_MS},
      handler: { auth: { token: "t" }, modules: {} },
    });
    return system.fetch(request, env, ctx);
  },
};
`,
  );
  worker = await startWorkerd(place, file, { SOURCE: `${sources.url}/` }, []);
});
after(async () => {
  await worker?.close();
  await sources?.close();
  place?.remove();
});

async function figures() {
  const answer = await fetch(`${worker.url}/metrics`, { headers: { authorization: "Bearer t" } });
  assert.equal(answer.status, 200);
  return answer.json();
}

/** Asks for a module whose source never comes, and is gone once the origin has been asked. */
async function leave(name) {
  const isAsked = new Promise((resolve) => (onAsked = resolve));
  const request = get(`${worker.url}/m/${name}.js`);
  const isGone = new Promise((resolve) => request.on("error", resolve));
  await isAsked;
  request.socket.resetAndDestroy();
  await isGone;
}

describe("clients that leave without a signal", () => {
  test("leave nothing under way once their time is over", async () => {
    for (let client = 0; client < CLIENTS; client++) await leave(`held${client}`);
    // Otherwise there would be nothing to free.
    assert.ok((await figures()).inflight > 0);
    await new Promise((resolve) => setTimeout(resolve, 2 * DEADLINE_MS));
    const { inflight, memory } = await figures();
    assert.equal(inflight, 0);
    // And again, with no more memory than before.
    for (let client = 0; client < CLIENTS; client++) await leave(`again${client}`);
    await new Promise((resolve) => setTimeout(resolve, 2 * DEADLINE_MS));
    const later = await figures();
    assert.equal(later.inflight, 0);
    assert.ok(later.memory.liveBytes < memory.liveBytes + 64 * 1024, `${memory.liveBytes} became ${later.memory.liveBytes}`);
  });
});

describe("a request that ends while another waits", () => {
  test("does not take the other's time limit along", async () => {
    const isAsked = new Promise((resolve) => (onAsked = resolve));
    const quick = fetch(`${worker.url}/m/quick.js`);
    await isAsked;
    const slow = fetch(`${worker.url}/m/hanging.js`);
    assert.equal((await quick).status, 200);
    const answer = await slow;
    assert.equal(answer.status, 504);
    // Of the attempt, and not later that of the operation.
    assert.equal((await answer.json()).code, "LOAD_TIMEOUT");
  });
});
