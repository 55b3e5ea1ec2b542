// The public types: options, results, diagnostics. Types only.

import type { SomonModuleError } from "./error.js";

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

export type TokenKind =
  | "keyword"
  | "builtin"
  | "name"
  | "number"
  | "string"
  | "template"
  | "regex"
  | "operator"
  | "punctuation"
  | "comment"
  | "invalid";

export interface Token {
  kind: TokenKind;
  /** Offsets from 0 in UTF-16 units; the end is exclusive. */
  start: number;
  end: number;
}

export type Target = "es2020" | "es2022" | "esnext";
export type Locale = "en" | "tg" | "tj" | "ru";

/** What `compile` takes; the defaults stand first. */
export interface CompileOptions {
  /** Name in diagnostics. */
  url?: string;
  target?: Target;
  format?: "esm" | "commonjs";
  specifierStyle?: "js" | "keep";
  strict?: boolean;
  locale?: Locale;
}

export interface CompileResult {
  /** Empty when there is none. */
  code: string;
  errors: Diagnostic[];
  /** Warnings, notes and hints. */
  warnings: Diagnostic[];
  imports: { specifier: string; kind: "static" | "reexport" | "dynamic"; line: number; column: number }[];
  /** Sorted. */
  exports: string[];
  hash: string;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Milliseconds. */
  timeout?: number;
  /** The W3C trace that the call belongs to. */
  traceparent?: string;
}

export interface LoadOptions extends CallOptions {
  /** Subresource integrity of the module itself. */
  integrity?: string;
}

/** An import map by the rules of the web. */
export interface ImportMap {
  imports?: Record<string, string | null>;
  scopes?: Record<string, Record<string, string | null>>;
  integrity?: Record<string, string>;
}

/** What the constructor of ModuleSystem takes; the component checks it as a whole. */
export interface ModuleSystemOptions {
  resolution?: {
    baseUrl?: string;
    imports?: Record<string, string | null>;
    importMap?: ImportMap | string;
    paths?: Record<string, string[]>;
    manifest?: string[];
    lock?: LockFile | string;
    frozen?: boolean;
    extensions?: string[];
    allowedOrigins?: "any" | "same" | string[];
    allowPrivateHosts?: boolean;
    allowJs?: boolean;
    resolveJsonModule?: boolean;
    jsToSom?: "fallback" | "prefer" | "off";
    probeExact?: boolean;
    allowedSchemes?: string[];
    root?: string;
    allowFile?: boolean;
  };
  loading?: {
    fetch?: (url: string, init: RequestInit) => Promise<Response>;
    /** Texts by absolute URL, asked before the network. */
    sources?: Record<string, string> | Map<string, string>;
    /** Sent with every request to `headerOrigins`; a function is asked for each URL. */
    headers?: Record<string, string> | ((url: string) => Record<string, string>);
    /** Who may see `headers`; the origins of `baseUrl` and of the entry by default. */
    headerOrigins?: string[];
    cache?: boolean;
    httpCache?: "http" | "session" | "reload" | "no-store";
    defaultTtlMs?: number;
    /** How long past its time a copy may serve when its server fails. */
    staleIfErrorMs?: number;
    negativeTtlMs?: number;
    inflightScope?: "shared" | "operation";
    concurrency?: number;
    maxInFlight?: number;
    /** How many requests may wait for their turn; none on workerd. */
    maxQueue?: number;
    fetchTimeout?: number;
    retry?: RetryOptions;
    externals?: string[];
    /** Asked, under the breaker `external:name`, when `loadModule` is called for an external. */
    externalProbe?: (name: string, signal: AbortSignal) => unknown;
    circularDependencyStrategy?: "error" | "warn" | "ignore";
    maxModules?: number;
    maxDepth?: number;
    maxModuleBytes?: number;
    maxTotalBytes?: number;
    maxFetches?: number;
    maxRedirects?: number;
    maxCacheSize?: number;
    maxCacheMemory?: number;
  };
  compilation?: {
    target?: Target;
    specifierStyle?: "js" | "url" | "route" | "keep";
    strict?: boolean;
    locale?: Locale;
  };
  /** One breaker per origin; `false` takes them out. */
  circuitBreakers?: boolean | BreakerOptions;
  /** `false` leaves of the management routes only `/health/live`. */
  managementServer?: boolean;
  /** Keeps the runtime configuration outside of the instance. */
  configStore?: ConfigStore;
  /** Of `system.fetch`. */
  handler?: HandlerOptions;
  metrics?: boolean;
  logger?: boolean | LoggerOptions;
  tracing?: { enabled?: boolean; sampleRate?: number; propagateTo?: string[]; slowLoadMs?: number };
  health?: HealthThresholds & { requiredOrigins?: string[] };
  /** Pushes traces and metrics to a collector, OTLP over HTTP as JSON; `/v1/traces` and `/v1/metrics` are added. */
  otlp?: {
    endpoint?: string;
    headers?: Record<string, string>;
    intervalMs?: number;
    traces?: boolean;
    metrics?: boolean;
  };
  resourceLimits?: { maxMemoryBytes?: number; maxCachedModules?: number; checkInterval?: number };
  /** Shuts the system down, with no time of grace. */
  signal?: AbortSignal;
  host?: "browser" | "worker" | "workerd" | "deno" | "node" | "bun";
  operationTimeout?: number;
}

