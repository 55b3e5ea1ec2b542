// Who waits for what in the component: operations, watches, requests to handlers, kept answers, effects under way.
// Hands on what the component reports, and outlives its instance; it must never decide what an answer is, nor hold
// the public object longer than its calls take.

import type { Guarded } from "./circuit_breakers.js";
import * as component from "./component.js";
import type { Exports } from "./component.js";
import { SomonModuleError, aborted, textOf, wrongArgument, type ErrorFields } from "./error.js";
import { Exchanges, type Hooks, type Told } from "./exchange.js";
import type { Owner, Turn } from "./handler.js";
import { Observed } from "./observe.js";
import { StoredConfig } from "./stored_config.js";
import type { CallOptions, LoadedModule, ModuleChange, ModuleSystemOptions, WatchOptions } from "./types.js";

interface Watched {
  entry: string;
  options: WatchOptions;
  onChange(change: ModuleChange): void;
  /** It is over, by its signal or its handle. */
  over(): void;
}

/** What a call named. */
export interface Asked {
  readonly specifier: string;
  readonly referrer: string | undefined;
}

/** An answer of `loadModule` that the component lets us keep. */
interface Kept {
  readonly token: number;
  value: LoadedModule;
  readonly asked: Asked[];
}

interface Pending {
  /** The public object, which must not be collected as long as a call of it is under way. */
  caller?: object;
  /** For which the answer may be kept. */
  asked?: Asked | undefined;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  signal: AbortSignal | undefined;
}

type Report = ReturnType<Exports["timer_fired"]>;
export type Method =
  | "loadModule"
  | "loadModuleSync"
  | "compile"
  | "bundle"
  | "run"
  | "resolveAsync"
  | "prefetch"
  | "refresh"
  | "watch";

// The kinds of a report's four-tuples.
const FETCH = 0;
const RESOLVE = 1;
const REJECT = 2;
const ANSWER = 3;
const PASS = 4;
const BODY = 5;
const NOTICE = 7;
const RESULT = 8;
const CHANGE = 9;
const FORGET = 10;
const CANCEL = 11;
const SET = 12;
const CLEAR = 13;

/** Those that only let exchanges and timers begin and end. */
const TRANSPORT: ReadonlySet<unknown> = new Set([FETCH, CANCEL, SET, CLEAR]);

let lastSystem = 0;

/** What must live as long as the component knows the system; separate, so that the public object can be collected. */
export class Tenancy implements component.Tenant, Owner, Guarded {
  readonly id = ++lastSystem;
  readonly pending = new Map<number, Pending>();
  /** Who waits for the next turn of a request to a handler. */
  readonly requests = new Map<number, (turn: Turn) => void>();
  isEnded = false;
  readonly observed: Observed;
  /** Whether figures go to a collector. */
  readonly exports: boolean;
  readonly #watches = new Map<number, Watched>();
  readonly #kept = new Map<number, Kept>();
  /** The same by referrer and specifier: a key made of both would be put together and hashed anew by every call. */
  readonly #warm = new Map<string | undefined, Map<string, Kept>>();
  readonly stored: StoredConfig | undefined;
  readonly #options: unknown;
  /** Options of the handlers that a fresh instance must know again; the system's own is not among them. */
  readonly #handlers = new Map<number, unknown>();
  readonly #closed = new Set<number>();
  #lastRequest = 0;
  #lastHandler = 0;
  readonly #exchanges: Exchanges;
  /** Exchanges that begin once the report is worked off: the caller's own functions may call back. */
  readonly #toBegin = new Map<number, Told>();
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #lastOperation = 0;
  /** Under a breaker. */
  #calls = 0;
  /** What the instance before left, if it did not die. */
  #carried: Uint8Array | undefined;
  /** What an export of figures waits for, while it is being sent. */
  #sent: Promise<unknown>[] | undefined;
  #whenIdle: (() => void) | undefined;
  /** Counts the instances. */
  #life = 0;
  /** Why a fresh instance did not take the options again: they have been changed since. */
  #refusal: SomonModuleError | undefined;

