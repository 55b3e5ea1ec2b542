// Random programs of several modules, linked into one text by the component and, module by module, by Node itself:
// the same lines in the same order, the same exports. Replay one with SOMON_SEED.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { install } from "./harness.mjs";

const PROGRAMS = Number(process.env.SOMON_LINK_PROGRAMS ?? 150);
const BASE = "somon:///";

let place;
let ModuleSystem;

before(async () => {
  place = await install();
  ({ ModuleSystem } = await import(pathToFileURL(join(place.folder, "node_modules/somon-wasm/entry/node.js"))));
});
after(() => place?.remove());

test("linked programs behave as Node's own linking", async () => {
  const seeds = process.env.SOMON_SEED ? [Number(process.env.SOMON_SEED)] : Array.from({ length: PROGRAMS }, (_, seed) => seed);
  let failed = 0;
  for (const seed of seeds) {
    const files = program(seed);
    const system = new ModuleSystem({ resolution: { baseUrl: BASE }, loading: { sources: files } });
    const { code } = await system.bundle({ entryPoint: "./m0.som" });
    const linked = await observed(`data:text/javascript;charset=utf-8,${encodeURIComponent(`${code}\n// ${seed}`)}`);

    const folder = join(place.folder, `p${seed}`);
    const { modules, errors } = await system.compile("./m0.som");
    assert.deepEqual(errors, [], `SOMON_SEED=${seed}`);
    for (const [id, { code: text }] of modules) {
      const file = join(folder, id.slice(BASE.length).replace(/\.som$/, ".js"));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const plain = await observed(pathToFileURL(join(folder, "m0.js")).href);
    const shown = () => Object.entries(files).map(([url, text]) => `// ${url}\n${text}`).join("\n");
    assert.deepEqual(linked, plain, `SOMON_SEED=${seed}\n${shown()}\n// linked\n${code}`);
    failed += plain.at(-1).startsWith("thrown") ? 1 : 0;
  }
  // A program that touches a binding too early fails in both; most must get further.
  assert.ok(failed * 3 <= seeds.length, `${failed} of ${seeds.length} programs end early`);
});

/** What a module logs, then what it exports, or what it throws. */
async function observed(url) {
  const lines = [];
  const { log } = console;
  console.log = (...words) => lines.push(words.map(String).join(" "));
  try {
    const namespace = await import(url);
    for (const key of Object.keys(namespace)) lines.push(`${key}: ${shown(namespace[key])}`);
    for (const key of Object.keys(namespace)) {
      if (typeof namespace[key] === "function" && key.startsWith("зиёд")) namespace[key]();
    }
    // Live bindings: the calls may have changed what others export.
    for (const key of Object.keys(namespace)) lines.push(`${key}: ${shown(namespace[key])}`);
  } catch (error) {
    lines.push(`thrown ${error.name}`);
  } finally {
    console.log = log;
  }
  return lines;
}

function shown(value) {
  if (typeof value === "function") return `function of ${value.length}`;
  if (typeof value !== "object" || value === null) return String(value);
  return Object.keys(value).map((key) => `${key}=${typeof value[key] === "object" ? "object" : typeof value[key] === "function" ? "function" : value[key]}`).join(",");
}

/** Modules m0 and on; each exports a counter with its step, a constant, a function of others, perhaps a default. */
function program(seed) {
  const random = randomOf(seed);
  const below = (limit) => Math.floor(random() * limit);
  const chance = (share) => random() < share;
  const count = 2 + below(6);
  const files = {};
  const hasDefault = Array.from({ length: count }, () => chance(0.5));
  for (let at = 0; at < count; at++) {
    const lines = [];
    const late = [];
    const names = new Set();
    const fresh = (stem) => {
      // Equal names in many modules: the linker has to tell them apart.
      let name = stem;
      while (names.has(name)) name += "1";
      names.add(name);
      return name;
    };
    for (let import_ = below(4); import_ > 0; import_--) {
      const other = below(count);
      const path = `"./m${other}${chance(0.3) ? ".som" : ""}"`;
      switch (below(7)) {
        case 0: {
          // Its names, not its keys: asking for those reads what may not be there yet, which the linked form defers.
          const ns = fresh("ҳама");
          lines.push(`ворид * чун ${ns} аз ${path};`);
          late.push(`чоп.сабт(Object.getOwnPropertyNames(${ns}).пайвастКардан("+"));`, `чоп.сабт(typeof ${ns}.к${other});`);
          break;
        }
        case 1: {
          if (!hasDefault[other]) break;
          const name = fresh("асосӣ");
          lines.push(`ворид ${name} аз ${path};`);
          late.push(`чоп.сабт(${name}());`);
          break;
        }
        case 2: {
          const [value, step] = [fresh("қимат"), fresh("қадам")];
          lines.push(`ворид { ш${other} чун ${value}, зиёд${other} чун ${step} } аз ${path};`);
          late.push(`${step}();`, `чоп.сабт(${value});`);
          break;
        }
        case 3:
          lines.push(`содир { к${other} чун аз_м${at}_${import_}, зиёд${other} чун зиёд_м${at}_${import_} } аз ${path};`);
          break;
        case 4:
          lines.push(`содир * аз ${path};`);
          break;
        case 5:
          lines.push(`содир * чун фазо_м${at}_${import_} аз ${path};`);
          break;
        default:
          lines.push(`ворид ${path};`);
      }
    }
    const own = fresh("маҳаллӣ");
    lines.push(
      `чоп.сабт("оғози ${at}");`,
      `тағ ${own} = ${at};`,
      `содир тағ ш${at} = ${at * 10};`,
      `содир функсия зиёд${at}() { ш${at}++; ${own} += 2; бозгашт ${own}; }`,
      `содир собит к${at} = "к" + ${own};`,
    );
    if (hasDefault[at]) {
      lines.push(
        [
          `содир пешфарз функсия () { бозгашт "пешфарзи ${at}:" + ${own}; }`,
          `содир пешфарз функсия номдор() { бозгашт "номдори ${at}:" + ${own}; }`,
          `содир пешфарз () => "тир ${at}:" + ш${at};`,
          `синф К { статикӣ м() { бозгашт "синфи ${at}:" + ${own}; } } содир пешфарз К.м;`,
        ][below(4)],
      );
    }
    // What is imported is mostly used after everything has begun: as a function body that the entry calls.
    if (late.length > 0 && chance(0.6)) lines.push(`содир функсия баъд${at}() { ${late.join(" ")} }`, at === 0 ? `баъд0();` : "");
    else lines.push(...late);
    lines.push(`чоп.сабт("анҷоми ${at}", ${own});`);
    files[`${BASE}m${at}.som`] = `${lines.filter(Boolean).join("\n")}\n`;
  }
  return files;
}

/** mulberry32 */
function randomOf(seed) {
  let state = (seed + 1) * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
