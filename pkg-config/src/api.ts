// The public API, the same from every entry.

export { compile } from "./compile.js";
export { ModuleSystem } from "./module_system.js";
export { tokenize } from "./tokenize.js";
export { version } from "./version.js";
export type { SomonModuleError } from "./error.js";
export type * from "./types.js";
