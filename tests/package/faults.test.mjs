// Servers that misbehave on command, and the package against them in Node, Deno and a page: what a caller is told, and
// how many requests each server really saw. Tests are named after the defects and rows that they hold.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { install, runScript, serve } from "./harness.mjs";
import { linesInPage } from "./page.mjs";

const TEXT = "содир собит х = 1;";

/** One origin for each scenario: they share nothing. */
const NAMES = [
  "twice",
  "wait",
  "hang",
  "half",
  "reset",
  "trip",
  "stress",
  "missing",
  "stale",
  "slow",
  "end",
  "again",
];

/** The first folder of a path says how the server behaves. */
async function misbehave() {
  const seen = new Map();
  const closed = [];
  let isUp = false;
  const server = await serve((path, response) => {
    const [, how] = path.split("/");
    const count = (seen.get(path) ?? 0) + 1;
    seen.set(path, count);
    response.on("close", () => {
      if (!response.writableEnded) closed.push(path);
    });
    // A browser tries a connection that it kept open a second time by itself.
    response.setHeader("connection", "close");
    response.setHeader("content-type", "text/plain");
    const ok = () => response.end(TEXT);
    const fail = (status) => {
      response.statusCode = status;
      response.end();
    };
    if (how === "switch") isUp = true;
    if (how === "ok" || how === "switch") return ok();
    if (how === "500") return fail(500);
    if (how === "404") return fail(404);
    if (how === "flap") return isUp ? ok() : fail(502);
    if (how === "twice") return count < 3 ? fail(503) : ok();
    if (how === "wait") {
      response.setHeader("access-control-expose-headers", "retry-after");
      response.setHeader("retry-after", "1");
      return count < 2 ? fail(429) : ok();
    }
    if (how === "big") return response.end("чоп.сабт(1 + 2 * 3);\n".repeat(400_000));
    if (how === "slow") return setTimeout(ok, 150);
    if (how === "reset") return response.socket.destroy();
    if (how === "half") {
      response.setHeader("content-length", "100");
      response.write(TEXT);
      return setTimeout(() => response.socket.destroy(), 20);
    }
    if (how === "stale") {
      // Without a word of errors: the cache of a browser would act on it before the package can.
      response.setHeader("cache-control", "max-age=0");
      return count < 2 ? ok() : fail(500);
    }
    // "hang": never.
  });
  return { ...server, closed, count: (how) => server.requests.filter((path) => path.startsWith(`/${how}/`)).length };
}

