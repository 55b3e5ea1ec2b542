// The runtime configuration kept by the host: loaded before the first request, saved after every change.
// What is loaded counts only if it is right as a whole; a store that fails never fails a request.

import type { Observed } from "./observe.js";
import type { ConfigStore, RequestContext, RuntimeConfigPatch } from "./types.js";

export class StoredConfig {
  readonly #store: ConfigStore;
  readonly #observed: Observed;
  #isLoaded = false;
  #isLoading = false;
  #isDirty = false;

  constructor(store: ConfigStore, observed: Observed) {
    this.#store = store;
    this.#observed = observed;
    observed.onConfig("*", () => (this.#isDirty ||= !this.#isLoading));
  }

  /** Every request that comes before it is loaded asks for itself: none may wait for another's promise. */
  async load(env: unknown): Promise<void> {
    if (this.#isLoaded) return;
    try {
      const values = await this.#store.load(env as never);
      if (this.#isLoaded) return;
      this.#isLoaded = true;
      if (values === undefined || values === null) return;
      this.#isLoading = true;
      this.#observed.update(values as RuntimeConfigPatch);
    } catch (error) {
      this.#warn("load", error);
    } finally {
      this.#isLoading = false;
    }
  }

  /** After a request, or a change by the program. */
  save(env: unknown, ctx: RequestContext | undefined): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const values = this.#observed.config();
    const saved = (async () => this.#store.save(values, env as never))().catch((error: unknown) => {
      this.#isDirty = true;
      this.#warn("save", error);
    });
    ctx?.waitUntil?.(saved);
  }

  #warn(what: "load" | "save", error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#observed.emit("warning", { message: `configStore.${what} failed: ${reason}` });
  }
}
