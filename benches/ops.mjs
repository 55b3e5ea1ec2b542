// What operations cost beside their peers: a guarded call, a recorded latency, a read, a page of metrics.
// The core's figures come from `benches/ops.rs`, measured right before as native code; everything else runs here.
// It must never judge what it measured.
import CircuitBreaker from "opossum";
import { circuitBreaker, ConsecutiveBreaker, handleAll } from "cockatiel";
import { build as histogram } from "hdr-histogram-js";
import { Counter, Histogram, Registry, Summary } from "prom-client";

import { coreFigures, corePageSamples } from "./core_figures.mjs";
import { middle, nodeEntry, row } from "./measure.mjs";

const core = coreFigures();
const value = (step) => (step * 2_654_435_761) % 3_000_000;

await guardedCalls();
await histograms();
await texts();
await systemReads();

async function guardedCalls() {
  const work = async () => 1;
  const opossum = new CircuitBreaker(work, { timeout: false });
  const cockatiel = circuitBreaker(handleAll, { halfOpenAfter: 30_000, breaker: new ConsecutiveBreaker(5) });
  const { ModuleSystem } = await import(nodeEntry());
  const system = new ModuleSystem();
  const bare = await eachAsync(100_000, work);
  const ours = await eachAsync(50_000, () => system.circuitBreakers.execute("https://cdn.example", work));
  const theirs = {
    opossum: await eachAsync(50_000, () => opossum.fire()),
    cockatiel: await eachAsync(50_000, () => cockatiel.execute(work)),
  };
  opossum.shutdown();
  await system.shutdown();
  const own = core("breaker: admit and settle, one origin");
  row("guarded call: the call alone", ns(bare));
  row("  our core, native", ns(own), beside(theirs, own));
  row("  through the package", ns(ours), beside(theirs, ours));
  for (const [name, time] of Object.entries(theirs)) row(`  ${name}`, ns(time));
}

async function histograms() {
  const hdr = histogram({ lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: 2 });
  const registers = [new Registry()];
  const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  const prom = new Histogram({ name: "h", help: "h", buckets, registers });
  const summary = new Summary({ name: "s", help: "s", percentiles: [0.5, 0.95, 0.99, 0.999], registers });
  const recorded = {
    "prom-client histogram": each(1_000_000, (step) => prom.observe(value(step) / 1e6)),
    "prom-client summary": each(20_000, (step) => summary.observe(value(step) / 1e6)),
    hdr: each(1_000_000, (step) => hdr.recordValue(value(step))),
  };
  const own = core("histogram: record");
  row("record a latency: our core, native", ns(own), beside(recorded, own));
  for (const [name, time] of Object.entries(recorded)) row(`  ${name}`, ns(time));

  const read = {
    "prom-client summary": await eachAsync(200, () => summary.get()),
    hdr: each(2000, () => [50, 95, 99, 99.9].map((percent) => hdr.getValueAtPercentile(percent))),
  };
  const few = core("histogram: summary after a thousand records");
  const many = core("histogram: summary after a million records");
  row("read four percentiles: our core, native", ns(many), beside(read, many));
  row("  after a thousand records", ns(few), `${(many / few).toFixed(2)} after a million`);
  for (const [name, time] of Object.entries(read)) row(`  ${name}`, ns(time));
}

/** As many samples as the core's page has: a histogram of fifteen lines to a label, and counters with two labels. */
async function texts() {
  const [samples, time] = [corePageSamples(), core("exposition")];
  const register = new Registry();
  const durations = new Histogram({ name: "load_duration_seconds", help: "Duration of loads.", labelNames: ["outcome"], registers: [register] });
  for (let index = 0; index < 5; index += 1) {
    for (let step = 0; step < 1000; step += 1) durations.observe({ outcome: `outcome${index}` }, value(step) / 1e6);
  }
  const states = new Counter({ name: "state", help: "States.", labelNames: ["key", "state"], registers: [register] });
  const lines = async () => (await register.metrics()).split("\n").filter((line) => line && !line.startsWith("#")).length;
  for (let index = 0; (await lines()) < samples; index += 1) {
    states.inc({ key: `https://host${index >> 1}.example/"quoted"`, state: index % 2 === 0 ? "open" : "closed" }, index);
  }
  const theirs = await eachAsync(300, () => register.metrics());
  row(`text of ${samples} samples: our core, native`, ns(time), `prom-client ${(theirs / time).toFixed(1)} times as long`);
  row("  prom-client", ns(theirs), `${await lines()} samples`);
}

/** What a user calls, on a system that has done something. */
async function systemReads() {
  const { ModuleSystem } = await import(nodeEntry());
  const sources = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`somon:///m${index}.som`, `содир собит а = ${index};`]));
  const system = new ModuleSystem({
    resolution: { baseUrl: "somon:///" },
    loading: { sources },
    handler: { publicRead: true },
  });
  for (const url of Object.keys(sources)) await system.loadModule(url);
  for (let index = 0; index < 5; index += 1) {
    await system.circuitBreakers.execute(`https://host${index}.example`, async () => 1);
  }
  row("getMetrics() through the package", ns(each(5000, () => system.getMetrics())));
  row("getHealth() through the package", ns(await eachAsync(5000, () => system.getHealth())));
  const ask = () => system.fetch(new Request("http://localhost/metrics/prometheus"));
  const page = await (await ask()).text();
  const samples = page.split("\n").filter((line) => line && !line.startsWith("#")).length;
  const time = await eachAsync(1000, async () => (await ask()).arrayBuffer());
  const bare = await eachAsync(1000, async () => (new Request("http://localhost/metrics/prometheus"), new Response(page).arrayBuffer()));
  row(`GET /metrics/prometheus, ${samples} samples`, ns(time), `of it Request and Response alone ${ns(bare)}`);
  await system.shutdown();
}

/** Nanoseconds a step: the middle of five rounds. */
function each(steps, work) {
  return middle(
    Array.from({ length: 5 }, (_, round) => {
      const begun = performance.now();
      for (let step = 0; step < steps; step += 1) work(round * steps + step);
      return ((performance.now() - begun) * 1e6) / steps;
    }),
  );
}

async function eachAsync(steps, work) {
  const rounds = [];
  for (let round = 0; round < 5; round += 1) {
    const begun = performance.now();
    for (let step = 0; step < steps; step += 1) await work(step);
    rounds.push(((performance.now() - begun) * 1e6) / steps);
  }
  return middle(rounds);
}

function beside(times, own) {
  return Object.entries(times).map(([name, time]) => `${name} ${(time / own).toFixed(1)} times`).join(", ");
}

function ns(time) {
  return time < 10_000 ? `${time.toFixed(0)} ns` : `${(time / 1000).toFixed(1)} us`;
}