const SCRIPT = `
const base = {
  resolution: { allowedOrigins: "any" },
  circuitBreakers: { recoveryTimeout: 400, jitterEnabled: false, successThreshold: 2 },
};
function make(loading, more) {
  const retry = { maxRetries: 2, initialDelay: 20, jitter: false, ...loading.retry };
  return new ModuleSystem({ ...base, loading: { fetchTimeout: 5000, ...loading, retry }, ...more });
}
async function told(promise) {
  try {
    const module = await promise;
    return module?.stale ? "stale" : "ok";
  } catch (error) {
    return [error.code, error.status ?? 0, error.attempts ?? 0, error.breaker ?? ""];
  }
}
const load = (system, url) => told(system.loadModule(url));
const each = (count, make) => Promise.all(Array.from({ length: count }, (_, index) => make(index)));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const out = {};

const retrying = make({});
out.twice = await load(retrying, O.twice + "/twice/a.som");
let began = Date.now();
out.wait = await load(retrying, O.wait + "/wait/a.som");
out.waited = Date.now() - began;
out.half = await load(retrying, O.half + "/half/a.som");
out.reset = await load(retrying, O.reset + "/reset/a.som");
out.missing = await each(10, (index) => load(retrying, O.missing + "/404/m" + index + ".som"));
out.missingState = retrying.circuitBreakers.states().find(({ key }) => key === O.missing);

const once = make({ fetchTimeout: 300, retry: { maxRetries: 0 } });
began = Date.now();
out.hang = await load(once, O.hang + "/hang/a.som");
out.hung = Date.now() - began;

for (let index = 0; index < 5; index++) await load(once, O.trip + "/flap/m" + index + ".som");
out.refused = await each(20, (index) => load(once, O.trip + "/flap/n" + index + ".som"));
out.open = once.circuitBreakers.states().find(({ key }) => key === O.trip);
await fetch(O.trip + "/switch/up");
await sleep(500);
out.recovering = [];
for (let index = 0; index < 3; index++) out.recovering.push(await load(once, O.trip + "/flap/p" + index + ".som"));
out.closed = once.circuitBreakers.states().find(({ key }) => key === O.trip);
out.forced = [once.circuitBreakers.forceOpen(O.trip, 60000), once.circuitBreakers.forceOpen("ghost", 1)];
out.whileForced = await load(once, O.trip + "/flap/q.som");
out.wrong = [NaN, Infinity, 0, "1"].map((ms) => {
  try { return once.circuitBreakers.forceOpen(O.trip, ms); } catch (error) { return error.code; }
});
out.reset1 = [once.circuitBreakers.reset("ghost"), once.circuitBreakers.reset(O.trip)];
out.afterReset = await load(once, O.trip + "/flap/r.som");

const stress = make({ retry: { initialDelay: 1 } }, { circuitBreakers: { failureThreshold: 1000 } });
await each(100, (index) => load(stress, O.stress + "/500/m" + index + ".som"));

const keeping = make({ staleIfErrorMs: 60000, retry: { maxRetries: 0 } });
out.stale = [];
for (let index = 0; index < 8; index++) out.stale.push(await load(keeping, O.stale + "/stale/a.som"));

const narrow = make({ maxInFlight: 2, maxQueue: 1 });
out.narrow = await each(5, (index) => load(narrow, O.slow + "/slow/m" + index + ".som"));

// Calls of the user's own.
const calls = make({});
let fallbacks = 0;
const failing = () => { throw new Error("down"); };
const fallback = (reason) => { fallbacks++; return reason.message; };
const breakers = calls.circuitBreakers;
out.plain = await breakers.execute("db", () => 7);
out.fallback = await breakers.execute("db", failing, { fallback });
out.fallbacksAfterOne = fallbacks;
for (let index = 0; index < 4; index++) await told(breakers.execute("db", failing));
out.rejected = await told(breakers.execute("db", () => 7));
out.rejectedFallback = await breakers.execute("db", () => 7, { fallback: (reason) => reason.code });
try {
  await breakers.execute("db", () => 7, { fallback: () => { throw new Error("mine"); } });
} catch (error) {
  out.fallbackFailed = [error.message, error.cause?.code];
}
const aborter = new AbortController();
const given = breakers.execute("other", () => new Promise(() => {}), { signal: aborter.signal, fallback });
aborter.abort();
out.aborted = await told(given);
out.other = breakers.states().find(({ key }) => key === "other");

// Externals that are asked whether they are there.
let probes = 0;
const probing = make({
  externals: ["axios", "lodash"],
  externalProbe: async (name) => { if (name === "axios") { probes++; throw new Error("not there"); } },
});
out.axios = [];
for (let index = 0; index < 7; index++) out.axios.push((await load(probing, "axios"))[0]);
out.lodash = await load(probing, "lodash");
out.probes = probes;
out.probed = probing.circuitBreakers.states().map(({ key, state }) => [key, state]);

// The end.
const ending = make({ retry: { maxRetries: 10, initialDelay: 5000, maxDelay: 9000 } });
const asleep = load(ending, O.end + "/500/a.som");
const open = load(ending, O.end + "/hang/a.som");
await sleep(100);
const ended = ending.shutdown({ graceMs: 100 });
out.refusedAtOnce = await load(ending, O.end + "/ok/a.som");
out.sameEnd = ending.shutdown() === ended;
const dying = await ending.getHealth();
out.dying = [dying.status, dying.checks.find(({ name }) => name === "runtime").status];
began = Date.now();
await ended;
out.tookToEnd = Date.now() - began;
out.ended = [(await asleep)[0], (await open)[0]];
try { ending.circuitBreakers.states(); } catch (error) { out.afterEnd = error.code; }
out.healthAfterEnd = await told(ending.getHealth());
out.wrongGrace = await told(make({}).shutdown({ graceMs: NaN }));
const stop = new AbortController();
const stopped = make({}, { signal: stop.signal });
const waiting = load(stopped, O.again + "/hang/a.som");
await sleep(50);
stop.abort();
out.stopped = [(await waiting)[0], (await load(stopped, O.again + "/ok/a.som"))[0]];

console.log(JSON.stringify(out));
`;

