// The circuit breakers of a system, and calls of the user's own under one.
// Whether a call may go and what its end means is decided by the component; here are only the promises.

import type { Exports } from "./component.js";
import { aborted, textOf } from "./error.js";
import type { CircuitBreakerState, ExecuteOptions } from "./types.js";

/** @internal The system that the breakers belong to. */
export interface Guarded {
  readonly id: number;
  /** Another one after a trap: calls of before are nobody's then. */
  readonly life: number;
  readonly isEnded: boolean;
  /** Calls under way. */
  calls: number;
  report(use: (exports: Exports) => unknown[]): unknown;
}

export class CircuitBreakers {
  readonly #system: () => Guarded;

  /** @internal `system` throws `SHUTDOWN` once it has ended. */
  constructor(system: () => Guarded) {
    this.#system = system;
  }

  /** Every breaker, sorted by key: the origin of requests, `external:name`, or a key of your own. */
  states(): CircuitBreakerState[] {
    const system = this.#system();
    return system.report((exports) => exports.breaker_states(system.id)) as CircuitBreakerState[];
  }

  /** Closes one breaker, or all of them; whether there was one. Totals stay. */
  reset(key?: string): boolean {
    const system = this.#system();
    return system.report((exports) => exports.breaker_reset(system.id, key === undefined ? key : textOf(key, "key"))) as boolean;
  }

  /** Opens a breaker for so many milliseconds; whether there is one. Throws `CONFIG_INVALID` for what is no duration. */
  forceOpen(key: string, durationMs: number): boolean {
    const system = this.#system();
    return system.report((exports) => exports.breaker_force(system.id, textOf(key, "key"), durationMs)) as boolean;
  }

  /**
   * Makes a call under the breaker of `key`: rejects with `BREAKER_OPEN` while it is open. `fallback` answers instead,
   * once, for a call that failed and for one that was not made; an abort is the caller's own wish and has none.
   */
  async execute<T>(
    key: string,
    operation: (signal: AbortSignal | undefined) => T | PromiseLike<T>,
    options?: ExecuteOptions<T>,
  ): Promise<T> {
    const { fallback, signal } = options ?? {};
    try {
      return await this.#guarded(key, operation, signal);
    } catch (reason) {
      if (fallback === undefined || signal?.aborted) throw reason;
      try {
        return await fallback(reason);
      } catch (error) {
        throw causedBy(error, reason);
      }
    }
  }

  async #guarded<T>(
    key: string,
    operation: (signal: AbortSignal | undefined) => T | PromiseLike<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const system = this.#system();
    if (signal?.aborted) throw aborted(signal);
    const life = system.life;
    const call = system.report((exports) => exports.call_admit(system.id, textOf(key, "key"))) as number;
    system.calls++;
    const settle = (hasFailed?: boolean): void => {
      system.calls--;
      if (life !== system.life || system.isEnded) return;
      system.report((exports) => exports.call_settle(system.id, call, hasFailed));
    };
    let leave = (): void => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal === undefined ? undefined : aborted(signal));
    });
    signal?.addEventListener("abort", leave, { once: true });
    try {
      const value = await Promise.race([operation(signal), left]);
      settle(false);
      return value;
    } catch (error) {
      settle(signal?.aborted ? undefined : true);
      throw error;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }
}

/** A fallback that fails hides why it was needed. */
function causedBy(error: unknown, reason: unknown): unknown {
  if (error instanceof Error && error.cause === undefined && Object.isExtensible(error)) {
    Object.defineProperty(error, "cause", { value: reason, configurable: true, writable: true });
  }
  return error;
}
