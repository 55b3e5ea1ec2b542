// The circuit breakers of a system, and calls of the user's own under one.
// Whether a call may go and what its end means is decided by the component; here are only the promises.

import * as component from "./component.js";
import type { Exports } from "./component.js";
import { aborted, textOf } from "./error.js";
import type { CircuitBreakerState, ExecuteOptions } from "./types.js";

/** @internal The system that the breakers belong to. */
export interface Guarded {
  readonly id: number;
  /** Another one after a trap: calls of before are nobody's then. */
  readonly life: number;
  readonly isEnded: boolean;
  callBegan(): void;
  /** Hands on what followed from it, if there is anything. */
  callEnded(hasEffects: boolean): void;
  report(use: (exports: Exports) => unknown[]): unknown;
}

/** There are no more breakers than that. */
const KNOWN_MAX = 1000;

export class CircuitBreakers {
  readonly #system: () => Guarded;
  /** Numbers of breakers by their keys, as the instance of this life has them. */
  readonly #known = new Map<string, number>();
  #life = 0;

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
  execute<T>(
    key: string,
    operation: (signal: AbortSignal | undefined) => T | PromiseLike<T>,
    options?: ExecuteOptions<T>,
  ): Promise<T> {
    return options?.fallback === undefined
      ? this.#guarded(key, operation, options?.signal)
      : this.#withFallback(key, operation, options.fallback, options.signal);
  }

  async #withFallback<T>(
    key: string,
    operation: (signal: AbortSignal | undefined) => T | PromiseLike<T>,
    fallback: NonNullable<ExecuteOptions<T>["fallback"]>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    try {
      return await this.#guarded(key, operation, signal);
    } catch (reason) {
      if (signal?.aborted) throw reason;
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
    const call = this.#admit(system, key);
    system.callBegan();
    let value: T;
    try {
      value = await (signal === undefined ? operation(undefined) : untilAborted(operation, signal));
    } catch (error) {
      settle(system, life, call, signal?.aborted ? undefined : true);
      throw error;
    }
    settle(system, life, call, false);
    return value;
  }

  #admit(system: Guarded, key: string): number {
    if (system.life !== this.#life) this.#known.clear();
    this.#life = system.life;
    const known = this.#known.get(key);
    if (known !== undefined) {
      const call = component.call((exports) => exports.call_admit_again(system.id, known));
      if (call !== 0) return call;
    }
    const call = system.report((exports) => exports.call_admit(system.id, textOf(key, "key"))) as number;
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(key, component.call((exports) => exports.breaker_number(system.id, key)));
    return call;
  }
}

/** `hasFailed`: `undefined` when nothing is known of whom was called. */
function settle(system: Guarded, life: number, call: number, hasFailed: boolean | undefined): void {
  let hasEffects = false;
  try {
    if (life === system.life && !system.isEnded) {
      hasEffects = component.call((exports) => exports.call_settle(system.id, call, hasFailed));
    }
  } finally {
    system.callEnded(hasEffects);
  }
}

/** What the operation gives, unless the caller gives up before. */
async function untilAborted<T>(
  operation: (signal: AbortSignal) => T | PromiseLike<T>,
  signal: AbortSignal,
): Promise<T> {
  let leave = (): void => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(aborted(signal));
  });
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([operation(signal), left]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

/** A fallback that fails hides why it was needed. */
function causedBy(error: unknown, reason: unknown): unknown {
  if (error instanceof Error && error.cause === undefined && Object.isExtensible(error)) {
    Object.defineProperty(error, "cause", { value: reason, configurable: true, writable: true });
  }
  return error;
}