export interface CircuitBreakerState {
  /** The origin of requests, `external:name`, or a key of your own. */
  key: string;
  state: "closed" | "open" | "half-open";
  healthy: boolean;
  /** Within the period. */
  failures: number;
  failureRate: number;
  tripStreak: number;
  trialsInFlight: number;
  forced: boolean;
  totalRequests: number;
  totalSuccesses: number;
  totalFailures: number;
  totalRejected: number;
  trips: number;
  /** While it is open. */
  retryAfterMs?: number;
  /** Milliseconds since 1970. */
  nextRetryTime?: number;
  lastFailureTime?: number;
}

export interface ExecuteOptions<T> {
  /** Answers for a call that failed or was not made; what it throws has the reason as its `cause`. */
  fallback?: (reason: unknown) => T | PromiseLike<T>;
  signal?: AbortSignal;
}

/** Waiting times in milliseconds. */
export interface RetryOptions {
  maxRetries?: number;
  initialDelay?: number;
  maxDelay?: number;
  exponential?: boolean;
  jitter?: boolean;
  /** For all attempts of one request together. */
  budgetMs?: number;
  /** Retries in proportion to first attempts, over all requests. */
  budgetRatio?: number;
  retryOn?: ("network" | "timeout" | 408 | 425 | 429 | 500 | 502 | 503 | 504)[];
}

/** Times in milliseconds. */
export interface BreakerOptions {
  failureThreshold?: number;
  monitoringPeriod?: number;
  failureRateThreshold?: number;
  minimumRequests?: number;
  recoveryTimeout?: number;
  exponentialBackoff?: boolean;
  maxBackoffTime?: number;
  jitterEnabled?: boolean;
  halfOpenMaxCalls?: number;
  successThreshold?: number;
  halfOpenTimeout?: number;
  maxBreakers?: number;
}

export interface DependencyInfo {
  specifier: string;
  kind: "static" | "reexport" | "dynamic";
  /** Where it led: a URL, or `external:<name>`; empty when it was not followed. */
  id: string;
  line: number;
  column: number;
}

export interface LoadedModule {
  id: string;
  /** Where it really came from: the base of its own imports. */
  resolvedPath: string;
  type: "som" | "js" | "json" | "external";
  source: string;
  dependencies: string[];
  dependencyInfo: DependencyInfo[];
  exports: string[];
  /** A copy past its time, since its server fails (`loading.staleIfErrorMs`, `stale-if-error`). */
  stale?: true;
}

