// Runs one program in a worker of its own, so that it can be stopped whatever it does.
// It must never be used for a second program: what the first one left behind would show.

import { ModuleSystem, type Diagnostic } from "somon-wasm";
import { BASE_URL, urlOfFile } from "../project/file_name.ts";
import type { Failure, Job, Report } from "../run/message.ts";
import { programConsole } from "./console.ts";
import { faultOf } from "../run/fault.ts";
import { errorPieces, inspect } from "./inspect.ts";
import { Pending } from "./pending.ts";
import { callsOf } from "./stack.ts";

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = (event: MessageEvent<Job>) => {
  // A port of its own: the program may use `postMessage` and `onmessage` as it likes.
  const port = event.ports[0];
  self.onmessage = null;
  if (port !== undefined) void run(event.data, (report) => port.postMessage(report));
};
self.postMessage("ready");

async function run(job: Job, report: (report: Report) => void): Promise<void> {
  const system = new ModuleSystem({
    resolution: { baseUrl: BASE_URL },
    loading: { sources: Object.fromEntries(job.files.map(({ name, text }) => [urlOfFile(name), text])) },
    compilation: { strict: job.strict, locale: job.locale },
  });
  const entry = urlOfFile(job.entry);
  const fail = (thrown: unknown): void => report({ kind: "failed", failure: failureOf(thrown) });
  const since = performance.now();
  let isEvaluated = false;
  const rest = (): void => {
    if (isEvaluated) report({ kind: "idle", milliseconds: performance.now() - since });
  };
  const pending = new Pending(rest);
  pending.watch(self);
  self.addEventListener("error", (event) => {
    event.preventDefault();
    fail(event.error);
  });
  self.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    fail(event.reason);
  });
  Object.assign(console, programConsole((entry) => report({ kind: "printed", entry })));

  report({ kind: "started" });
  try {
    await system.run(entry);
  } catch (thrown) {
    fail(thrown);
  }
  isEvaluated = true;
  if (pending.none) rest();
}

function failureOf(thrown: unknown): Failure {
  const { name, code, diagnostics, message } = describe(thrown);
  if (name !== "SomonModuleError") {
    const pieces = thrown instanceof Error ? errorPieces(thrown) : inspect(thrown);
    return { kind: "thrown", pieces, calls: callsOf(thrown) };
  }
  if (diagnostics.length > 0) return { kind: "faults", faults: diagnostics.map(faultOf) };
  return { kind: "refused", code, message };
}

function describe(thrown: unknown): { name: unknown; code: string; message: string; diagnostics: readonly Diagnostic[] } {
  const { name, code, message, diagnostics } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as Record<string, unknown>;
  return {
    name,
    code: String(code),
    message: String(message),
    diagnostics: Array.isArray(diagnostics) ? (diagnostics as Diagnostic[]) : [],
  };
}
