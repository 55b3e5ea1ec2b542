// Knows whether timers or requests of the program are still under way.
// It must never change what the program sees of them.

/** Watches the timers and requests of this worker; `atRest` is called each time the last one ends. */
export class Pending {
  readonly #timers = new Set<number>();
  #requests = 0;
  readonly #atRest: () => void;

  constructor(atRest: () => void) {
    this.#atRest = atRest;
  }

  get none(): boolean {
    return this.#timers.size === 0 && this.#requests === 0;
  }

  watch(scope: DedicatedWorkerGlobalScope): void {
    const { setTimeout, setInterval, clearTimeout, clearInterval, fetch } = scope;
    scope.setTimeout = ((handler: TimerHandler, delay?: number, ...values: unknown[]) => {
      const call = typeof handler === "function" ? handler : undefined;
      const id = setTimeout.call(scope, () => {
        try {
          call?.apply(scope, values);
        } finally {
          this.#ended(id);
        }
      }, delay);
      this.#timers.add(id);
      return id;
    }) as typeof setTimeout;
    scope.setInterval = ((handler: TimerHandler, delay?: number, ...values: unknown[]) => {
      const id = setInterval.call(scope, handler, delay, ...values);
      this.#timers.add(id);
      return id;
    }) as typeof setInterval;
    scope.clearTimeout = scope.clearInterval = (id?: number) => {
      clearTimeout.call(scope, id);
      clearInterval.call(scope, id);
      if (id !== undefined) this.#ended(id);
    };
    scope.fetch = async (...request: Parameters<typeof fetch>) => {
      this.#requests += 1;
      try {
        return await fetch.apply(scope, request);
      } finally {
        this.#requests -= 1;
        this.#later();
      }
    };
  }

  #ended(id: number): void {
    if (this.#timers.delete(id)) this.#later();
  }

  /** After the program's own continuations, which may well start the next timer. */
  #later(): void {
    if (!this.none) return;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      if (this.none) this.#atRest();
    };
    channel.port2.postMessage(null);
  }
}
