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
    cache?: boolean;
    httpCache?: "http" | "session" | "reload" | "no-store";
    defaultTtlMs?: number;
    negativeTtlMs?: number;
    inflightScope?: "shared" | "operation";
    concurrency?: number;
    maxInFlight?: number;
    fetchTimeout?: number;
    externals?: string[];
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
  /** Of `system.fetch`. */
  handler?: HandlerOptions;
  host?: "browser" | "worker" | "workerd" | "deno" | "node" | "bun";
  operationTimeout?: number;
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