/** What a specifier means. */
export interface ResolvedModule {
  /** The module's id: a URL, or `external:<name>`. */
  url: string;
  /** Where the answer came from. */
  resolvedPath: string;
  isExternal: boolean;
  externalName?: string;
  /** With its dot. */
  extension: string;
  type: "som" | "js" | "json" | "external";
  /** The URLs that were asked for, in order. */
  candidates: string[];
}

export interface PrefetchResult {
  /** Ids of all modules that are there now. */
  loaded: string[];
  failed: SomonModuleError[];
}

/** Ids of resident modules. */
export interface RefreshResult {
  changed: string[];
  removed: string[];
  unchanged: string[];
  /** Nobody can say at the moment. */
  failed: string[];
}

export interface InvalidateOptions {
  dependents?: boolean;
}

export interface ModuleChange {
  type: "change" | "remove" | "add";
  url: string;
  /** Ids of what imports it, however far. */
  dependents: string[];
}

export interface WatchOptions {
  /** At least 250; 2000 by default. */
  intervalMs?: number;
  onChange: (change: ModuleChange) => void;
  signal?: AbortSignal;
}

export interface WatchHandle {
  stop(): void;
}

/** A resident module. Of an external only `id`, `resolvedPath` and `type` are there. */
export interface ModuleInfo {
  id: string;
  resolvedPath: string;
  type: "som" | "js" | "json" | "external";
  dependencies?: string[];
  dependencyInfo?: DependencyInfo[];
  exports?: string[];
  /** Bytes of its text. */
  size?: number;
  /** `sha256-...` */
  hash?: string;
  etag?: string;
  /** As the server wrote it. */
  lastModified?: string;
  /** Milliseconds since 1970. */
  fetchedAt?: number;
  /** The next operation asks the server again. */
  isStale?: boolean;
  hasErrors?: boolean;
  /** A caller named it. */
  isEntry?: boolean;
}

export interface GraphStatistics {
  /** Externals not included. */
  totalModules: number;
  totalDependencies: number;
  averageDependencies: number;
  /** Imports on the longest way; a circle counts as one module. */
  maxDependencyDepth: number;
  circularDependencies: number;
  externalModules: number;
  dynamicDependencies: number;
}

export interface ValidationIssue {
  code: ErrorCode;
  message: string;
  /** The importing module. */
  url: string;
  specifier?: string;
  line?: number;
  column?: number;
}

export interface ValidationResult {
  isValid: boolean;
  errors: ValidationIssue[];
  warnings: ValidationIssue[];
}

/** The content of a lock file. */
export interface LockFile {
  version: 1;
  modules: Record<string, string>;
}

export interface CompiledModule {
  code: string;
  map?: string;
  type: "som" | "js" | "json";
  stale?: true;
}

export interface CompilationResult {
  modules: Map<string, CompiledModule>;
  entryPoint?: string;
  dependencies: string[];
  errors: Diagnostic[];
  warnings: Diagnostic[];
  truncated?: boolean;
}

export interface GraphOptions extends CallOptions {
  target?: Target;
  format?: "esm" | "commonjs";
  specifierStyle?: "js" | "url" | "route" | "keep";
  strict?: boolean;
  externals?: string[];
}

export interface BundleOptions extends CallOptions {
  entryPoint: string;
  format?: "esm";
  externals?: string[];
  dynamicImport?: "inline" | "external";
  fileName?: string;
  target?: Target;
  banner?: string;
  footer?: string;
}

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "off";

/** One log entry; keys that say nothing are absent. */
export interface LogEntry {
  /** ISO 8601 with milliseconds. */
  timestamp?: string;
  level: Exclude<LogLevel, "off">;
  message: string;
  component: string;
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  requestId?: string;
  operation?: string;
  moduleId?: string;
  /** Milliseconds. */
  loadTime?: number;
  duration?: number;
  result?: "success" | "error" | "aborted";
  error?: { name: string; message: string; code?: string; stack?: string; cause?: unknown };
  metadata?: Record<string, unknown>;
  truncated?: true;
}

