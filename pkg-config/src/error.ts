// The one error class of the package. Told by `name` and `code`; only its type is public.

import { call } from "./component.js";
import type { ConfigProblem, Diagnostic, ErrorCode, ImportStep } from "./types.js";

/** What the component says about a failure: plain fields. */
export interface ErrorFields {
  code: ErrorCode;
  message: string;
  specifier?: string;
  referrer?: string;
  url?: string;
  importChain?: ImportStep[];
  status?: number;
  attempts?: number;
  retryAfterMs?: number;
  breaker?: string;
  diagnostics?: Diagnostic[];
  truncated?: boolean;
  errors?: ConfigProblem[];
  cause?: ErrorFields;
}

export class SomonModuleError extends Error {
  // The shrunk class has another name, and consoles show it.
  static override readonly name = "SomonModuleError";
  override readonly name = "SomonModuleError";
  declare readonly code: ErrorCode;
  declare readonly specifier?: string;
  declare readonly referrer?: string;
  declare readonly url?: string;
  /** From the entry to the failing module, each the import that led onward. */
  declare readonly importChain?: readonly ImportStep[];
  /** HTTP status of `LOAD_HTTP`. */
  declare readonly status?: number;
  declare readonly attempts?: number;
  declare readonly retryAfterMs?: number;
  /** Key of the circuit breaker that is open, so that nothing more was tried. */
  declare readonly breaker?: string;
  declare readonly diagnostics?: readonly Diagnostic[];
  declare readonly truncated?: boolean;
  /** Of `CONFIG_INVALID`: every problem of the options. */
  declare readonly errors?: readonly ConfigProblem[];

  constructor(fields: ErrorFields, cause?: unknown) {
    const { message, cause: inner, ...rest } = fields;
    const reason = inner === undefined ? cause : new SomonModuleError(inner);
    super(message, reason === undefined ? undefined : { cause: reason });
    Object.assign(this, rest);
  }

  toJSON(): Record<string, unknown> {
    const cause = this.cause;
    const told = cause instanceof SomonModuleError ? { cause: cause.toJSON() } : {};
    const all = { ...(this as object), message: this.message, ...told };
    // What is written down is read by others than the caller.
    return JSON.parse(JSON.stringify(all, (_, value: unknown) => (typeof value === "string" ? redacted(value) : value)));
  }
}

function redacted(text: string): string {
  try {
    return call((exports) => exports.redacted(text));
  } catch {
    return "[REDACTED]";
  }
}

export function aborted(signal: AbortSignal): SomonModuleError {
  return new SomonModuleError({ code: "LOAD_ABORTED", message: "aborted by the caller" }, signal.reason);
}

/** An argument that is text. Of anything else the glue makes an address that is none, and the component traps. */
export function textOf(value: unknown, path: string): string {
  if (typeof value === "string") return value;
  throw wrongArgument(path, "must be a string", value);
}

export function wrongArgument(path: string, rule: string, value: unknown): SomonModuleError {
  const message = `${path} ${rule}`;
  const errors: ConfigProblem[] = [{ path, message, received: typeof value, code: "SOM7003" }];
  return new SomonModuleError({ code: "CONFIG_INVALID", message: `invalid options: ${message}`, errors });
}

/** Whether an export answered with a failure; anything else that it throws is a trap. */
export function isAnswer(thrown: unknown): thrown is ErrorFields {
  return typeof thrown === "object" && thrown !== null && !(thrown instanceof Error) && "code" in thrown;
}
