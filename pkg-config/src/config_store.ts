// Stores for the runtime configuration: adapters for the option `configStore`.

import type { ConfigStore, RuntimeConfig } from "./types.js";

/** What is used of a namespace of Cloudflare's KV. */
export interface KvNamespace {
  get(key: string, type: "json"): Promise<unknown>;
  put(key: string, value: string): Promise<void>;
}

/** What is used of Deno's KV. */
export interface DenoKv {
  get(key: string[]): Promise<{ value: unknown }>;
  set(key: string[], value: unknown): Promise<unknown>;
}

/** `binding` is the name that the namespace has in the worker's environment. */
export function cloudflareKv(binding: string, key = "somon-config"): ConfigStore {
  const namespace = (env: Record<string, unknown> | undefined): KvNamespace => {
    const found = env?.[binding] as KvNamespace | undefined;
    if (found === undefined) throw new Error(`the environment has no KV namespace ${binding}`);
    return found;
  };
  return {
    load: (env: Record<string, unknown>) => namespace(env).get(key, "json") as Promise<Partial<RuntimeConfig> | null>,
    save: (config, env: Record<string, unknown>) => namespace(env).put(key, JSON.stringify(config)),
  };
}

/** `open` is asked once, with the first request: `() => Deno.openKv()`. */
export function denoKv(open: () => DenoKv | Promise<DenoKv>, key = "somon-config"): ConfigStore {
  let opened: Promise<DenoKv> | undefined;
  const kv = (): Promise<DenoKv> => (opened ??= Promise.resolve(open()));
  return {
    load: async () => (await (await kv()).get([key])).value as Partial<RuntimeConfig> | null,
    save: async (config) => void (await (await kv()).set([key], config)),
  };
}
