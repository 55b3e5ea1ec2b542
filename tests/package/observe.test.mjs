// What a system tells about itself, through the public API and with every cause a public one: requests to a server
// that misbehaves on command, options, time. Rows of module-system.md are named by their ids.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { install, RUNTIMES, runScript, serve } from "./harness.mjs";

let place;
let server;
let ModuleSystem;

before(async () => {
  place = await install();
  ({ ModuleSystem } = await import(pathToFileURL(place.write("package.mjs", 'export * from "somon-wasm";\n'))));
  server = await serve((path, response) => {
    if (path.startsWith("/failing/")) {
      response.statusCode = 500;
      response.end();
      return;
    }
    if (path.startsWith("/missing/")) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.setHeader("cache-control", path.startsWith("/kept/") || path.startsWith("/large/") ? "max-age=60" : "no-cache");
    if (path.startsWith("/large/")) response.end(`// ${"а".repeat(100_000)}\nсодир собит номи = "${path}";\n`);
    else if (path.startsWith("/wrong/")) response.end("собит = ;\n");
    else response.end(`содир собит номи = "${path}";\n`);
  });
});
after(async () => {
  await server?.close();
  place?.remove();
});

/** Without retries: what fails, fails at once. */
const options = (more = {}) => ({
  ...more,
  loading: { retry: { maxRetries: 0 }, ...more.loading },
});
const check = async (system, name) => (await system.getHealth()).checks.find((check) => check.name === name);
const failing = (system, count) =>
  Promise.allSettled(Array.from({ length: count }, (_, n) => system.loadModule(`${server.url}/missing/${n}.som`)));
const ordinary = async (system, count, folder = "kept") => {
  for (let n = 0; n < count; n++) await system.loadModule(`${server.url}/${folder}/${n}.som`);
};