let place;

before(async () => {
  place = await install();
});
after(() => place?.remove());

async function origins() {
  const servers = {};
  for (const name of NAMES) servers[name] = await misbehave();
  const urls = Object.fromEntries(NAMES.map((name) => [name, servers[name].url]));
  const script = `import { ModuleSystem } from "somon-wasm";\nconst O = ${JSON.stringify(urls)};\n${SCRIPT}`;
  return { servers, urls, script, close: () => Promise.all(NAMES.map((name) => servers[name].close())) };
}

const WAYS = {
  node: (script) => runScript("node", place.write("faults.mjs", script), place.folder),
  deno: (script) => runScript("deno", place.write("faults.mjs", script), place.folder),
  async Chromium(script) {
    const lines = await linesInPage(place, script);
    // Chromium says on the console what failed, too.
    return lines.filter((line) => line.startsWith("{")).join("");
  },
};

for (const [way, run] of Object.entries(WAYS)) {
  describe(`sick servers, in ${way}`, () => {
    let world;
    let out;

    before(async () => {
      world = await origins();
      out = JSON.parse(await run(world.script));
    });
    after(() => world?.close());

    test("s18: what fails in passing is asked for again", () => {
      assert.equal(out.twice, "ok");
      assert.equal(world.servers.twice.requests.length, 3);
    });

    test("s18: Retry-After is honoured", () => {
      assert.equal(out.wait, "ok");
      assert.ok(out.waited >= 990, `${out.waited} ms`);
      assert.equal(world.servers.wait.requests.length, 2);
    });

    test("s18: broken bodies and connections end with their own error and the number of attempts", () => {
      assert.deepEqual(out.half, ["LOAD_NETWORK", 0, 3, ""]);
      assert.deepEqual(out.reset, ["LOAD_NETWORK", 0, 3, ""]);
      assert.equal(world.servers.half.requests.length, 3);
      assert.equal(world.servers.reset.requests.length, 3);
    });

    test("s18: a 404 is no failure and is asked for once", () => {
      assert.ok(out.missing.every(([code, status, attempts]) => code === "LOAD_HTTP" && status === 404 && attempts === 1));
      assert.equal(world.servers.missing.requests.length, 10);
      const { state, totalFailures, totalRequests } = out.missingState;
      assert.deepEqual([state, totalFailures, totalRequests], ["closed", 0, 10]);
    });

    test("k16: a timeout gives the connection back", () => {
      assert.deepEqual(out.hang, ["LOAD_TIMEOUT", 0, 1, ""]);
      assert.ok(out.hung >= 290 && out.hung < 3000, `${out.hung} ms`);
      assert.deepEqual(world.servers.hang.closed, ["/hang/a.som"]);
    });

    test("s03, s14: an open breaker asks nobody", () => {
      const origin = world.urls.trip;
      for (const refused of out.refused) assert.deepEqual(refused, ["BREAKER_OPEN", 0, 0, origin]);
      assert.equal(out.open.state, "open");
      assert.ok(out.open.retryAfterMs > 0 && out.open.retryAfterMs <= 400);
      assert.equal(out.open.totalRejected, 20);
    });

    test("s98: the origin comes back after recoveryTimeout by itself", () => {
      assert.deepEqual(out.recovering, ["ok", "ok", "ok"]);
      assert.deepEqual([out.closed.state, out.closed.trips], ["closed", 1]);
      assert.equal(world.servers.trip.count("flap"), 5 + 3 + 1);
    });

    test("k13: a breaker is forced for a time or not at all, and reset", () => {
      assert.deepEqual(out.forced, [true, false]);
      assert.equal(out.whileForced[0], "BREAKER_OPEN");
      assert.deepEqual(out.wrong, Array(4).fill("CONFIG_INVALID"));
      assert.deepEqual(out.reset1, [false, true]);
      assert.equal(out.afterReset, "ok");
    });

    test("retries are a fifth of the requests under stress", () => {
      const retries = world.servers.stress.requests.length - 100;
      assert.ok(retries > 10 && retries <= 30, `${retries}`);
    });

    test("a copy past its time stands in, and the breaker still opens", () => {
      assert.deepEqual(out.stale, ["ok", ...Array(7).fill("stale")]);
      assert.equal(world.servers.stale.requests.length, 1 + 5);
    });

    test("requests beyond the queue are refused", () => {
      const limit = ["LIMIT_FETCHES", 0, 0, ""];
      assert.deepEqual(out.narrow, ["ok", "ok", "ok", limit, limit]);
      assert.equal(world.servers.slow.requests.length, 3);
    });

    test("k10, k11: calls under a breaker, and their fallback", () => {
      assert.equal(out.plain, 7);
      assert.equal(out.fallback, "down");
      assert.equal(out.fallbacksAfterOne, 1);
      assert.deepEqual(out.rejected, ["BREAKER_OPEN", 0, 0, "db"]);
      assert.equal(out.rejectedFallback, "BREAKER_OPEN");
      assert.deepEqual(out.fallbackFailed, ["mine", "BREAKER_OPEN"]);
    });

    test("an abort has no fallback and blames nobody", () => {
      assert.equal(out.aborted[0], "LOAD_ABORTED");
      const { totalRequests, totalFailures, totalSuccesses } = out.other;
      assert.deepEqual([totalRequests, totalFailures, totalSuccesses], [1, 0, 0]);
    });

    test("s68, s69, l10: a probe runs under the breaker of its external", () => {
      assert.deepEqual(out.axios, [...Array(5).fill("LOAD_NETWORK"), "BREAKER_OPEN", "BREAKER_OPEN"]);
      assert.equal(out.probes, 5);
      assert.equal(out.lodash, "ok");
      assert.deepEqual(out.probed, [["external:axios", "open"], ["external:lodash", "closed"]]);
    });

    test("l22, k14: shutdown refuses at once, waits for its grace, and is one", () => {
      assert.equal(out.refusedAtOnce[0], "SHUTDOWN");
      assert.equal(out.sameEnd, true);
      assert.ok(out.tookToEnd >= 90 && out.tookToEnd < 2000, `${out.tookToEnd} ms`);
      assert.deepEqual(out.ended, ["SHUTDOWN", "SHUTDOWN"]);
      assert.deepEqual(out.dying, ["unhealthy", "fail"], "health says that the end has begun");
      assert.equal(out.healthAfterEnd[0], "SHUTDOWN");
      assert.equal(out.afterEnd, "SHUTDOWN");
      assert.equal(out.wrongGrace[0], "CONFIG_INVALID");
      assert.deepEqual(world.servers.end.closed, ["/hang/a.som"]);
      assert.equal(world.servers.end.count("ok"), 0);
    });

    test("the constructor's signal is a shutdown", () => {
      assert.deepEqual(out.stopped, ["SHUTDOWN", "SHUTDOWN"]);
      assert.deepEqual(world.servers.again.closed, ["/hang/a.som"]);
    });
  });
}

