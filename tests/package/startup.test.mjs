// What the package costs a worker to start: processor time of workerd with it and without, until the first answer.
// Prints; judges only that it was measured.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startWorkerd } from "./edge.mjs";
import { install } from "./harness.mjs";

const TICKS_PER_SECOND = 100;
const RUNS = 3;

let place;

before(async () => void (place = await install()));
after(() => place?.remove());

const EMPTY = `import module from "./node_modules/somon-wasm/somon_wasm_bg.wasm";
export default { fetch: () => new Response(String(module instanceof WebAssembly.Module)) };
`;
const WHOLE = `import { ModuleSystem } from "somon-wasm";
export default new ModuleSystem({ handler: { publicRead: true } });
`;

test("processor time of a start", { skip: process.platform !== "linux" && "reads /proc" }, async (t) => {
  const empty = await measure(EMPTY, "/");
  const whole = await measure(WHOLE, "/health");
  for (const [name, times] of Object.entries({ "the component compiled and not started": empty, "export default new ModuleSystem(...)": whole })) {
    t.diagnostic(`${name}: ${times.map((time) => `${time} ms`).join(", ")} of workerd's processor time until the first answer`);
  }
  t.diagnostic(`the package's own share: about ${Math.max(0, Math.min(...whole) - Math.min(...empty))} ms`);
  // A start that does nothing may take less than a tick.
  assert.ok(whole.every((time) => time > 0));
});

async function measure(worker, path) {
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    const workerd = await startWorkerd(place, place.write("startup.mjs", worker));
    try {
      const answer = await fetch(workerd.url + path);
      assert.equal(answer.status, 200);
      await answer.text();
      times.push(processorTime(workerd.pid));
    } finally {
      await workerd.close();
    }
  }
  return times;
}

/** Milliseconds of all processes of a group. */
function processorTime(group) {
  let ticks = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    let fields;
    try {
      fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
    } catch {
      continue;
    }
    // The node script that starts the program is not the program.
    if (Number(fields[2]) === group && !readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("node\0")) {
      ticks += Number(fields[11]) + Number(fields[12]);
    }
  }
  return (ticks * 1000) / TICKS_PER_SECOND;
}
