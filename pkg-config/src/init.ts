// The entry for those who bring the component themselves: as URL, bytes or compiled module.

import { start, startSync } from "./component.js";

export * from "./api.js";

/** Where the component comes from; without it, the file beside the glue. */
export type ComponentSource = URL | string | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module;

/** Must have ended before anything else of the package is called. A second call does nothing. */
export async function init(source?: ComponentSource): Promise<void> {
  await start(source === undefined ? undefined : { module_or_path: source });
}

/** The same for hosts that have the compiled module, or the bytes, at hand. */
export function initSync(module: WebAssembly.Module | BufferSource): void {
  startSync(module);
}
