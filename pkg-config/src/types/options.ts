// What callers hand in: the options of a system and of its calls.
// Types only, one member for each option of the component's tables; it must never say what a call gives.

import type { LockFile, ModuleChange } from "./results.js";
import type { HealthThresholds, LogEntry, LogLevel } from "./operations.js";
import type { ConfigStore, HandlerOptions } from "./http.js";

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
  /**
   * How long an operation works at a stretch, in milliseconds, before the event loop gets its turn; 0: as long as it
   * takes. Default 12. One module is never interrupted, nor the look at the whole graph between loading and output.
   */
  yieldEveryMs?: number;
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

export interface InvalidateOptions {
  dependents?: boolean;
}

export interface WatchOptions {
  /** At least 250; 2000 by default. */
  intervalMs?: number;
  onChange: (change: ModuleChange) => void;
  signal?: AbortSignal;
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

export interface ShutdownOptions {
  /** How long work under way may go on; 5000 by default. */
  graceMs?: number;
}

export interface RunOptions extends CallOptions {
  /** Namespaces of external modules, by the name they are imported under. */
  externals?: Record<string, object>;
}
