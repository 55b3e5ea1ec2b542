// The package as the page itself uses it: tokens for colours, faults and JavaScript of the files.
// It must never run a program; programs run in workers of their own.

import { ModuleSystem, tokenize, version, type Token } from "somon-wasm";
import type { Language } from "./language/words.ts";
import { faultOf } from "./run/fault.ts";
import { BASE_URL, fileOfUrl, urlOfFile } from "./project/file_name.ts";
import type { Files } from "./project/project.ts";
import type { Fault } from "./run/message.ts";

export interface Checked {
  readonly faults: readonly Fault[];
  /** The JavaScript of each file that has any. */
  readonly code: ReadonlyMap<string, string>;
}

export const packageVersion: string = version;

/** The tokens of a SomonScript file; other files stay uncoloured. */
export function tokensOf(name: string, text: string): readonly Token[] {
  return name.endsWith(".som") ? tokenize(text) : [];
}

/** Compiles what the entry reaches, then the files that nothing imports yet. */
export async function check(files: Files, strict: boolean, locale: Language): Promise<Checked> {
  const system = new ModuleSystem({
    resolution: { baseUrl: BASE_URL },
    loading: { sources: Object.fromEntries(files.map(({ name, text }) => [urlOfFile(name), text])) },
    compilation: { strict, locale },
  });
  const code = new Map<string, string>();
  const faults = new Map<string, Fault>();
  const seen = new Set<string>();
  try {
    for (const { name } of files) {
      if (seen.has(name) || !isModule(name)) continue;
      const { modules, errors, warnings } = await system.compile(urlOfFile(name));
      for (const [id, module] of modules) {
        seen.add(fileOfUrl(id));
        if (module.code !== "") code.set(fileOfUrl(id), module.code);
      }
      for (const fault of [...errors, ...warnings].map(faultOf)) {
        faults.set(`${fault.file}:${fault.start}:${fault.code}`, fault);
        seen.add(fault.file);
      }
    }
  } finally {
    await system.shutdown({ graceMs: 0 });
  }
  return { faults: [...faults.values()].sort(inOrderOf(files)), code };
}

function isModule(name: string): boolean {
  return !name.endsWith(".json");
}

/** Errors before advice, then by file, then by place. */
function inOrderOf(files: Files): (a: Fault, b: Fault) => number {
  const fileAt = new Map(files.map(({ name }, at) => [name, at]));
  const rank = (fault: Fault): number => (fault.severity === "error" ? 0 : 1);
  const file = (fault: Fault): number => fileAt.get(fault.file) ?? files.length;
  return (a, b) => rank(a) - rank(b) || file(a) - file(b) || a.line - b.line || a.column - b.column;
}
