// Requests to a handler: their parts go into the component, its answers become responses.
// Decides nothing: who may do what, how large a body may be, what is answered comes from there.

import * as component from "./component.js";
import type { Exports } from "./component.js";
import type { StoredConfig } from "./stored_config.js";
import { fetchLocale } from "./locale.js";
import type { Handler, HandlerOptions, Locale, RequestContext, Scope } from "./types.js";

/** Status, headers as names and values in turn, body. */
type Answer = [status: number, headers: string[], body: Uint8Array<ArrayBuffer>];

/** What the component says about a request. */
export type Turn =
  | { kind: "answer"; answer: Answer }
  | { kind: "pass" }
  | { kind: "body" }
  | { kind: "word"; scope: Scope }
  | { kind: "lost" };

/** The system that a handler belongs to. */
export interface Owner {
  readonly id: number;
  readonly isEnded: boolean;
  readonly requests: Map<number, (turn: Turn) => void>;
  freeRequest(): number;
  requestDone(request: number): void;
  closeHandler(handler: number, isClosed: boolean): void;
  report(use: (exports: Exports) => unknown[]): unknown;
  readonly stored: StoredConfig | undefined;
  readonly exports: boolean;
  flush(must: boolean, graceMs: number): Promise<void>;
}

const EXPORT_MS = 10_000;
const LOST: Turn = { kind: "lost" };

export function makeHandler(
  system: () => { owner: Owner; isEnded: boolean },
  number: number,
  options: HandlerOptions | undefined,
  locale: Locale | undefined,
): Handler<Response | undefined> {
  const auth = options?.auth;
  const close = (isClosed: boolean): void => {
    const { owner, isEnded } = system();
    if (!isEnded) owner.closeHandler(number, isClosed);
  };
  const handler = async (request: Request, env?: unknown, ctx?: RequestContext): Promise<Response | undefined> => {
    const { owner, isEnded } = system();
    if (isEnded) return refused(true, request);
    if (locale !== undefined) await fetchLocale(locale).catch(() => undefined);
    if (owner.stored !== undefined) await owner.stored.load(env);
    const ask = typeof auth === "function" ? (scope: Scope) => auth(request, scope, env as never) : undefined;
    const answer = await new Exchange(owner, request, ask).run(number, tokens(auth, env));
    try {
      owner.stored?.save(env, ctx);
      // Hosts that stop between requests have no other time for it.
      if (owner.exports) ctx?.waitUntil?.(owner.flush(false, EXPORT_MS));
    } catch {
      // Whatever `ctx` is, the answer stands.
    }
    return answer;
  };
  return Object.assign(handler, { close: () => close(true), reopen: () => close(false) });
}

/** Those that the options leave to the environment. */
function tokens(auth: HandlerOptions["auth"], env: unknown): (string | undefined)[] {
  if (auth === undefined || typeof auth === "function") return [];
  return [auth.token, auth.readToken, auth.writeToken].map((token) => {
    if (typeof token !== "function") return undefined;
    try {
      const value = token(env as never);
      return typeof value === "string" ? value : undefined;
    } catch {
      // Without a token nobody is let in.
      return undefined;
    }
  });
}

class Exchange {
  readonly #owner: Owner;
  readonly #request: Request;
  readonly #ask: ((scope: Scope) => boolean | Promise<boolean>) | undefined;
  readonly #number: number;

  constructor(owner: Owner, request: Request, ask: ((scope: Scope) => boolean | Promise<boolean>) | undefined) {
    this.#owner = owner;
    this.#request = request;
    this.#ask = ask;
    this.#number = owner.freeRequest();
  }