describe("metrics", () => {
  test("M1, M2, M7: one load counts once; one cold and nine warm loads hit 0.9", async () => {
    const system = new ModuleSystem(options());
    for (let n = 0; n < 10; n++) await system.loadModule(`${server.url}/kept/one.som`);
    const metrics = system.getMetrics();
    assert.equal(metrics.totalLoads, 10);
    assert.equal(metrics.modulesLoaded, 1);
    assert.equal(metrics.cacheHits, 9);
    assert.equal(metrics.cacheHitRate, 0.9);
    assert.equal(metrics.loadLatency.count, 1);
    assert.equal(metrics.cachedLoadLatency.count, 9);
    assert.equal(metrics.operationLatency.count, 10);
    assert.ok(metrics.loadLatency.p50 > 0);
    assert.equal(metrics.modulesInCache, 1);
    assert.equal(metrics.requestCount, 10);
    assert.ok(metrics.bytesFetched > 20);
    assert.equal((metrics.loadErrors / metrics.totalLoads) * 100, 0);
    await system.shutdown({ graceMs: 0 });
  });

  test("M3, M4: five failing loads are five errors, unresolved ones too", async () => {
    const system = new ModuleSystem(options());
    await failing(system, 5);
    await system.loadModule("номаълум").catch(() => {});
    const metrics = system.getMetrics();
    assert.equal(metrics.loadErrors, 6);
    assert.equal(metrics.totalLoads, 6);
    assert.equal(metrics.errorRate, 1);
    assert.equal(metrics.recentRequests, 6);
    await system.shutdown({ graceMs: 0 });
  });

  test("M5: compiles, bundles and their errors are recorded", async () => {
    const system = new ModuleSystem(options());
    await system.compile(`${server.url}/kept/one.som`);
    await system.bundle({ entryPoint: `${server.url}/kept/one.som` });
    await system.compile(`${server.url}/wrong/one.som`);
    await system.bundle({ entryPoint: `${server.url}/wrong/one.som` }).catch(() => {});
    const metrics = system.getMetrics();
    assert.ok(metrics.compileLatency.count >= 2 && metrics.compileLatency.max > 0, JSON.stringify(metrics.compileLatency));
    assert.equal(metrics.bundleLatency.count, 2);
    assert.equal(metrics.bundleErrors, 1);
    assert.ok(metrics.compileErrors >= 1);
    await system.shutdown({ graceMs: 0 });
  });

  test("M6: trips of breakers are counted", async () => {
    const system = new ModuleSystem(options({ circuitBreakers: { failureThreshold: 2 } }));
    for (let n = 0; n < 4; n++) await system.loadModule(`${server.url}/failing/${n}.som`).catch(() => {});
    const metrics = system.getMetrics();
    assert.equal(metrics.circuitBreakerTrips, 1);
    assert.equal(metrics.breakerRejections, 2);
    await system.shutdown({ graceMs: 0 });
  });

  test("M8: memory is exact: live bytes grow with what is loaded and fall when it is dropped", async () => {
    const system = new ModuleSystem(options());
    const before = system.getMetrics().memory;
    await ordinary(system, 20, "large");
    const loaded = system.getMetrics();
    const grown = loaded.memory.liveBytes - before.liveBytes;
    assert.ok(grown > 20 * 200_000 && grown < 40 * 200_000, String(grown));
    assert.equal(loaded.memory.cacheBytes, loaded.cacheMemoryUsage);
    assert.ok(loaded.cacheMemoryUsage > 20 * 200_000);
    system.clearCache();
    const dropped = system.getMetrics().memory;
    assert.ok(dropped.liveBytes < before.liveBytes + 200_000, String(dropped.liveBytes - before.liveBytes));
    assert.ok(dropped.peakLiveBytes >= loaded.memory.liveBytes);
    assert.ok(dropped.linearBytes >= dropped.peakLiveBytes);
    assert.ok(dropped.jsHeapUsed > 0);
    await system.shutdown({ graceMs: 0 });
  });

  test("M9, M16: reading changes nothing; time is milliseconds, the version real", async () => {
    const system = new ModuleSystem(options());
    await ordinary(system, 3);
    const [one, two] = [system.getMetrics(), system.getMetrics()];
    for (const volatile of ["uptime", "memory", "eventLoop", "cpuUsage"]) {
      delete one[volatile];
      delete two[volatile];
    }
    assert.deepEqual(one, two);
    const health = await system.getHealth();
    assert.ok(health.uptime > 0 && health.uptime < 60_000);
    assert.match(health.version, /^\d+\.\d+\.\d+$/);
    assert.match(health.instanceId, /^[0-9a-f]{32}$/);
    assert.equal(system.getMetrics().host, "node");
    await system.shutdown({ graceMs: 0 });
  });

  test("without metrics there are none, and health says so", async () => {
    const system = new ModuleSystem(options({ metrics: false }));
    assert.equal(system.getMetrics(), null);
    const health = await system.getHealth();
    assert.equal(health.status, "healthy");
    assert.deepEqual(health.checks.map(({ name, status }) => [name, status]), [["metrics", "warn"]]);
    await system.shutdown({ graceMs: 0 });
  });
});