describe("a Node process", () => {
  /** Milliseconds from what the script prints as its last word to the end of the process. */
  async function linger(script) {
    const server = await misbehave();
    const text = `import { ModuleSystem } from "somon-wasm";\nconst url = ${JSON.stringify(server.url)};\n${script}`;
    try {
      const file = place.write("linger.mjs", text);
      const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: place.folder, timeout: 60_000 });
      return Date.now() - Number(stdout.trim());
    } finally {
      await server.close();
    }
  }

  test("ends within a second of shutdown, whatever was under way", async () => {
    const took = await linger(`
const system = new ModuleSystem({ loading: { retry: { initialDelay: 9000, maxDelay: 9000 } } });
system.on("breaker", () => {});
for (const name of ["500/a", "hang/b", "hang/c"]) system.loadModule(url + "/" + name + ".som").catch(() => {});
await new Promise((resolve) => setTimeout(resolve, 200));
await system.shutdown({ graceMs: 50 });
console.log(Date.now());`);
    assert.ok(took < 1000, `${took} ms`);
  });

  test("gives back the memory of systems that were shut down", async () => {
    const file = place.write(
      "memory.mjs",
      `import { ModuleSystem } from "somon-wasm";
const observer = new ModuleSystem();
const text = "содир собит х = 1;\\n".repeat(20_000);
const live = [];
for (let round = 0; round < 3; round++) {
  for (let index = 0; index < 10; index++) {
    const system = new ModuleSystem({ loading: { sources: { "somon:///a.som": text } } });
    await system.compile("somon:///a.som");
    if (index === 0) live.push(observer.getMetrics().memory.liveBytes);
    await system.shutdown();
  }
  live.push(observer.getMetrics().memory.liveBytes);
}
console.log(JSON.stringify(live));`,
    );
    const live = JSON.parse(await runScript("node", file, place.folder));
    const [during, ended] = [live[2], live[5]];
    assert.ok(during - ended > 500_000, `${live}`);
    assert.ok(Math.abs(ended - live[1]) < 20_000, `${live}`);
  });

  test("takes a fresh instance once most of its memory is waste; figures and breakers go on", async () => {
    const server = await misbehave();
    const file = place.write(
      "refresh.mjs",
      `import { ModuleSystem } from "somon-wasm";
const url = ${JSON.stringify(server.url)};
const system = new ModuleSystem({
  loading: { retry: { maxRetries: 0 }, maxModuleBytes: 64 * 1024 * 1024, maxCacheMemory: 1024 * 1024 },
  resolution: { allowedOrigins: "any" },
});
const heard = [];
system.on("breaker", ({ to }) => heard.push(to));
const other = ${JSON.stringify(server.url)}.replace("127.0.0.1", "localhost");
for (let index = 0; index < 5; index++) await system.loadModule(url + "/500/m" + index + ".som").catch(() => {});
system.updateConfig({ failureThreshold: 2 });
const before = system.getMetrics();
const { source } = await system.loadModule(other + "/big/a.som");
await system.compile(other + "/ok/a.som");
const after = system.getMetrics();
const refused = await system.loadModule(url + "/500/n.som").catch(({ code }) => code);
system.circuitBreakers.reset();
await new Promise((resolve) => setTimeout(resolve, 10));
const { failureThreshold } = system.getConfig();
console.log(JSON.stringify({ before, after, refused, heard, failureThreshold, length: source.length }));`,
    );
    try {
      const out = JSON.parse(await runScript("node", file, place.folder));
      assert.equal(out.length, 400_000 * 21);
      const { memory, instanceId, totalLoads, loadErrors, uptime } = out.after;
      assert.ok(memory.linearBytes < 32 * 1024 * 1024, `${memory.linearBytes} bytes after ${out.length} units`);
      assert.equal(instanceId, out.before.instanceId);
      assert.deepEqual([totalLoads, loadErrors], [7, 5]);
      assert.ok(uptime >= out.before.uptime);
      assert.equal(out.refused, "BREAKER_OPEN");
      assert.equal(out.failureThreshold, 2);
      assert.deepEqual(out.heard, ["open", "closed"]);
      assert.equal(server.count("500"), 5);
    } finally {
      await server.close();
    }
  });

  test("ends while a breaker is open and somebody listens: its timer holds nobody", async () => {
    const took = await linger(`
const system = new ModuleSystem({ loading: { retry: { maxRetries: 0 } }, metrics: false });
let changes = 0;
system.on("breaker", () => changes++);
for (let index = 0; index < 5; index++) await system.loadModule(url + "/500/m" + index + ".som").catch(() => {});
if (changes !== 1) throw new Error("the breaker is not open");
console.log(Date.now());`);
    assert.ok(took < 1000, `${took} ms`);
  });
});