  constructor(options: ModuleSystemOptions | undefined) {
    this.#options = options;
    this.exports = (options as ModuleSystemOptions | undefined)?.otlp !== undefined;
    component.call((exports) => exports.system_new(this.id, options));
    this.#exchanges = new Exchanges((options?.loading ?? {}) as Hooks, (arrivals) =>
      this.#goOn((exports) => exports.exchanges_went_on(this.id, arrivals)),
    );
    component.register(this);
    this.observed = new Observed(this.id, (use) => this.report(use as Parameters<Tenancy["report"]>[0]));
    const store = options?.configStore;
    this.stored = store && new StoredConfig(store, this.observed);
  }

  addHandler(options: unknown): number {
    const handler = ++this.#lastHandler;
    component.call((exports) => exports.handler_new(this.id, handler, options));
    this.#handlers.set(handler, options);
    return handler;
  }

  closeHandler(handler: number, isClosed: boolean): void {
    if (isClosed) this.#closed.add(handler);
    else this.#closed.delete(handler);
    component.call((exports) => exports.handler_close(this.id, handler, isClosed));
  }

  freeRequest(): number {
    do this.#lastRequest = (this.#lastRequest + 1) >>> 0;
    while (this.requests.has(this.#lastRequest));
    return this.#lastRequest;
  }

  end(): void {
    this.isEnded = true;
    component.unregister(this);
    this.#forgetInstance();
    component.call((exports) => exports.system_free(this.id));
  }

  start(
    caller: object,
    method: Method,
    entry: string,
    extra: string | undefined,
    options: CallOptions | undefined,
    asked?: Asked,
  ): Promise<unknown> {
    checkNames(method, entry, method === "run" ? undefined : extra);
    const signal = options?.signal;
    if (signal !== undefined && !isSignal(signal)) throw wrongArgument("signal", "must be an AbortSignal", signal);
    if (signal?.aborted) return Promise.reject(aborted(signal));
    if (this.#refusal) return Promise.reject(this.#refusal);
    const operation = this.#freeOperation();
    return new Promise((resolve, reject) => {
      const stop = (): void => void this.report((exports) => exports.operation_abort(this.id, operation));
      const settled = (): void => signal?.removeEventListener("abort", stop);
      this.pending.set(operation, {
        resolve: (value) => (settled(), resolve(value)),
        reject: (reason) => (settled(), reject(reason)),
        signal,
        asked,
        caller,
      });
      signal?.addEventListener("abort", stop, { once: true });
      try {
        this.report((exports) => exports.operation_start(this.id, operation, method, entry, extra, options));
      } catch (error) {
        this.#take(operation)?.reject(error);
      }
    });
  }

  /** What settles at once. */
  startSync(method: Method, entry: string, extra: string | undefined): unknown {
    checkNames(method, entry, extra);
    const operation = this.#freeOperation();
    let answer: { value?: unknown; reason?: unknown } = {};
    this.pending.set(operation, {
      resolve: (value) => (answer = { value }),
      reject: (reason) => (answer = { reason }),
      signal: undefined,
    });
    try {
      this.report((exports) => exports.operation_start(this.id, operation, method, entry, extra, undefined));
    } finally {
      this.pending.delete(operation);
    }
    if ("reason" in answer) throw answer.reason;
    return answer.value;
  }

  /** Throws what is wrong with the options; `undefined` when the signal has fired already. */
  watch(watched: Watched): number {
    checkNames("watch", watched.entry, undefined);
    const operation = this.#freeOperation();
    this.#watches.set(operation, watched);
    this.#startWatch(operation, watched);
    return operation;
  }

  #startWatch(operation: number, watched: Watched): void {
    const { entry, options } = watched;
    let refusal: unknown;
    // Settles only when it is refused or stopped.
    this.pending.set(operation, { resolve: () => {}, reject: (reason) => (refusal = reason), signal: undefined });
    this.report((exports) => exports.operation_start(this.id, operation, "watch", entry, undefined, options));
    this.pending.delete(operation);
    if (refusal === undefined) return;
    this.#watches.delete(operation);
    throw refusal;
  }

  stopWatch(operation: number): void {
    const watched = this.#watches.get(operation);
    if (watched === undefined) return;
    this.#watches.delete(operation);
    watched.over();
    this.report((exports) => exports.operation_abort(this.id, operation));
  }

  stopWatches(): void {
    for (const operation of [...this.#watches.keys()]) this.stopWatch(operation);
  }

  get life(): number {
    return this.#life;
  }

  /** When nothing is under way any more, or the time is over. */
  async idle(graceMs: number): Promise<void> {
    if (!this.#isBusy || graceMs <= 0) return;
    const done = new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
    });
    await within(graceMs, done);
  }

  get #isBusy(): boolean {
    return this.pending.size + this.requests.size > 0;
  }

  requestDone(request: number): void {
    this.requests.delete(request);
    if (!this.#isBusy) this.#whenIdle?.();
  }

  /** What a collector should hear is sent, if it is due or `must` be now; until it has answered, or the time is over. */
  async flush(must: boolean, graceMs: number): Promise<void> {
    const sent: Promise<unknown>[] = [];
    this.#sent = sent;
    try {
      this.report((exports) => exports.system_flush(this.id, must));
    } finally {
      this.#sent = undefined;
    }
    if (sent.length > 0) await within(graceMs, Promise.allSettled(sent));
  }

  callBegan(): void {
    this.#calls++;
  }

  callEnded(hasEffects: boolean): void {
    this.#calls--;
    if (hasEffects) this.report((exports) => exports.system_effects(this.id));
    else if (this.pending.size === 0) component.refresh();
  }

  /** Timers alone are set again by the next instance. */
  get isIdle(): boolean {
    return this.#exchanges.areIdle && this.pending.size + this.requests.size + this.#watches.size + this.#calls === 0;
  }

  leave(): void {
    this.#carried = component.call((exports) => exports.system_save(this.id));
    this.#forgetInstance();
  }

  #forgetInstance(): void {
    this.#life++;
    this.#toBegin.clear();
    this.#exchanges.stopAll();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#kept.clear();
    this.#warm.clear();
  }

  poisoned(reason: SomonModuleError): void {
    this.#carried = undefined;
    this.#forgetInstance();
    for (const tell of [...this.requests.values()]) tell({ kind: "lost" });
    const pending = [...this.pending.values()];
    this.pending.clear();
    for (const waiting of pending) waiting.reject(reason);
  }

  renewed(): void {
    this.#refusal = undefined;
    try {
      component.call((exports) => exports.system_new(this.id, this.#options));
      for (const [handler, options] of this.#handlers) {
        component.call((exports) => exports.handler_new(this.id, handler, options));
      }
      for (const handler of this.#closed) {
        component.call((exports) => exports.handler_close(this.id, handler, true));
      }
      this.observed.renewed(this.#carried);
      this.#carried = undefined;
    } catch (error) {
      if (!(error instanceof SomonModuleError) || error.code === "POISONED") throw error;
      this.#refusal = error;
      return;
    }
    for (const [operation, watched] of this.#watches) this.#startWatch(operation, watched);
  }

  #freeOperation(): number {
    do this.#lastOperation = (this.#lastOperation + 1) >>> 0;
    while (this.pending.has(this.#lastOperation) || this.#watches.has(this.#lastOperation));
    return this.#lastOperation;
  }

  #take(operation: number): Pending | undefined {
    const waiting = this.pending.get(operation);
    this.pending.delete(operation);
    if (!this.#isBusy) this.#whenIdle?.();
    return waiting;
  }

  /** Calls an export that drives the system, acts on what it reports, and gives the answer to the call itself. */
  report(use: (exports: Exports) => Report): unknown {
    const report: unknown[] = component.call(use);
    let result: unknown;
    // First what nobody outside hears of: a listener may call back, and must find it done.
    for (let at = 0; at < report.length; at += 4) {
      const number = report[at + 1] as number;
      const value = report[at + 2];
      if (report[at] === FETCH) this.#toBegin.set(number, value as Told);
      else if (report[at] === CANCEL) this.#cancel(number);
      else if (report[at] === SET) this.#setTimer(number, value as number, report[at + 3] as boolean);
      else if (report[at] === CLEAR) this.#clearTimer(number);
    }
    for (let at = 0; at < report.length; at += 4) {
      const number = report[at + 1] as number;
      const value = report[at + 2];
      if (TRANSPORT.has(report[at])) continue;
      if (report[at] === RESOLVE) this.#settle(number, value, report[at + 3] as number | undefined);
      else if (report[at] === REJECT) this.#refuse(number, value as ErrorFields);
      else if (report[at] === NOTICE) this.observed.notice(number, value);
      else if (report[at] === RESULT) result = value;
      else if (report[at] === CHANGE) this.#tell(number, value as ModuleChange[]);
      else if (report[at] === FORGET) this.#forget(number);
      else this.#hand(number, turnOf(report[at] as number, value));
    }
    for (const [number, told] of this.#toBegin) {
      this.#toBegin.delete(number);
      const over = this.#exchanges.start(number, told);
      this.#sent?.push(over);
    }
    if (this.pending.size === 0) component.refresh();
    return result;
  }

  #hand(request: number, turn: Turn): void {
    const tell = this.requests.get(request);
    // Whoever asked may be gone with all that waits there: it must not stay for that.
    if (turn.kind !== "body" && turn.kind !== "word") this.requests.delete(request);
    tell?.(turn);
  }

  /** With a token the answer may be kept, until the component says otherwise. */
  #settle(operation: number, value: unknown, token: number | undefined): void {
    const waiting = this.#take(operation);
    if (waiting === undefined) return;
    const { asked } = waiting;
    if (asked === undefined || token === undefined) return waiting.resolve(value);
    let kept = this.#kept.get(token);
    if (kept === undefined) {
      kept = { token, value: frozen(value as LoadedModule), asked: [] };
      this.#kept.set(token, kept);
    } else if (kept.value.source !== (value as LoadedModule).source) {
      kept.value = frozen(value as LoadedModule);
    }
    let bySpecifier = this.#warm.get(asked.referrer);
    if (bySpecifier === undefined) this.#warm.set(asked.referrer, (bySpecifier = new Map()));
    if (bySpecifier.get(asked.specifier) !== kept) kept.asked.push(asked);
    bySpecifier.set(asked.specifier, kept);
    waiting.resolve(kept.value);
  }

  #forget(token: number): void {
    const kept = this.#kept.get(token);
    this.#kept.delete(token);
    for (const { specifier, referrer } of kept?.asked ?? []) {
      const bySpecifier = this.#warm.get(referrer);
      if (bySpecifier?.get(specifier) === kept) bySpecifier?.delete(specifier);
      if (bySpecifier?.size === 0) this.#warm.delete(referrer);
    }
  }

  /** A kept answer, if the component says that it still holds. */
  warm(specifier: string, referrer: string | undefined): LoadedModule | undefined {
    const kept = this.#warm.get(referrer)?.get(specifier);
    if (kept === undefined) return undefined;
    try {
      if (component.call((exports) => exports.touch(this.id, kept.token))) return kept.value;
    } catch {
      // A trap: the call that follows meets a fresh instance.
    }
    this.#forget(kept.token);
    return undefined;
  }

  #refuse(operation: number, fields: ErrorFields): void {
    const waiting = this.#take(operation);
    // Why somebody aborted is a value of JavaScript, which the component does not hold.
    const error = new SomonModuleError(fields, waiting?.signal?.reason);
    waiting?.reject(error);
    this.observed.emit("error", error);
  }

  /** Told afterwards, one by one; what a listener throws is its own affair, as in any event. */
  #tell(operation: number, changes: ModuleChange[]): void {
    for (const change of changes) {
      queueMicrotask(() => this.#watches.get(operation)?.onChange(change));
    }
  }

  #cancel(number: number): void {
    this.#toBegin.delete(number);
    this.#exchanges.stop(number);
  }

  #setTimer(number: number, delayMs: number, isIdle: boolean): void {
    const timer = setTimeout(() => {
      this.#timers.delete(number);
      // What came in before its time was over counts.
      this.#exchanges.handOn();
      this.#goOn((exports) => exports.timer_fired(this.id, number));
    }, delayMs);
    // Only Node, Deno and Bun have objects for timers that can be told that nobody waits; elsewhere nothing does.
    if (isIdle) (timer as { unref?: () => void }).unref?.();
    this.#timers.set(number, timer);
  }

  #clearTimer(number: number): void {
    clearTimeout(this.#timers.get(number));
    this.#timers.delete(number);
  }

  #goOn(use: (exports: Exports) => Report): void {
    try {
      this.report(use);
    } catch {
      // A trap: everybody who waited has been told.
    }
  }
}

