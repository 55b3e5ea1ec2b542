// The public types, all of them.
// It must never declare one: each stands with its subject in types/.

export type * from "./types/diagnostics.js";
export type * from "./types/options.js";
export type * from "./types/results.js";
export type * from "./types/operations.js";
export type * from "./types/http.js";
