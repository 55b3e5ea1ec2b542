// Running a linked program: the host's own import of its text, never eval.

import { SomonModuleError } from "./error.js";
import type { ModuleNamespace } from "./types.js";

let runs = 0;

/** Where one run finds its externals: taken away as soon as its import is over. */
export function registryName(): string {
  return `somon.externals.${++runs}`;
}

export async function importProgram(
  code: string,
  registry: string,
  externals: Record<string, object> | undefined,
): Promise<ModuleNamespace> {
  // The name also makes the text of each run its own: equal texts would be one module, run once.
  const text = `${code}\n//# sourceURL=somon:///run/${registry}.js\n`;
  const key = Symbol.for(registry);
  const place = globalThis as Record<symbol, unknown>;
  if (externals !== undefined) place[key] = externals;
  try {
    return await importText(text);
  } finally {
    delete place[key];
  }
}

async function importText(text: string): Promise<ModuleNamespace> {
  // Service workers may not import at run time.
  if (globalThis.navigator?.userAgent === "Cloudflare-Workers" || "ServiceWorkerGlobalScope" in globalThis) {
    throw new SomonModuleError({
      code: "RUN_UNSUPPORTED",
      message: "this host cannot run code from text; serve the compiled modules, or bundle() at build time",
    });
  }
  // Node and Deno import no blob; Bun does, and reads a data URL that is not base64 as an empty module.
  if (("process" in globalThis || "Deno" in globalThis) && !("Bun" in globalThis)) {
    return importUrl(`data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`);
  }
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    return await importUrl(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function importUrl(url: string): Promise<ModuleNamespace> {
  // Bundlers must leave it alone: the text exists only at run time.
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url) as Promise<ModuleNamespace>;
}
