// Exchanges over the network: requests go out as they are told, and what comes in is handed on together.
// Must never judge an answer, nor ask for much more of a body than was taken.

/** What the component says of a request: url, whether to follow redirects, body of a POST, names and values in turn. */
export type Told = [url: string, follow: boolean, post: string | undefined, asksHeaders: boolean, ...headers: string[]];

/** The caller's own functions among the options of `loading`. */
export interface Hooks {
  fetch?: (url: string, init: RequestInit) => unknown;
  headers?: (url: string) => unknown;
  externalProbe?: (name: string, signal: AbortSignal) => unknown;
}

// What an arrival is; each comes as number of the exchange, kind, value.
const HEAD = 0;
const CHUNK = 1;
const END = 2;
const FAILED = 3;

/** So much of a body is read before it is handed on. */
const PORTION_BYTES = 64 * 1024;

/**
 * What the component asks about an answer. A host that is asked for all headers sorts and copies them, which costs Node
 * more than twice as much as these.
 */
const HEADERS: readonly string[] = [
  "age",
  "cache-control",
  "content-encoding",
  "content-length",
  "content-type",
  "date",
  "etag",
  "expires",
  "last-modified",
  "location",
  "retry-after",
];

/** How the component names a question whether an external is there. */
const EXTERNAL = "external:";

/**
 * After everything that comes in at the same turn of the event loop: the code of the network and that of the component
 * throw each other out of the processor's caches, so they take turns as seldom as can be. workerd is told at once:
 * nothing may wait from one request for another.
 */
const afterThisTurn: (call: () => void) => unknown =
  globalThis.navigator?.userAgent === "Cloudflare-Workers"
    ? queueMicrotask
    : ((globalThis as { setImmediate?: (call: () => void) => unknown }).setImmediate ?? queueMicrotask);

class Exchange {
  readonly controller: AbortController | undefined = globalThis.AbortController && new AbortController();
  reader: ReadableStreamDefaultReader<unknown> | undefined;

  stop(): void {
    // The reader first: a response made by a hook need not be tied to the signal.
    this.reader?.cancel().catch(() => {});
    this.controller?.abort();
  }
}

export class Exchanges {
  readonly #hooks: Hooks;
  readonly #handOn: (arrivals: unknown[]) => void;
  readonly #open = new Map<number, Exchange>();
  #arrivals: unknown[] = [];
  /** Settled when what has arrived was taken. */
  #taken: Promise<void> | undefined;
  #tellTaken: (() => void) | undefined;

  constructor(hooks: Hooks, handOn: (arrivals: unknown[]) => void) {
    this.#hooks = hooks;
    this.#handOn = handOn;
  }

  get areIdle(): boolean {
    return this.#open.size + this.#arrivals.length === 0;
  }

  /** Settles when the exchange is over, however. */
  async start(number: number, told: Told): Promise<void> {
    const exchange = new Exchange();
    this.#open.set(number, exchange);
    try {
      if (exchange.controller === undefined) throw new Error("the host has no AbortController");
      if (told[0].startsWith(EXTERNAL)) await this.#probe(told[0].slice(EXTERNAL.length), exchange.controller.signal);
      else await this.#converse(number, exchange, told, exchange.controller.signal);
      this.#arrived(number, exchange, END);
    } catch (error) {
      this.#arrived(number, exchange, FAILED, error);
    }
    if (this.#isOpen(number, exchange)) this.#open.delete(number);
  }

  stop(number: number): void {
    const exchange = this.#open.get(number);
    this.#open.delete(number);
    exchange?.stop();
  }

  /** Nobody is told of anything that was under way. */
  stopAll(): void {
    this.#arrivals = [];
    for (const number of [...this.#open.keys()]) this.stop(number);
  }

  /** Whatever has arrived by now, before what comes next. */
  handOn(): void {
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    const tell = this.#tellTaken;
    this.#taken = this.#tellTaken = undefined;
    if (arrivals.length > 0) this.#handOn(arrivals);
    tell?.();
  }

  #isOpen(number: number, exchange: Exchange): boolean {
    return this.#open.get(number) === exchange;
  }

  #arrived(number: number, exchange: Exchange, kind: number, value?: unknown): void {
    if (!this.#isOpen(number, exchange)) return;
    if (this.#arrivals.length === 0) afterThisTurn(() => this.handOn());
    this.#arrivals.push(number, kind, value);
  }

  async #probe(name: string, signal: AbortSignal): Promise<void> {
    const probe = this.#hooks.externalProbe;
    if (probe === undefined) throw new Error("there is no probe");
    await probe(name, signal);
  }

  async #converse(number: number, exchange: Exchange, told: Told, signal: AbortSignal): Promise<void> {
    const response = await this.#ask(told, signal);
    const isResponse = response instanceof Response;
    if (!this.#isOpen(number, exchange)) {
      // Nobody waits for it any more: its body must not stay open.
      if (isResponse) response.body?.cancel().catch(() => {});
      return;
    }
    if (!isResponse) throw new Error("fetch did not answer with a Response");
    // Before the body, with which Bun forgets the type of a blob.
    const head = headOf(response);
    const { body } = response;
    // A body that is already being read is a hook's mistake.
    if (body?.locked) throw new Error("the body of the Response is already being read");
    this.#arrived(number, exchange, HEAD, head);
    if (body === null) return;
    const reader = (exchange.reader = body.getReader());
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done || !this.#isOpen(number, exchange)) return;
      if (!(value instanceof Uint8Array)) {
        exchange.stop();
        throw new Error("the body is not made of bytes");
      }
      this.#arrived(number, exchange, CHUNK, value);
      size += value.byteLength;
      if (size < PORTION_BYTES) continue;
      size = 0;
      await (this.#taken ??= new Promise((resolve) => (this.#tellTaken = resolve)));
    }
  }

  /** `fetch` is looked up at the moment of the call, or is the one that the user handed in. */
  #ask([url, follow, post, asksHeaders, ...own]: Told, signal: AbortSignal): unknown {
    const headers: Record<string, string> = {};
    const hook = this.#hooks.headers;
    if (asksHeaders && hook !== undefined) {
      const given = hook(url);
      if (given !== Object(given)) throw new Error("`loading.headers` did not answer with an object");
      Object.assign(headers, given);
    }
    for (let at = 0; at + 1 < own.length; at += 2) headers[own[at] as string] = own[at + 1] as string;
    const init: RequestInit = { signal, redirect: follow ? "follow" : "manual", headers };
    if (post !== undefined) Object.assign(init, { method: "POST", body: post });
    const ask = this.#hooks.fetch;
    return ask === undefined ? fetch(url, init) : ask(url, init);
  }
}

/** Lines: the status, where the answer came from, then `name,value` for each header of use. */
function headOf({ status, url, headers }: Response): string {
  let text = `${status}\n${url}`;
  for (const name of HEADERS) {
    const value = headers.get(name);
    if (value !== null) text += `\n${name},${value}`;
  }
  return text;
}