export interface LoggerOptions {
  level?: LogLevel;
  format?: "json" | "pretty";
  /** Where finished lines go; what the function throws concerns nobody. */
  sink?: "console" | "none" | ((entry: LogEntry, line: string) => void);
  /** How many entries to keep for `system.logs()`. */
  ring?: number;
  /** Share of the operations whose entries below `warn` are logged. */
  sample?: number;
  /** Keys to hide, besides the usual ones. */
  redact?: string[];
  includeStack?: boolean;
  timestamp?: boolean;
  /** Unknown keys stand at the top instead of in `metadata`. */
  flat?: boolean;
}

export interface LogsOptions {
  /** At least this level. */
  level?: LogLevel;
  /** Milliseconds since 1970. */
  since?: number | Date;
}

/** Milliseconds: count to avg since the last reset, percentiles over the last five minutes. */
export interface LatencyMetrics {
  count: number;
  sum: number;
  min: number;
  max: number;
  avg: number;
  p50: number;
  p95: number;
  p99: number;
  p999: number;
  window: { count: number; min: number; max: number; avg: number };
}

/** `null`: not measurable on this host. */
export interface Metrics {
  totalLoads: number;
  loadErrors: number;
  loadErrorRate: number;
  modulesLoaded: number;
  modulesInCache: number;
  cacheHits: number;
  cacheMisses: number;
  cacheJoins: number;
  cacheRevalidations: number;
  cacheEvictions: number;
  cacheHitRate: number;
  cacheMemoryUsage: number;
  cacheMemoryLimit: number;
  loadLatency: LatencyMetrics;
  cachedLoadLatency: LatencyMetrics;
  operationLatency: LatencyMetrics;
  compileLatency: LatencyMetrics;
  bundleLatency: LatencyMetrics;
  compileErrors: number;
  bundleErrors: number;
  circuitBreakerTrips: number;
  breakerRejections: number;
  retries: number;
  timeouts: number;
  aborts: number;
  staleServed: number;
  bytesFetched: number;
  inflight: number;
  requestCount: number;
  errorRate: number;
  recentErrorRate: number;
  recentRequests: number;
  /** Milliseconds. */
  uptime: number;
  memory: {
    linearBytes: number | null;
    liveBytes: number | null;
    peakLiveBytes: number | null;
    limitBytes: number;
    cacheBytes: number;
    jsHeapUsed: number | null;
  };
  eventLoop: { lag: LatencyMetrics | null; busyRatio: number | null; longestTaskMs: number | null };
  cpuUsage: number | null;
  droppedSamples: number;
  instanceId: string;
  scope: "instance";
  host: string;
  resetAt: string | null;
}

export interface HealthCheck {
  name: string;
  status: "pass" | "warn" | "fail";
  message: string;
  /** Milliseconds. */
  duration: number;
  timestamp: number;
  observed?: number;
  limit?: number;
}

export interface Health {
  status: "healthy" | "degraded" | "unhealthy";
  /** Milliseconds. */
  uptime: number;
  version: string;
  timestamp: number;
  instanceId: string;
  checks: HealthCheck[];
}

/** What may be changed while a system runs: docs/configuration.md says what each does. */
export interface RuntimeConfig {
  maxCacheSize: number;
  maxCacheMemory: number;
  circularDependencyStrategy: "error" | "warn" | "ignore";
  enableTracing: boolean;
  logLevel: LogLevel;
  enableMetrics: boolean;
  circuitBreakerEnabled: boolean;
  failureThreshold: number;
  recoveryTimeout: number;
  monitoringPeriod: number;
  maxBackoffTime: number;
  halfOpenMaxCalls: number;
  successThreshold: number;
  healthCheckInterval: number;
  enableHealthEndpoint: boolean;
  enableMetricsEndpoint: boolean;
  managementPort: 0;
  fetchTimeout: number;
  operationTimeout: number;
  concurrency: number;
  maxRetries: number;
  defaultTtlMs: number;
  staleIfErrorMs: number;
  "health.memoryWarn": number;
  "health.memoryFail": number;
  "health.lagWarnMs": number;
  "health.lagFailMs": number;
  "health.errorWarn": number;
  "health.errorFail": number;
  "health.minRequests": number;
}