async function within(ms: number, done: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([over, done]);
  clearTimeout(timer);
}

/** What the first argument of a method is called; `specifier` unless it is here. */
const NAMES: Partial<Record<Method | "resolve", string>> = { bundle: "entryPoint", compile: "entry", run: "entry", watch: "entry" };

export function checkNames(method: Method | "resolve", entry: unknown, referrer: unknown): void {
  textOf(entry, NAMES[method] ?? "specifier");
  if (referrer !== undefined) textOf(referrer, "referrer");
}

function isSignal(value: unknown): boolean {
  return value !== null && typeof (value as Partial<AbortSignal>).addEventListener === "function";
}

function turnOf(kind: number, value: unknown): Turn {
  if (kind === ANSWER) return { kind: "answer", answer: value as Extract<Turn, { kind: "answer" }>["answer"] };
  if (kind === PASS) return { kind: "pass" };
  return kind === BODY ? { kind: "body" } : { kind: "word", scope: value as "read" | "write" };
}

/** What several callers get cannot be changed by one of them. */
function frozen(module: LoadedModule): LoadedModule {
  for (const info of module.dependencyInfo) Object.freeze(info);
  for (const list of [module.dependencies, module.dependencyInfo, module.exports]) Object.freeze(list);
  return Object.freeze(module);
}
