// What calls give: modules, their graph, output, tokens.
// Types only; it must never hold an option.

import type { SomonModuleError } from "../error.js";
import type { Diagnostic, ErrorCode } from "./diagnostics.js";

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

export interface ModuleChange {
  type: "change" | "remove" | "add";
  url: string;
  /** Ids of what imports it, however far. */
  dependents: string[];
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

export interface BundleOutput {
  code: string;
  map?: string;
  fileName: string;
  modules: { id: string; key: string; bytes: number; stale?: true }[];
  externals: string[];
  warnings: Diagnostic[];
  truncated?: boolean;
}

/** What a program exports. */
export type ModuleNamespace = Record<string, unknown>;