export interface HealthThresholds {
  memoryWarn?: number;
  memoryFail?: number;
  lagWarnMs?: number;
  lagFailMs?: number;
  errorWarn?: number;
  errorFail?: number;
  minRequests?: number;
}

/** Keys of `health` may also be nested. */
export type RuntimeConfigPatch = Partial<RuntimeConfig> & { health?: HealthThresholds };

export type ConfigListener = (value: unknown, old: unknown, key: string) => void;

/** What `on` tells, by event. */
export interface SystemEvents {
  load: { id: string; outcome: "hit" | "revalidated" | "joined" | "fetched"; duration: number };
  error: SomonModuleError;
  warning: { message: string; id?: string };
  cycle: { path: string };
  breaker: { key: string; from: string; to: string };
  evict: { id: string; reason: string };
  change: { type: "change" | "remove" | "add"; url: string };
  config: { version: number; changed: string[] };
  health: { status: Health["status"]; previous: Health["status"] };
}

export interface ShutdownOptions {
  /** How long work under way may go on; 5000 by default. */
  graceMs?: number;
}

export interface BundleOutput {
  code: string;
  map?: string;
  fileName: string;
  modules: { id: string; key: string; bytes: number; stale?: true }[];
  externals: string[];
  warnings: Diagnostic[];
  truncated?: boolean;
}

export interface RunOptions extends CallOptions {
  /** Namespaces of external modules, by the name they are imported under. */
  externals?: Record<string, object>;
}

/** What a program exports. */
export type ModuleNamespace = Record<string, unknown>;

/** What a request to a handler may be allowed. */
export type Scope = "read" | "write";

/** A secret, or how to find it in the environment that the host hands to a worker. */
export type Secret = string | ((env: never) => string | undefined);

export interface HandlerOptions {
  /** Before all routes: `"/api"`. */
  basePath?: string;
  /**
   * Who may read and who may change: tokens of `Authorization: Bearer`, or a function. Without it changes are off,
   * and reading is closed unless `publicRead`.
   */
  auth?:
    | { token?: Secret; readToken?: Secret; writeToken?: Secret }
    | ((request: Request, scope: Scope, env: never) => boolean | Promise<boolean>);
  publicRead?: boolean;
  /** Scripts of which other origins may use the management routes. */
  cors?: { origins: "*" | string[]; maxAge?: number };
  /** Serves modules compiled; absent: there are no module routes. */
  modules?: {
    /** The directory that is served; `resolution.baseUrl` by default. */
    root?: string;
    /** What may be bundled; everything below the root by default. */
    entries?: string[];
    /** Other origins that modules may come from. */
    origins?: string[];
    cors?: "*" | string[];
    /** Errors become scripts that throw them, and `/compile` needs no token. */
    dev?: boolean;
  };
  maxBodyBytes?: number;
  /** Of module routes. */
  cacheControl?: string;
  /** Resolves to `undefined` for a path outside `basePath`. */
  passThrough?: boolean;
}

/** Where the host keeps the runtime configuration. `env` is what the host handed in with the latest request. */
export interface ConfigStore {
  /** Before the first request; nothing where nothing is kept. */
  load(env: never): MaybePromise<Partial<RuntimeConfig> | null | undefined>;
  /** After a change. */
  save(config: RuntimeConfig, env: never): MaybePromise<void>;
}

type MaybePromise<Value> = Value | Promise<Value>;

/** What hosts of workers hand in with a request. */
export interface RequestContext {
  waitUntil(promise: Promise<unknown>): void;
}

export interface Handler<Answer extends Response | undefined = Response> {
  (request: Request, env?: unknown, ctx?: RequestContext): Promise<Answer>;
  /** Later requests are answered 503, until `reopen`. */
  close(): void;
  reopen(): void;
}
