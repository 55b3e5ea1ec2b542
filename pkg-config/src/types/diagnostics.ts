// What is wrong, and where: codes of errors, places, findings.
// Types only; it must never name what an operation takes or gives.

import type { SomonModuleError } from "../error.js";

export type ErrorCode =
  | "CONFIG_INVALID"
  | "RESOLVE_EMPTY"
  | "RESOLVE_BARE"
  | "RESOLVE_BLOCKED"
  | "RESOLVE_INVALID_URL"
  | "RESOLVE_SCHEME"
  | "RESOLVE_CREDENTIALS"
  | "RESOLVE_ORIGIN"
  | "RESOLVE_OUTSIDE_ROOT"
  | "RESOLVE_BACKTRACK"
  | "RESOLVE_TOO_LONG"
  | "RESOLVE_NOT_FOUND"
  | "LOAD_NETWORK"
  | "LOAD_HTTP"
  | "LOAD_TIMEOUT"
  | "LOAD_ABORTED"
  | "LOAD_MIME"
  | "LOAD_TOO_LARGE"
  | "LOAD_INTEGRITY"
  | "LOAD_DECODE"
  | "LOAD_REDIRECT"
  | "LOAD_JSON"
  | "BREAKER_OPEN"
  | "CYCLE"
  | "LIMIT_MODULES"
  | "LIMIT_BYTES"
  | "LIMIT_DEPTH"
  | "LIMIT_FETCHES"
  | "TIMEOUT"
  | "PARSE"
  | "BUNDLE_GLOBAL_MISSING"
  | "COMPILE_FAILED"
  | "SHUTDOWN"
  | "INTERNAL"
  | "POISONED"
  | "RUN_UNSUPPORTED";

export interface ImportStep {
  url: string;
  specifier: string;
  line: number;
  column: number;
}

export interface ConfigProblem {
  /** `loading.fetchTimeout` */
  path: string;
  message: string;
  received: string;
  code: "SOM7003" | "SOM7004";
}

export interface Place {
  url: string;
  /** From 1, in UTF-16 units; the end is exclusive. */
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface Diagnostic extends Place {
  code: string;
  severity: "error" | "warning" | "info" | "hint";
  message: string;
  hint?: string;
  /** Offsets from 0 in UTF-16 units. */
  start: number;
  end: number;
  frame: string;
  related: (Place & { message: string })[];
  fix?: { title: string; edits: { start: number; end: number; text: string }[] };
  /** Why a module could not be loaded. */
  cause?: SomonModuleError;
}