describe("health, each check driven to warn and to fail", () => {
  test("M10: an idle process is healthy", async () => {
    const system = new ModuleSystem(options());
    const health = await system.getHealth();
    assert.equal(health.status, "healthy", JSON.stringify(health));
    assert.deepEqual(
      health.checks.map(({ name }) => name),
      ["memory", "cpu", "cache", "errors", "circuitBreakers", "runtime"],
    );
    await system.shutdown({ graceMs: 0 });
  });

  test("memory, by modules that fill a small limit", async () => {
    const live = () => probe.getMetrics().memory.liveBytes;
    const probe = new ModuleSystem(options());
    await ordinary(probe, 20, "large");
    const system = new ModuleSystem(options({ resourceLimits: { maxMemoryBytes: Math.max(1 << 20, Math.round(live() / 0.85)) } }));
    assert.equal((await check(system, "memory")).status, "warn", JSON.stringify(await check(system, "memory")));
    const tight = new ModuleSystem(options({ resourceLimits: { maxMemoryBytes: Math.max(1 << 20, Math.round(live() / 0.97)) } }));
    assert.equal((await check(tight, "memory")).status, "fail");
    probe.clearCache();
    assert.equal((await check(tight, "memory")).status, "pass");
    for (const one of [probe, system, tight]) await one.shutdown({ graceMs: 0 });
  });

  test("cpu, by a page that blocks the event loop while something loads", async () => {
    const hanging = { loading: { fetch: (_, { signal }) => new Promise((_, no) => signal.addEventListener("abort", no)) } };
    const system = new ModuleSystem(options(hanging));
    const loading = system.loadModule("https://example.org/never.som").catch(() => {});
    const block = async (ms) => {
      await new Promise((go) => setTimeout(go, 700));
      const end = performance.now() + ms;
      while (performance.now() < end);
      await new Promise((go) => setTimeout(go, 50));
    };
    await block(550);
    assert.equal((await check(system, "cpu")).status, "warn", JSON.stringify(await check(system, "cpu")));
    assert.ok(system.getMetrics().eventLoop.lag.max > 100);
    await block(1300);
    assert.equal((await check(system, "cpu")).status, "fail", JSON.stringify(await check(system, "cpu")));
    await system.shutdown({ graceMs: 0 });
    await loading;
  });

  test("M11: cache, by a limit smaller than what is used again and again; a full one passes", async () => {
    const system = new ModuleSystem(options({ loading: { maxCacheSize: 10 } }));
    await ordinary(system, 30);
    assert.equal((await check(system, "cache")).status, "pass");
    for (let n = 29; n > 23; n--) await ordinary(system, 1);
    const again = async (from, to) => {
      for (let n = from; n < to; n++) await system.loadModule(`${server.url}/kept/${n}.som`);
    };
    await again(0, 6);
    assert.equal((await check(system, "cache")).status, "warn", JSON.stringify(await check(system, "cache")));
    for (let round = 0; round < 4; round++) await again(0, 20);
    assert.equal((await check(system, "cache")).status, "fail", JSON.stringify(await check(system, "cache")));
    await system.shutdown({ graceMs: 0 });
  });

  test("M12: errors, by failing operations; few prove nothing", async () => {
    const system = new ModuleSystem(options({ circuitBreakers: false }));
    await failing(system, 9);
    assert.equal((await check(system, "errors")).status, "pass");
    await ordinary(system, 131);
    assert.equal((await check(system, "errors")).status, "warn", JSON.stringify(await check(system, "errors")));
    await failing(system, 10);
    assert.equal((await check(system, "errors")).status, "fail");
    await system.shutdown({ graceMs: 0 });
  });

  test("M17: circuitBreakers, by origins that fail", async () => {
    const other = await serve((_, response) => ((response.statusCode = 500), response.end()));
    const system = new ModuleSystem(
      options({ circuitBreakers: { failureThreshold: 1 }, resolution: { allowedOrigins: "any" } }),
    );
    await system.loadModule(`${server.url}/failing/1.som`).catch(() => {});
    assert.equal((await check(system, "circuitBreakers")).status, "warn");
    assert.equal((await system.getHealth()).status, "degraded");
    await system.loadModule(`${other.url}/1.som`).catch(() => {});
    const all = await check(system, "circuitBreakers");
    assert.equal(all.status, "fail");
    assert.ok(all.message.includes(server.url), all.message);
    assert.equal((await system.getHealth()).status, "unhealthy");
    await other.close();
    await system.shutdown({ graceMs: 0 });
  });
});

