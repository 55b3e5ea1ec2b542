// Requests to a system: handlers, who may ask, where workers keep the configuration.
// Types only; it must never say what an answer holds: that is decided in the component.

import type { RuntimeConfig } from "./operations.js";

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