  /** Never rejects. */
  async run(handler: number, tokens: (string | undefined)[]): Promise<Response | undefined> {
    const { method, url, headers, signal } = parts(this.#request);
    const [owner, number] = [this.#owner, this.#number];
    const gone = (): void => this.#tell((exports) => exports.request_gone(owner.id, number));
    try {
      signal?.addEventListener("abort", gone, { once: true });
      let turn = await this.#next((exports) =>
        exports.request_begin(owner.id, number, handler, method, url, headers, tokens),
      );
      while (turn.kind === "body" || turn.kind === "word") {
        turn = turn.kind === "body" ? await this.#sendBody() : await this.#giveWord(turn.scope);
      }
      if (turn.kind === "pass") return undefined;
      return turn.kind === "answer" ? toResponse(turn.answer) : refused(owner.isEnded, this.#request);
    } catch {
      return refused(owner.isEnded, this.#request);
    } finally {
      owner.requestDone(number);
      signal?.removeEventListener("abort", gone);
    }
  }

  /** Says something to the component and waits for what it wants next. */
  #next(use: (exports: Exports) => unknown[]): Promise<Turn> {
    return new Promise((resolve) => {
      this.#owner.requests.set(this.#number, resolve);
      this.#tell(use);
    });
  }

  #tell(use: (exports: Exports) => unknown[]): void {
    try {
      if (this.#owner.isEnded) this.#owner.requests.get(this.#number)?.(LOST);
      else this.#owner.report(use);
    } catch {
      // A trap: whoever waited has been told. A call that did not get so far is lost, too.
      this.#owner.requests.get(this.#number)?.(LOST);
    }
  }

  async #giveWord(scope: Scope): Promise<Turn> {
    let isAllowed = false;
    try {
      isAllowed = (await this.#ask?.(scope)) === true;
    } catch {
      // Who cannot be asked does not allow.
    }
    return this.#next((exports) => exports.request_word(this.#owner.id, this.#number, isAllowed));
  }

  async #sendBody(): Promise<Turn> {
    let turn: Turn | undefined;
    const decided = new Promise<Turn>((resolve) => {
      this.#owner.requests.set(this.#number, (next) => resolve((turn = next)));
    });
    const [id, number] = [this.#owner.id, this.#number];
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
    let isComplete = true;
    try {
      reader = this.#request.body?.getReader();
      while (reader !== undefined && turn === undefined) {
        const read = await Promise.race([reader.read(), decided]);
        if ("kind" in read || read.done) break;
        const chunk = read.value;
        // A stream may hold anything, and another realm has another Uint8Array.
        if (Object.prototype.toString.call(chunk) !== "[object Uint8Array]") throw new TypeError("the body is not bytes");
        this.#tell((exports) => exports.request_body(id, number, chunk));
      }
    } catch {
      isComplete = false;
    }
    if (turn === undefined) this.#tell((exports) => exports.request_body_end(id, number, isComplete));
    else void reader?.cancel().catch(() => undefined);
    return decided;
  }
}

/** Even of a request that is none. */
function parts(request: Request): { method: string; url: string; headers: string[]; signal?: AbortSignal } {
  const headers: string[] = [];
  try {
    request.headers.forEach((value, name) => headers.push(name.toLowerCase(), value));
    const { signal } = request;
    return { method: String(request.method), url: String(request.url), headers, signal };
  } catch {
    return { method: "GET", url: "", headers };
  }
}

/** The system is shut down, or the component trapped; a fresh instance says so. */
function refused(isEnded: boolean, request: Request): Response {
  try {
    const { headers } = parts(request);
    const at = headers.findIndex((name, index) => index % 2 === 0 && name === "x-request-id");
    const given = at < 0 ? undefined : headers[at + 1];
    return toResponse(component.call((exports) => exports.request_lost(isEnded, given)) as unknown as Answer);
  } catch {
    return new Response(null, { status: isEnded ? 503 : 500 });
  }
}

function toResponse([status, list, body]: Answer): Response {
  const headers: [string, string][] = [];
  for (let at = 0; at < list.length; at += 2) headers.push([list[at] as string, list[at + 1] as string]);
  return new Response(body.length > 0 ? body : null, { status, headers });
}
