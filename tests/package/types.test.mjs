// The types as a consumer's compiler sees them: strict, under the resolutions that are in use, and nowhere `any`.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { after, before, describe, test } from "node:test";
import { install } from "./harness.mjs";

const run = promisify(execFile);
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

/** What a careful user writes; a line after `@ts-expect-error` must be wrong. */
const PROGRAM = `import { compile, ModuleSystem, tokenize, version } from "somon-wasm";
import type { CompileResult, Diagnostic, ErrorCode, LoadedModule, ModuleNamespace, SomonModuleError, Token } from "somon-wasm";
import { init, initSync, ModuleSystem as Own } from "somon-wasm/init";
import { version as inlined } from "somon-wasm/inline";
import "somon-wasm/locale/tg";
import "somon-wasm/locale/ru";
import component from "somon-wasm/somon_wasm_bg.wasm";

/** Does not compile for \`any\`, which would let everything through. */
type Known<T> = 0 extends 1 & T ? never : T;
function known<T>(value: Known<T>): T {
  return value as T;
}

const system = new ModuleSystem({
  resolution: { baseUrl: "https://example.org/", allowedOrigins: ["https://cdn.example.org"] },
  loading: { fetchTimeout: 5000, fetch: (url, init) => fetch(url, init), sources: new Map([["somon:///a.som", ""]]) },
  compilation: { target: "es2020", locale: "tg" },
});
// @ts-expect-error
new ModuleSystem({ loadng: {} });
// @ts-expect-error
new ModuleSystem({ compilation: { target: "es5" } });
// @ts-expect-error
system.run(5);

const controller = new AbortController();
const namespace: ModuleNamespace = known(await system.run("./main.som", { signal: controller.signal, externals: { axios: {} } }));
// @ts-expect-error
namespace["main"]();
const module: LoadedModule = known(await system.loadModule("./a", "https://example.org/b.som", { timeout: 100 }));
const exported: string[] = known(module.exports);
const bundle = known(await system.bundle({ entryPoint: "./main.som", format: "esm", externals: ["axios"] }));
known(bundle.code.length + bundle.warnings.length);
const graph = known(await system.compile("./main.som"));
for (const [id, compiled] of graph.modules) known(id + compiled.code);
known(system.resolve("./a"));
known(system.getModule("x")?.etag);
known(system.getStatistics().totalModules);
known(system.lockfile().modules["x"]);
known(await system.shutdown({ graceMs: 1 }));

const result: CompileResult = known(compile("", { format: "commonjs", strict: true }));
const first: Diagnostic | undefined = known(result.errors[0]);
const cause: SomonModuleError | undefined = known(first?.cause);
const code: ErrorCode | undefined = known(cause?.code);
known(cause?.importChain?.[0]?.line);
known(cause?.toJSON()["message"]);
const tokens: Token[] = known(tokenize(""));
known(tokens[0]?.kind);

const bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
await init();
await init(new URL("https://example.org/somon_wasm_bg.wasm"));
await init(fetch("https://example.org/"));
await init(component);
initSync(bytes);
initSync(component);
known(new Own());
known(version + inlined + exported.join() + code);
`;

const COMMON = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--target", "es2022", "--types", ""];
const RESOLUTIONS = {
  bundler: ["--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom"],
  node16: ["--module", "node16", "--moduleResolution", "node16", "--lib", "es2022,dom"],
  nodenext: ["--module", "nodenext", "--moduleResolution", "nodenext", "--lib", "es2022,dom"],
};

let place;

before(async () => {
  place = await install();
});
after(() => place?.remove());

describe("types", () => {
  for (const [name, words] of Object.entries(RESOLUTIONS)) {
    test(`fit a strict program under ${name}`, async () => {
      const file = place.write("consumer.ts", PROGRAM);
      const checked = run(process.execPath, [tsc, ...COMMON, ...words, file], { cwd: place.folder });
      const complaints = await checked.then(({ stdout }) => stdout, ({ stdout, message }) => stdout || message);
      assert.equal(complaints, "");
    });
  }

  test("say `any` nowhere", () => {
    const folder = join(place.folder, "node_modules/somon-wasm");
    const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const waiting = Object.values(exports).flatMap(({ types }) => (types ? [join(folder, types)] : []));
    const seen = new Set();
    while (waiting.length > 0) {
      const file = waiting.pop();
      if (seen.has(file)) continue;
      seen.add(file);
      const text = readFileSync(file, "utf8");
      const bare = text.replace(/\/\*[^]*?\*\/|\/\/.*|"[^"\n]*"/g, (part) => (part.startsWith('"') ? '""' : ""));
      assert.doesNotMatch(bare, /\bany\b/, file);
      for (const [, specifier] of text.matchAll(/(?:from|import) ?\(?"(\.[^"]+)"/g)) {
        const declared = join(dirname(file), specifier.replace(/\.js$/, ".d.ts"));
        assert.ok(existsSync(declared), declared);
        waiting.push(declared);
      }
    }
    assert.ok(seen.size > 6, [...seen].join(" "));
  });
});
