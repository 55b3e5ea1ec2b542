// Many clients at once for a while, with an origin behind that comes and goes: management and modules from one worker, in
// workerd, Deno and Node. What each request may answer stands beside it; memory must not grow after the warm-up.
// SOMON_SOAK_SECONDS says how long; the figures are printed, not judged.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { after, before, describe, test } from "node:test";
import { startDeno, startNode, startWorkerd } from "./edge.mjs";
import { install, serve } from "./harness.mjs";

const SECONDS = Number(process.env.SOMON_SOAK_SECONDS ?? 3);
const CONNECTIONS = 64;
const TOKEN = "soak-token";
/** The origin is up and down for as long, by turns. */
const FLAP_MS = 700;
const MODULES = 40;
/** From here on the second third of a run begins after every engine has reached its working size. */
const PLATEAU_SECONDS = 60;
const MIB = 1024 * 1024;

const write = (body) => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
});
const read = { headers: { authorization: `Bearer ${TOKEN}` } };
/** A module may be there, be gone with its origin, or have to wait for it. */
const MODULE = [200, 502, 503, 504];

// `status`: what the tables of routes and of error codes allow for this very request.
const REQUESTS = [
  { path: "/health", status: [200, 503] },
  { path: "/health", ...read, status: [200, 503] },
  { path: "/health/live", status: [200] },
  { path: "/ready", status: [200, 503] },
  { path: "/metrics", ...read, status: [200] },
  { path: "/metrics/prometheus", ...read, status: [200] },
  { path: "/config", ...read, status: [200] },
  { path: "/circuit-breakers", ...read, status: [200] },
  { path: "/modules?limit=5", ...read, status: [200] },
  { path: "/metrics", status: [401] },
  { path: "/nowhere", status: [404] },
  { path: "/config", ...write({ logLevel: "warn" }), status: [200] },
  { path: "/config", ...write({ logLevel: "loud" }), status: [400] },
  { path: "/health", method: "DELETE", status: [405] },
  { path: (step) => `/m/m${step % MODULES}.js`, status: MODULE },
  { path: (step) => `/m/m${(step * 7) % MODULES}.js`, status: MODULE },
  { path: (step) => `/m/m${(step * 3) % MODULES}.js`, method: "HEAD", status: MODULE },
  { path: "/m/broken.js", status: [422, 502, 503, 504] },
  { path: "/m/absent.js", status: [404, 502, 503, 504] },
  { path: "/bundle.js?entry=./m0.som", status: MODULE },
];

let place;

before(async () => {
  place = await install();
});
after(() => place?.remove());

