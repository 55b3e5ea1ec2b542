// The public class: promises and AbortSignals in front of the component's flat exports.
// Holds the options and whether the system has ended; no policy, no parsing, nobody who waits.

import { CircuitBreakers } from "./circuit_breakers.js";
import * as component from "./component.js";
import { SomonModuleError, textOf, wrongArgument, type ErrorFields } from "./error.js";
import { makeHandler } from "./handler.js";
import { fetchLocale } from "./locale.js";
import type { Observed } from "./observe.js";
import { importProgram, registryName } from "./run.js";
import { Tenancy, checkNames, type Asked, type Method } from "./tenancy.js";
import type {
  BundleOptions,
  BundleOutput,
  CallOptions,
  CompilationResult,
  ConfigListener,
  GraphOptions,
  GraphStatistics,
  Handler,
  HandlerOptions,
  Health,
  ImportStep,
  InvalidateOptions,
  LoadedModule,
  LoadOptions,
  Locale,
  LockFile,
  LogEntry,
  LogsOptions,
  Metrics,
  ModuleInfo,
  ModuleNamespace,
  ModuleSystemOptions,
  PrefetchResult,
  RefreshResult,
  RequestContext,
  ResolvedModule,
  RunOptions,
  RuntimeConfig,
  RuntimeConfigPatch,
  ShutdownOptions,
  SystemEvents,
  ValidationResult,
  WatchHandle,
  WatchOptions,
} from "./types.js";

// A system that nobody holds any more leaves linear memory.
const forgotten = new FinalizationRegistry<Tenancy>((tenancy) => tenancy.end());

export class ModuleSystem {
  // The shrunk class has another name, and consoles show it.
  static readonly name = "ModuleSystem";
  readonly #tenancy: Tenancy;
  readonly #locale: Locale | undefined;
  #end: Promise<void> | undefined;
  #isGone = false;

  /**
   * A request to the management and module routes, by the constructor's option `handler`. Bound, so that
   * `export default system` is a worker. Always resolves.
   */
  readonly fetch: (request: Request, env?: unknown, ctx?: RequestContext) => Promise<Response>;
  readonly circuitBreakers: CircuitBreakers;

