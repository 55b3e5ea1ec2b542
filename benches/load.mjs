// What loading costs: 1,000 modules over HTTP from another process, in Node and in Chromium, beside the same
// fetches at equal concurrency without us and beside esbuild on the same graph in TypeScript; what a module costs
// in memory; how the work grows with the modules; what a hit costs beside a Map.
// It must never count requests anywhere but at the server's socket, and never judge what it measured.
import { fork } from "node:child_process";
import { build } from "esbuild";

import { linesOf, launch, pageWithoutBundler } from "../tests/package/page.mjs";
import { loads } from "./loads.mjs";
import { least, middle, nodeEntry, row, samples, timedAsync } from "./measure.mjs";
import { graph } from "./program/graph.mjs";

const MODULES = 1000;
const ROUNDS = 9;
/** A round takes Chromium many times as long: each answer crosses from process to process. */
const PAGE_ROUNDS = 4;

const { ModuleSystem } = await import(nodeEntry());
await overTheNetwork();
await growth();
await memory();
await hits();

async function overTheNetwork() {
  const server = fork(new URL("./server.mjs", import.meta.url), [String(MODULES)]);
  const answer = () => new Promise((resolve) => server.once("message", resolve));
  const asked = (message = {}) => (server.send(message), answer());
  const origin = `http://127.0.0.1:${(await answer()).port}`;
  const { somon, typescript } = graph(MODULES);
  const paths = [...somon.keys()];

  const inNode = await loads(ModuleSystem, origin, paths, ROUNDS);
  const requests = (await asked()).requests;
  const byEsbuild = [];
  for (let round = 0; round < ROUNDS; round += 1) byEsbuild.push(await timedAsync(() => esbuild(origin, [...typescript.keys()])));
  const esbuildRequests = (await asked()).requests;

  print("Node", inNode, requests / ROUNDS);
  row(
    "  esbuild bundle, fetching plugin",
    milliseconds(byEsbuild),
    `our bundle ${ratio(inNode.bundle, byEsbuild)} of its time`,
    `${esbuildRequests / ROUNDS} requests a round`,
  );

  const script = `
    import { ModuleSystem } from "somon-wasm";
    import { loads } from "/benches/loads.mjs";
    console.log(JSON.stringify(await loads(ModuleSystem, location.origin, ${JSON.stringify(paths)}, ${PAGE_ROUNDS})));`;
  const page = pageWithoutBundler(script, { "somon-wasm": "entry/browser.js" });
  await asked({ page });
  const browser = await launch();
  try {
    const [line] = await linesOf(browser, `${origin}/`, 300_000);
    print("Chromium", JSON.parse(line), (await asked()).requests / PAGE_ROUNDS);
  } finally {
    await browser.close();
    server.disconnect();
  }
}

function print(runtime, times, requests) {
  const round = requests / Object.keys(times).length;
  const first = Object.entries(times).map(([kind, values]) => `${kind} ${values[0].toFixed(0)}`);
  row(`${MODULES} modules, ${runtime}: bare fetches`, milliseconds(times.bare), `${round} requests a round`);
  for (const kind of ["load", "compile", "bundle"]) {
    row(`  ${kind}`, milliseconds(times[kind]), `${ratio(times[kind], times.bare)} of the bare fetches`);
  }
  row("  first round, ms", first.join(", "));
}

function milliseconds(times) {
  return `${least(times).toFixed(0)} ms, middle ${middle(times).toFixed(0)}`;
}

function ratio(times, others) {
  return (least(times) / least(others)).toFixed(2);
}

/** The analogous job: the same graph in TypeScript, fetched by a plugin at equal concurrency. */
async function esbuild(origin, paths) {
  const gate = semaphore(6);
  const overHttp = {
    name: "http",
    setup(plugin) {
      plugin.onResolve({ filter: /.*/ }, ({ path, importer }) => ({ path: new URL(path, importer || origin).href, namespace: "http" }));
      plugin.onLoad({ filter: /.*/, namespace: "http" }, ({ path }) =>
        gate(async () => ({ contents: new Uint8Array(await (await fetch(path)).arrayBuffer()), loader: "ts" })),
      );
    },
  };
  const { outputFiles } = await build({
    entryPoints: [origin + paths[0]],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    logLevel: "error",
    treeShaking: false,
    plugins: [overHttp],
  });
  if (outputFiles[0].contents.length === 0) throw new Error("esbuild gave nothing");
}