for (const [name, start] of Object.entries({ workerd: startWorkerd, deno: startDeno, node: startNode })) {
  describe(name, () => {
    let origin;
    let worker;

    before(async () => {
      const begun = Date.now();
      origin = await serve((path, response) => {
        const isDown = Math.floor((Date.now() - begun) / FLAP_MS) % 2 === 1;
        response.setHeader("content-type", "text/plain; charset=utf-8");
        // Fresh for a moment, so that hits, revalidations and fetches all happen.
        response.setHeader("cache-control", "max-age=1");
        const text = moduleText(path);
        response.statusCode = isDown ? 503 : text === undefined ? 404 : 200;
        response.end(isDown ? "down" : (text ?? "not here"));
      });
      worker = await start(place, place.write(`soak-${name}.mjs`, workerText(origin.url)));
    });
    after(async () => {
      await worker?.close();
      await origin?.close();
    });

    test("answers as the tables say", { timeout: (SECONDS + 60) * 1000 }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
      const times = [];
      const wrong = new Map();
      const memory = [];
      const until = Date.now() + SECONDS * 1000;
      const sampling = (async () => {
        while (Date.now() < until) {
          memory.push(await memoryOf(worker, agent));
          await new Promise((resolve) => setTimeout(resolve, Math.max(100, SECONDS * 15)));
        }
      })();
      const client = async (number) => {
        for (let step = number; Date.now() < until; step += CONNECTIONS + 1) {
          const row = REQUESTS[step % REQUESTS.length];
          const path = typeof row.path === "string" ? row.path : row.path(step);
          const begun = performance.now();
          const status = await ask(worker.url, agent, path, row);
          times.push(performance.now() - begun);
          if (!row.status.includes(status)) {
            const what = `${row.method ?? "GET"} ${path}: ${status}`;
            wrong.set(what, (wrong.get(what) ?? 0) + 1);
          }
        }
      };
      await Promise.all([sampling, ...Array.from({ length: CONNECTIONS }, (_, number) => client(number))]);
      agent.destroy();
      times.sort((a, b) => a - b);
      const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
      const [early, late] = [memory.slice(memory.length / 3, (memory.length * 2) / 3), memory.slice((memory.length * 2) / 3)];
      const live = [early, late].map((part) => middle(part.map((sample) => sample.live)));
      const resident = [early, late].map((part) => middle(part.map((sample) => sample.resident)));
      console.log(
        `${name}: ${times.length} requests in ${SECONDS} s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
          `${origin.requests.length} at the origin; live ${kib(live[0])} then ${kib(live[1])} KiB, resident ${kib(resident[0])} then ${kib(resident[1])} KiB`,
      );
      assert.deepEqual([...wrong], []);
      // What lives in the component: what the cache holds may come and go, nothing else may add up.
      assert.ok(live[1] <= live[0] * 1.1 + 256 * 1024, `live bytes grow: ${live}`);
      // An engine's own heap grows to its working size over the first 10 to 20 seconds of load, at a pace of its own (in
      // workerd from 60 to 300 MiB, then flat): before that, only its bound can be told.
      const bound = SECONDS >= PLATEAU_SECONDS ? resident[0] * 1.25 + 48 * MIB : 640 * MIB;
      assert.ok(resident[1] <= bound, `resident memory grows: ${resident}`);
    });
  });
}

/** Status of a request; the body is read to its end. */
function ask(url, agent, path, { method = "GET", headers, body }) {
  return new Promise((resolve, reject) => {
    const asked = request(url + path, { agent, method, headers }, (response) => {
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode));
      response.resume();
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

async function memoryOf(worker, agent) {
  const metrics = await new Promise((resolve, reject) => {
    const asked = request(`${worker.url}/metrics`, { agent, headers: read.headers }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve(JSON.parse(text));
    });
    asked.on("error", reject);
    asked.end();
  });
  return { live: metrics.memory.liveBytes, resident: residentBytes(worker.pid) };
}

/** Of the server and what it started: it may be a script that starts the real one. */
function residentBytes(pid) {
  let sum = 0;
  const all = [pid];
  for (const one of all) {
    try {
      all.push(...readFileSync(`/proc/${one}/task/${one}/children`, "utf8").trim().split(" ").filter(Boolean));
      sum += Number(readFileSync(`/proc/${one}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) * 1024;
    } catch {
      // Where there is no such file system, or the process is just gone.
    }
  }
  return sum;
}

function moduleText(path) {
  if (path === "/broken.som") return "собит = 1;\n";
  const found = path.match(/^\/m(\d+)\.som$/);
  if (!found) return undefined;
  const number = Number(found[1]);
  const next = number + 1 < MODULES && number % 4 !== 3 ? `ворид { а as_${number + 1} } аз "./m${number + 1}";\n` : "";
  return `${next.replace("as_", "чун б")}содир собит а = ${number};\n`;
}

function workerText(origin) {
  return `import { ModuleSystem } from "somon-wasm";
const system = new ModuleSystem({
  resolution: { baseUrl: "${origin}/" },
  loading: { fetchTimeout: 2000, retry: { maxRetries: 1, initialDelay: 20 } },
  circuitBreakers: { recoveryTimeout: 1000 },
  handler: { auth: { token: "${TOKEN}" }, modules: { root: "${origin}/" } },
});
export default system;
`;
}

function middle(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function kib(bytes) {
  return Math.round(bytes / 1024);
}