  /** Throws `CONFIG_INVALID` that lists every problem of the options. */
  constructor(options?: ModuleSystemOptions) {
    this.#tenancy = new Tenancy(options);
    this.#locale = options?.compilation?.locale;
    forgotten.register(this, this.#tenancy, this.#tenancy);
    this.fetch = this.#handler(0, options?.handler) as Handler;
    this.circuitBreakers = new CircuitBreakers(() => {
      this.#refuseAfterEnd();
      return this.#tenancy;
    });
    const signal = options?.signal;
    // A signal that lives longer must not hold the system.
    const held = new WeakRef(this);
    const end = (): void => void held.deref()?.shutdown({ graceMs: 0 });
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  }

  /** Another handler for the same system, with options of its own. Throws `CONFIG_INVALID`. */
  createHandler(options?: HandlerOptions & { passThrough?: false }): Handler;
  createHandler(options: HandlerOptions): Handler<Response | undefined>;
  createHandler(options?: HandlerOptions): Handler<Response | undefined> {
    this.#refuseAfterEnd();
    return this.#handler(this.#tenancy.addHandler(options), options);
  }

  /** Loads a module and everything it imports. The answer is frozen: whoever asks again may get the same. */
  loadModule(specifier: string, referrer?: string, options?: LoadOptions): Promise<LoadedModule> {
    if (options !== undefined) return this.#start("loadModule", specifier, referrer, options) as Promise<LoadedModule>;
    if (this.#end === undefined) {
      const kept = this.#tenancy.warm(specifier, referrer);
      if (kept !== undefined) return Promise.resolve(kept);
    }
    return this.#start("loadModule", specifier, referrer, options, { specifier, referrer }) as Promise<LoadedModule>;
  }

  /** Compiles everything the entry reaches; what is wrong with the program is in `errors`. */
  async compile(entry: string, options?: GraphOptions): Promise<CompilationResult> {
    return (await this.#start("compile", entry, undefined, options)) as CompilationResult;
  }

  /** Links everything the entry reaches into one text. */
  async bundle(given: BundleOptions): Promise<BundleOutput> {
    const { entryPoint, ...options } = given ?? {};
    return (await this.#start("bundle", entryPoint, undefined, options)) as BundleOutput;
  }

  /** Links and runs a program; what it throws is rethrown unchanged. */
  async run(entry: string, options?: RunOptions): Promise<ModuleNamespace> {
    const registry = registryName();
    const { externals, ...rest } = options ?? {};
    // The component only has to know their names.
    const told = externals === undefined ? rest : { ...rest, externals: Object.keys(externals) };
    const program = (await this.#start("run", entry, registry, told)) as BundleOutput;
    return importProgram(program.code, registry, externals);
  }

  /** The URL that would be asked for first; asks nobody. */
  resolve(specifier: string, referrer?: string): string {
    this.#refuseAfterEnd();
    checkNames("resolve", specifier, referrer);
    return component.call((exports) => exports.resolve(this.#tenancy.id, specifier, referrer)) as string;
  }

  /** Like `resolve`, but asks the server which spelling there is. */
  async resolveAsync(specifier: string, referrer?: string, options?: CallOptions): Promise<ResolvedModule> {
    return (await this.#start("resolveAsync", specifier, referrer, options)) as ResolvedModule;
  }

  /** A module that is in the cache or in `loading.sources`, with everything it imports; otherwise it throws. */
  loadModuleSync(specifier: string, referrer?: string): LoadedModule {
    this.#refuseAfterEnd();
    return this.#tenancy.startSync("loadModuleSync", specifier, referrer) as LoadedModule;
  }

  /** Loads modules and what they import into the cache, without handing out anything. */
  async prefetch(urls: string | string[], options?: CallOptions): Promise<PrefetchResult> {
    const list = typeof urls === "string" ? [urls] : urls;
    const found = await Promise.all(list.map((url) => this.#start("prefetch", url, undefined, options)));
    const results = found as { loaded: string[]; failed: ErrorFields[] }[];
    const loaded = new Set(results.flatMap((result) => result.loaded));
    const failed = results.flatMap((result) => result.failed);
    return { loaded: [...loaded].sort(), failed: failed.map((fields) => new SomonModuleError(fields)) };
  }

  /** Asks again about every resident module. */
  async refresh(options?: CallOptions): Promise<RefreshResult> {
    return (await this.#start("refresh", "", undefined, options)) as RefreshResult;
  }

  /** Asks about the graph of an entry at an interval and tells what changed, and what depends on it. */
  watch(entry: string, options: WatchOptions): WatchHandle {
    this.#refuseAfterEnd();
    const { signal, onChange, ...rest } = options;
    if (typeof onChange !== "function") throw wrongArgument("onChange", "must be a function", onChange);
    if (signal?.aborted) return { stop() {} };
    const tenancy = this.#tenancy;
    const stop = (): void => tenancy.stopWatch(operation);
    const over = (): void => signal?.removeEventListener("abort", stop);
    const operation = tenancy.watch({ entry, options: rest as WatchOptions, onChange, over });
    signal?.addEventListener("abort", stop, { once: true });
    return { stop };
  }

  /** Ends every watch. */
  stopWatching(): void {
    this.#tenancy.stopWatches();
  }

  /**
   * Forgets what was loaded from a URL; whether there was anything. Work under way keeps its version. With
   * `dependents` the output of everything that imports it is forgotten, too.
   */
  invalidate(url: string, options?: InvalidateOptions): boolean {
    this.#refuseAfterEnd();
    const dependents = options?.dependents === true;
    return this.#tenancy.report((exports) => exports.invalidate(this.#tenancy.id, textOf(url, "url"), dependents)) === true;
  }

  /** Forgets everything that was loaded. */
  clearCache(): void {
    this.#refuseAfterEnd();
    component.call((exports) => exports.cache_clear(this.#tenancy.id));
  }

  /** What is known of a resident module; `undefined` when it is not resident. */
  getModule(id: string): ModuleInfo | undefined {
    return this.#read("getModule", id) as ModuleInfo | undefined;
  }

  /** All resident modules, sorted by id. */
  getAllModules(): ModuleInfo[] {
    return this.#read("getAllModules") as ModuleInfo[];
  }

  /** The text of a resident module. */
  getModuleSource(url: string): string | undefined {
    return this.#read("getModuleSource", url) as string | undefined;
  }

  /** The shortest chain of imports from a module that a caller named; empty for such a module itself. */
  getImportChain(url: string): ImportStep[] | undefined {
    return this.#read("getImportChain", url) as ImportStep[] | undefined;
  }

  /** Each resident id with the ids it imports; a copy. */
  getDependencyGraph(): Map<string, string[]> {
    return this.#read("getDependencyGraph") as Map<string, string[]>;
  }

  getStatistics(): GraphStatistics {
    return this.#read("getStatistics") as GraphStatistics;
  }

  /** Unresolved imports, modules with errors and cycles of the resident graph; asks nobody. */
  validate(): ValidationResult {
    return this.#read("validate") as ValidationResult;
  }

  /** What `resolution.lock` takes: the hash of every resident module. */
  lockfile(): LockFile {
    return JSON.parse(this.#read("lockfile") as string) as LockFile;
  }

  /** What of the options is without effect, and why: entries of the import map that say nothing. */
  getWarnings(): string[] {
    return this.#read("getWarnings") as string[];
  }

  /** Every figure as of now; `null` when the constructor was told `metrics: false`. */
  getMetrics(): Metrics | null {
    return this.#observed().metrics();
  }

  /** Still answers while a shutdown lets work under way finish, and says so. */
  async getHealth(): Promise<Health> {
    if (this.#isGone) throw shutDown();
    return this.#tenancy.observed.health();
  }

  /** A copy of the runtime configuration. */
  getConfig(): RuntimeConfig {
    return this.#observed().config();
  }

  /** Applies all of it at once, or throws `CONFIG_INVALID` with every reason and changes nothing. */
  updateConfig(patch: RuntimeConfigPatch): { version: number; changed: string[] } {
    return this.#observed().update(patch);
  }

  /** Back to the values of the constructor. */
  resetConfig(): { version: number; changed: string[] } {
    return this.#observed().reset();
  }

  /** Calls the listener with each new value of a key, or of any (`"*"`); returns what ends that. */
  onConfigChange(key: keyof RuntimeConfig | "*", listener: ConfigListener): () => void {
    return this.#observed().onConfig(key, listener);
  }

  /** The entries that `logger.ring` keeps, oldest first. */
  logs(options?: LogsOptions): LogEntry[] {
    return this.#observed().logs(options ?? {});
  }

  /** Calls the listener with what happens, after the call that it happens in; returns what ends that. */
  on<T extends keyof SystemEvents>(event: T, listener: (detail: SystemEvents[T]) => void): () => void {
    return this.#observed().on(event, listener as (detail: never) => void);
  }

  /** Refuses new calls at once; work under way may go on for `graceMs`, then it is rejected with `SHUTDOWN`. */
  shutdown(options?: ShutdownOptions): Promise<void> {
    if (this.#end === undefined) {
      try {
        this.#end = this.#shutDown(component.call((exports) => exports.shutdown_begin(this.#tenancy.id, options)));
      } catch (error) {
        return Promise.reject(error as SomonModuleError);
      }
    }
    return this.#end;
  }

  async #start(
    method: Method,
    entry: string,
    extra: string | undefined,
    options: CallOptions | undefined,
    asked?: Asked,
  ): Promise<unknown> {
    this.#refuseAfterEnd();
    if (this.#locale !== undefined) await fetchLocale(this.#locale);
    return this.#tenancy.start(this, method, entry, extra, options, asked);
  }

  #observed(): Observed {
    this.#refuseAfterEnd();
    return this.#tenancy.observed;
  }

  #read(what: string, id = ""): unknown {
    this.#refuseAfterEnd();
    return component.call((exports) => exports.system_read(this.#tenancy.id, what, textOf(id, "id")));
  }

  /** Whoever holds a handler holds the system. */
  #handler(number: number, options: HandlerOptions | undefined): Handler<Response | undefined> {
    return makeHandler(() => ({ owner: this.#tenancy, isEnded: this.#end !== undefined }), number, options, this.#locale);
  }

  #refuseAfterEnd(): void {
    if (this.#end !== undefined) throw shutDown();
  }

  async #shutDown(graceMs: number): Promise<void> {
    forgotten.unregister(this.#tenancy);
    this.#tenancy.stopWatches();
    await this.#tenancy.idle(graceMs);
    if (this.#tenancy.exports && graceMs > 0) await this.#tenancy.flush(true, graceMs);
    this.#isGone = true;
    this.#tenancy.report((exports) => exports.system_shutdown(this.#tenancy.id));
    this.#tenancy.end();
    this.#tenancy.poisoned(shutDown());
  }
}

function shutDown(): SomonModuleError {
  return new SomonModuleError({ code: "SHUTDOWN", message: "the system was shut down" });
}