function semaphore(places) {
  const waiting = [];
  return async (work) => {
    if (places === 0) await new Promise((resolve) => waiting.push(resolve));
    else places -= 1;
    try {
      return await work();
    } finally {
      if (waiting.length > 0) waiting.shift()();
      else places += 1;
    }
  };
}

/** From memory, so that nothing but our own work is timed. */
async function growth() {
  for (const count of [500, 1000, 2000, 4000]) {
    const somon = graph(count).somon;
    const sources = new Map([...somon].map(([path, text]) => [`somon://${path}`, text]));
    const options = { resolution: { baseUrl: "somon:///" }, loading: { sources, maxCacheSize: 10_000 } };
    const times = [];
    for (let round = 0; round < 5; round += 1) {
      const system = new ModuleSystem(options);
      times.push(await timedAsync(() => system.compile("somon:///m0.som")));
      await system.shutdown();
    }
    row(`compile ${count} modules from memory`, milliseconds(times), `${((least(times) * 1000) / count).toFixed(1)} us a module`);
  }
}

/** Live bytes of the component as it tells them, with texts that come through `fetch`, so that they are held once. */
async function memory() {
  const system = (texts, options = {}) =>
    new ModuleSystem({
      ...options,
      resolution: { baseUrl: "http://localhost/" },
      loading: {
        maxCacheSize: 10_000,
        httpCache: "session",
        fetch: async (url) => new Response(texts.get(new URL(url).pathname), { headers: { "content-type": "text/plain" } }),
      },
    });
  const live = (of) => of.getMetrics().memory.liveBytes;
  for (const count of [1000, 2000, 4000, 8000]) {
    const texts = graph(count).somon;
    const source = [...texts.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const one = system(texts);
    const before = live(one);
    await one.loadModule("./m0.som");
    const { liveBytes } = one.getMetrics().memory;
    const charged = one.getMetrics().cacheMemoryUsage;
    row(
      `memory of ${count} modules of ${(source / count / 1000).toFixed(1)} KB`,
      `${((liveBytes - before - source) / count).toFixed(0)} bytes a module beyond its text`,
      `${(charged / (liveBytes - before)).toFixed(2)} of it charged to the cache`,
    );
    await one.shutdown();
  }
  // Without histograms, which take more pages as time goes by, up to a limit of their own; another system tells.
  const again = system(graph(1000).somon, { metrics: false, circuitBreakers: false });
  const teller = new ModuleSystem();
  // Whoever is asked for the first time takes a name, which is 32 bytes more from then on.
  live(teller);
  const rounds = [];
  for (let round = 0; round < 10; round += 1) {
    await again.compile("./m0.som");
    again.clearCache();
    rounds.push(live(teller));
  }
  row("live bytes after load and clear", `${rounds[0]} after one round, ${rounds[1]} after two`, `${rounds.at(-1)} after ten`);
  await again.shutdown();
  await teller.shutdown();
}

async function hits() {
  const sources = { "somon:///a.som": "содир собит а = 1;" };
  const system = new ModuleSystem({ resolution: { baseUrl: "somon:///" }, loading: { sources } });
  const id = (await system.loadModule("./a.som")).id;
  const calls = 20_000;
  const times = samples(7, () => 0);
  for (const round of times.keys()) {
    times[round] = await timedAsync(async () => {
      for (let call = 0; call < calls; call += 1) await system.loadModule(id);
    });
  }
  const map = new Map([[id, {}]]);
  let found = 0;
  const mapTimes = [];
  for (let round = 0; round < 7; round += 1) {
    mapTimes.push(
      await timedAsync(async () => {
        for (let call = 0; call < calls; call += 1) found += (await map.get(id)) === undefined ? 0 : 1;
      }),
    );
  }
  if (found === 0) throw new Error("the map lost its entry");
  const each = (values) => ((middle(values) * 1000) / calls).toFixed(2);
  row("warm hit: await loadModule(id)", `${each(times)} us`, `await of a Map's value ${each(mapTimes)} us`);
  await system.shutdown();
}
