// What the package shows to scrapers, read by the tools that will read it: promtool, and a real Prometheus that scrapes
// a program of a user.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { install, program, serve } from "./harness.mjs";

const LOADED = 12;
const OPENMETRICS = "application/openmetrics-text";

let place;
let origin;
let user;

before(async () => {
  place = await install();
  origin = await serve((path, response) => {
    response.statusCode = path.startsWith("/m") ? 200 : 503;
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end("содир собит а = 1;\n");
  });
  user = await startUser();
});
after(async () => {
  user?.process.kill();
  await origin?.close();
  place?.remove();
});

describe("the page for scrapers", () => {
  test("tells of what was loaded and of what failed", async () => {
    const page = await (await fetch(`${user.url}/metrics/prometheus`)).text();
    assert.equal(sample(page, 'somon_script_loads_total{outcome="fetched"}'), LOADED);
    assert.equal(sample(page, 'somon_script_load_errors_total{code="LOAD_HTTP"}'), 1);
    assert.equal(sample(page, `somon_script_circuit_breaker_state{key="${origin.url}",state="closed"}`), 1);
  });

  test("is accepted by promtool", async () => {
    const page = await (await fetch(`${user.url}/metrics/prometheus`)).text();
    const promtool = spawn(program("SOMON_PROMTOOL"), ["check", "metrics"]);
    promtool.stdin.end(page);
    const said = Promise.all([text(promtool.stdout), text(promtool.stderr)]);
    const [code] = await once(promtool, "exit");
    assert.deepEqual([code, (await said).join("")], [0, ""]);
  });

  test("is OpenMetrics for those who prefer it", async () => {
    const answer = await fetch(`${user.url}/metrics/prometheus`, { headers: { accept: `${OPENMETRICS};version=1.0.0` } });
    assert.ok(answer.headers.get("content-type").startsWith(OPENMETRICS));
    assert.ok((await answer.text()).endsWith("# EOF\n"));
  });

  test("is scraped by a real Prometheus, which answers a query", async () => {
    const prometheus = await startPrometheus(new URL(user.url).host);
    try {
      const loads = await prometheus.value('somon_script_loads_total{outcome="fetched"}');
      assert.equal(loads, LOADED);
      assert.equal(await prometheus.value("up"), 1);
      // Buckets are cumulative, so the share of loads below the highest bound is all of them.
      const share = "somon_script_load_duration_seconds_bucket{outcome='fetched',le='+Inf'} / ignoring(le) somon_script_load_duration_seconds_count{outcome='fetched'}";
      assert.equal(await prometheus.value(share), 1);
    } finally {
      await prometheus.close();
    }
  });
});

/** A program of a user: loads, one of them in vain, and the handler behind a server of its own. */
async function startUser() {
  const file = place.write(
    "user.mjs",
    `import { createServer } from "node:http";
import { ModuleSystem } from "somon-wasm";
const system = new ModuleSystem({ resolution: { baseUrl: "${origin.url}/" }, loading: { retry: { maxRetries: 0 } }, handler: { publicRead: true } });
for (let index = 0; index < ${LOADED}; index += 1) await system.loadModule(\`./m\${index}.som\`);
await system.loadModule("./broken.som").catch(() => {});
const server = createServer(async (request, response) => {
  const answer = await system.fetch(new Request(\`http://\${request.headers.host}\${request.url}\`, { headers: request.headers }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`,
  );
  const child = spawn(process.execPath, [file], { cwd: place.folder, stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(child.stdout, "data");
  return { process: child, url: `http://127.0.0.1:${Number(port)}` };
}

async function startPrometheus(target) {
  const folder = mkdtempSync(join(tmpdir(), "somon-prometheus-"));
  const config = join(folder, "prometheus.yml");
  writeFileSync(
    config,
    `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: somon
    metrics_path: /metrics/prometheus
    static_configs: [ { targets: ["${target}"] } ]
`,
  );
  const port = await freePort();
  const words = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=error",
  ];
  const server = spawn(program("SOMON_PROMETHEUS"), words, { stdio: "inherit" });
  const ended = once(server, "exit");
  return {
    /** Asks until there is an answer: the first scrape takes its time. */
    async value(query) {
      const until = Date.now() + 60_000;
      for (;;) {
        const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
        const answer = await fetch(url).then((response) => response.json(), () => undefined);
        const [result] = answer?.data?.result ?? [];
        if (result) return Number(result.value[1]);
        if (Date.now() > until) throw new Error(`no value for ${query}: ${JSON.stringify(answer)}`);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
    async close() {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

function sample(page, series) {
  const line = page.split("\n").find((line) => line.startsWith(`${series} `));
  if (line === undefined) throw new Error(`no ${series} in\n${page}`);
  return Number(line.slice(series.length));
}

async function text(stream) {
  let all = "";
  for await (const chunk of stream) all += chunk;
  return all;
}