describe("configuration", () => {
  test("H1, H2: all of a change or nothing, with every reason", async () => {
    const system = new ModuleSystem(options());
    const before = system.getConfig();
    const wrong = {
      maxCacheSize: "abc",
      circularDependencyStrategy: 7,
      logLevel: "banana",
      concurrency: -1,
      unknown: 1,
      maxRetries: 1,
      "health.memoryWarn": 0.95,
      managementPort: 8080,
    };
    let error;
    try {
      system.updateConfig(wrong);
    } catch (thrown) {
      error = thrown;
    }
    assert.equal(error.code, "CONFIG_INVALID");
    assert.deepEqual(error.errors.map(({ path }) => path).sort(), [
      "circularDependencyStrategy",
      "concurrency",
      "health.memoryWarn",
      "logLevel",
      "managementPort",
      "maxCacheSize",
      "unknown",
    ]);
    assert.ok(error.errors.find(({ path }) => path === "managementPort").message.includes("createHandler"));
    assert.deepEqual(system.getConfig(), before);
    for (const bad of [[], "text", null, undefined, 7, JSON.parse('{"__proto__": 1}'), { constructor: 1 }]) {
      assert.throws(() => system.updateConfig(bad), { code: "CONFIG_INVALID" });
    }
    assert.deepEqual(system.updateConfig({}), { version: 0, changed: [] });
    assert.deepEqual(system.updateConfig({ maxRetries: 1, health: { memoryWarn: 0.5 } }), {
      version: 1,
      changed: ["maxRetries", "health.memoryWarn"],
    });
    assert.equal(system.getConfig()["health.memoryWarn"], 0.5);
    assert.deepEqual(system.resetConfig(), { version: 2, changed: ["maxRetries", "health.memoryWarn"] });
    assert.deepEqual(system.getConfig(), before);
    await system.shutdown({ graceMs: 0 });
  });

  test("H3: every subscriber hears of every change, in order; one that throws is logged and stays", async () => {
    const system = new ModuleSystem(options({ logger: { sink: "none", ring: 100 } }));
    const heard = [];
    system.onConfigChange("maxRetries", () => {
      throw new Error("не");
    });
    system.onConfigChange("*", (value, old, key) => {
      heard.push(["*", key, old, value]);
      // Waits until the others have heard of the change that it came with.
      if (key === "maxRetries" && value === 1) system.updateConfig({ maxRetries: 2 });
    });
    const stop = system.onConfigChange("maxRetries", (value, old) => heard.push(["maxRetries", old, value]));
    system.updateConfig({ maxRetries: 1, concurrency: 2 });
    stop();
    system.updateConfig({ maxRetries: 3 });
    assert.deepEqual(heard, [
      ["*", "concurrency", 6, 2],
      ["*", "maxRetries", 0, 1],
      ["maxRetries", 0, 1],
      ["*", "maxRetries", 1, 2],
      ["maxRetries", 1, 2],
      ["*", "maxRetries", 2, 3],
    ]);
    const threw = system.logs().filter(({ message }) => message === "A listener threw");
    assert.deepEqual(threw.map(({ error, level }) => [error.message, level]), [
      ["не", "error"],
      ["не", "error"],
      ["не", "error"],
    ]);
    await system.shutdown({ graceMs: 0 });
  });

  test("H5: the constructor's values are checked, and undefined overrides no default", async () => {
    assert.throws(() => new ModuleSystem({ health: { memoryWarn: 0.9, memoryFail: 0.8 } }), { code: "CONFIG_INVALID" });
    assert.throws(() => new ModuleSystem({ logger: { level: "banana" } }), { code: "CONFIG_INVALID" });
    const system = new ModuleSystem({ loading: { concurrency: undefined, maxCacheSize: 7 } });
    assert.equal(system.getConfig().concurrency, 6);
    assert.equal(system.getConfig().maxCacheSize, 7);
    await system.shutdown({ graceMs: 0 });
  });

  test("a lower limit of the cache evicts at once", async () => {
    const system = new ModuleSystem(options());
    const evicted = [];
    system.on("evict", ({ id, reason }) => evicted.push([id.slice(server.url.length), reason]));
    await ordinary(system, 5);
    system.updateConfig({ maxCacheSize: 3 });
    assert.equal(system.getMetrics().modulesInCache, 3);
    assert.deepEqual(evicted, [], "after the call");
    await Promise.resolve();
    assert.deepEqual(evicted, [["/kept/0.som", "limit"], ["/kept/1.som", "limit"]]);
    await system.shutdown({ graceMs: 0 });
  });
});

