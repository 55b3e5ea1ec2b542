// The public API, the same from every entry.

export { version } from "./version.js";
export type { SomonModuleError } from "./error.js";
export type * from "./types.js";