describe("logs", () => {
  const logged = (more = {}) => {
    const lines = [];
    const system = new ModuleSystem(options({ logger: { sink: (entry, line) => lines.push({ entry, line }), ...more } }));
    return { system, lines };
  };

  test("S-11, X13: the sample entry comes out of an ordinary first load", async () => {
    const { system, lines } = logged();
    await system.loadModule(`${server.url}/kept/sample.som`);
    assert.equal(lines.length, 1, JSON.stringify(lines));
    const { entry, line } = lines[0];
    assert.deepEqual(Object.keys(entry).slice(0, 4), ["timestamp", "level", "message", "component"]);
    assert.match(entry.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(entry.level, "info");
    assert.equal(entry.message, "Module loaded successfully");
    assert.equal(entry.component, "module-loader");
    assert.match(entry.traceId, /^[0-9a-f]{32}$/);
    assert.equal(entry.moduleId, `${server.url}/kept/sample.som`);
    assert.ok(entry.loadTime > 0);
    assert.deepEqual(JSON.parse(line), entry);
    await system.shutdown({ graceMs: 0 });
  });

  test("two systems with two sinks do not mix, and a sink that throws harms nobody", async () => {
    const [one, two] = [logged(), logged()];
    const third = new ModuleSystem(
      options({
        logger: {
          sink: () => {
            throw new Error("no");
          },
        },
      }),
    );
    await Promise.all([
      one.system.loadModule(`${server.url}/kept/a.som`),
      two.system.loadModule(`${server.url}/kept/b.som`),
      third.loadModule(`${server.url}/kept/c.som`),
    ]);
    assert.deepEqual(one.lines.map(({ entry }) => entry.moduleId), [`${server.url}/kept/a.som`]);
    assert.deepEqual(two.lines.map(({ entry }) => entry.moduleId), [`${server.url}/kept/b.som`]);
    for (const system of [one.system, two.system, third]) await system.shutdown({ graceMs: 0 });
  });

  test("the ring keeps the last entries, by level and time; X14: a change of level reaches everything", async () => {
    const system = new ModuleSystem(options({ logger: { sink: "none", ring: 3, level: "debug" } }));
    const began = Date.now();
    await ordinary(system, 2);
    assert.equal(system.logs().length, 3);
    assert.deepEqual(system.logs({ level: "info" }).map(({ message }) => message), ["Module loaded successfully"]);
    assert.equal(system.logs({ since: new Date(Date.now() + 60_000) }).length, 0);
    assert.equal(system.logs({ since: began }).length, 3);
    assert.throws(() => system.logs({ level: "banana" }), { code: "CONFIG_INVALID" });
    system.updateConfig({ logLevel: "off" });
    const before = system.logs();
    await ordinary(system, 5);
    assert.deepEqual(system.logs(), before);
    await system.shutdown({ graceMs: 0 });
  });

  test("X8: secrets stay out of entries and errors", async () => {
    const { system, lines } = logged({ level: "debug" });
    const url = `${server.url}/missing/a.som?token=hunter2&page=1`;
    const error = await system.loadModule(url).catch((error) => error);
    const text = lines.map(({ line }) => line).join("\n") + JSON.stringify(error);
    assert.ok(text.includes("page=1"), text);
    assert.ok(!text.includes("hunter2"), text);
    await system.shutdown({ graceMs: 0 });
  });

  test("X10: a caller's trace goes on, and to the own origin only", async () => {
    const headers = [];
    const fetched = (url, init) => {
      headers.push([new URL(url).host, init.headers.traceparent]);
      return Promise.resolve(new Response("содир собит а = 1;", { headers: { "content-type": "text/plain" } }));
    };
    const lines = [];
    const system = new ModuleSystem({
      resolution: { baseUrl: "https://own.example/", allowedOrigins: "any" },
      loading: { fetch: fetched },
      tracing: { propagateTo: ["https://friend.example"] },
      logger: { sink: (entry) => lines.push(entry) },
    });
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const call = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
    for (const url of ["./a.som", "https://friend.example/a.som", "https://other.example/a.som"]) {
      await system.loadModule(url, undefined, call);
    }
    assert.deepEqual(headers.map(([host, value]) => [host, value?.slice(3, 35)]), [
      ["own.example", trace],
      ["friend.example", trace],
      ["other.example", undefined],
    ]);
    assert.ok(headers.slice(0, 2).every(([, value]) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(value)));
    assert.ok(lines.every(({ traceId }) => traceId === trace));
    assert.equal(new Set(lines.map(({ spanId }) => spanId)).size, 3);
    await system.shutdown({ graceMs: 0 });
  });
});

describe("events", () => {
  test("come after the call, in order, whatever a listener throws", async () => {
    const system = new ModuleSystem(options({ circuitBreakers: { failureThreshold: 1 }, logger: { sink: "none", ring: 9 } }));
    const heard = [];
    system.on("load", () => {
      throw new Error("always");
    });
    const stop = system.on("load", ({ id, outcome }) => heard.push(`${outcome} ${id.slice(server.url.length)}`));
    system.on("error", ({ name, code }) => heard.push(`${name} ${code}`));
    system.on("breaker", ({ from, to }) => heard.push(`${from} to ${to}`));
    system.on("config", ({ changed }) => heard.push(changed.join()));
    await system.loadModule(`${server.url}/kept/e.som`);
    await system.loadModule(`${server.url}/kept/e.som`);
    await system.loadModule(`${server.url}/failing/e.som`).catch(() => {});
    system.updateConfig({ maxRetries: 4 });
    stop();
    await new Promise((go) => setTimeout(go, 0));
    assert.deepEqual(heard, [
      "fetched /kept/e.som",
      "hit /kept/e.som",
      "SomonModuleError LOAD_HTTP",
      "closed to open",
      "maxRetries",
    ]);
    assert.throws(() => system.on("nothing", () => {}), { code: "CONFIG_INVALID" });
    assert.equal(system.logs({ level: "error" }).filter(({ message }) => message === "A listener threw").length, 2);
    await system.shutdown({ graceMs: 0 });
  });
});

describe("export to a collector", () => {
  test("goes out with shutdown, through the own fetch, and once", async () => {
    const bodies = [];
    const collector = await serve((path, response, request) => {
      const pieces = [];
      request.on("data", (piece) => pieces.push(piece));
      request.on("end", () => {
        bodies.push([request.method, path, request.headers["x-key"], JSON.parse(Buffer.concat(pieces))]);
        response.end("{}");
      });
    });
    const urls = [];
    const system = new ModuleSystem(
      options({
        loading: { fetch: (url, init) => (urls.push(url), fetch(url, init)) },
        otlp: { endpoint: collector.url, headers: { "x-key": "k" } },
      }),
    );
    await system.loadModule(`${server.url}/kept/otlp.som?token=hunter2`);
    await system.shutdown();
    assert.deepEqual(
      bodies.map(([method, path, key]) => [method, path, key]).sort(),
      [
        ["POST", "/v1/metrics", "k"],
        ["POST", "/v1/traces", "k"],
      ],
    );
    assert.equal(urls.length, 3);
    assert.ok(!JSON.stringify(bodies).includes("hunter2"));
    const traces = bodies.find(([, path]) => path === "/v1/traces")[3];
    const spans = traces.resourceSpans[0].scopeSpans[0].spans;
    assert.deepEqual(spans.map(({ name }) => name).sort(), ["fetch", "loadModule", "parse"]);
    assert.ok(spans.every(({ traceId, spanId }) => /^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(spanId)));
    assert.ok(Math.abs(Number(spans[0].endTimeUnixNano) / 1e6 - Date.now()) < 60_000);
    await collector.close();
  });

  test("a collector that is not there harms nobody", async () => {
    const system = new ModuleSystem(options({ otlp: { endpoint: "http://127.0.0.1:1" }, logger: { sink: "none", ring: 9 } }));
    await system.loadModule(`${server.url}/kept/otlp.som`);
    await system.shutdown();
  });
});

describe("in every runtime", () => {
  for (const runtime of Object.keys(RUNTIMES)) {
    test(`${runtime} measures and ends by itself`, async () => {
      const script = place.write(
        `${runtime}.mjs`,
        `import { ModuleSystem } from "somon-wasm";
const system = new ModuleSystem({ logger: { sink: "none", ring: 5 }, resolution: { allowPrivateHosts: true } });
await system.loadModule("${server.url}/kept/runtime.som");
const { totalLoads, host, memory, eventLoop } = system.getMetrics();
const { status } = await system.getHealth();
console.log([totalLoads, host, memory.liveBytes > 0, typeof eventLoop.busyRatio, status, system.logs().length].join());
`,
      );
      assert.equal((await runScript(runtime, script, place.folder)).trim(), `1,${runtime},true,number,healthy,1`);
    });
  }
});
