// The one instance of the component: every call goes through here, and here a trap is survived.
// Knows nothing of what the calls mean.

import * as glue from "../somon_wasm.js";
import { SomonModuleError, isAnswer } from "./error.js";

/** Somebody with calls under way in the instance. */
export interface Tenant {
  /** Nothing of it is under way. */
  readonly isIdle: boolean;
  /** The instance will be replaced: keep what the fresh one shall carry on, let go of the rest. */
  leave(): void;
  /** The instance is dead: reject what is pending, stop what is running. */
  poisoned(reason: SomonModuleError): void;
  /** A fresh instance is there: make yourself known again. */
  renewed(): void;
}

export type Exports = typeof glue;

const tenants = new Set<Tenant>();
const onFresh: ((exports: Exports) => void)[] = [];
let isReady = false;
let depth = 0;
/** What the instance died of, until a fresh one has taken its place. */
let death: { readonly cause: unknown } | undefined;
let isRenewing = false;

export async function start(source: Parameters<typeof glue.default>[0]): Promise<void> {
  await glue.default(source);
  ready();
}

export function startSync(module: WebAssembly.Module | BufferSource): void {
  glue.initSync({ module });
  ready();
}

function ready(): void {
  isReady = true;
  for (const tell of onFresh) call(tell);
}

/** Told now, if the component is started, and again by every fresh instance. */
export function whenFresh(tell: (exports: Exports) => void): void {
  onFresh.push(tell);
  if (isReady) call(tell);
}

export function register(tenant: Tenant): void {
  tenants.add(tenant);
}

export function unregister(tenant: Tenant): void {
  tenants.delete(tenant);
}

/** Calls into the component. A failure it answers with is thrown as a SomonModuleError, a trap as `POISONED`. */
export function call<T>(use: (exports: Exports) => T): T {
  if (!isReady) {
    throw new SomonModuleError({
      code: "INTERNAL",
      message: "the component is not started: await init() or call initSync(module) first",
    });
  }
  // Not even the arguments of a call may enter a dead instance: its allocator may never come back.
  if (death && (depth > 0 || isRenewing || !renew())) throw poisoned(death.cause);
  depth++;
  try {
    return use(glue);
  } catch (thrown) {
    if (isAnswer(thrown)) throw new SomonModuleError(thrown);
    if (thrown instanceof SomonModuleError) throw thrown;
    death = { cause: thrown };
    throw poisoned(thrown);
  } finally {
    depth--;
    // A trap inside a user's hook leaves the outer call's frames in the dead instance: wait for them.
    if (death && depth === 0 && !isRenewing) {
      const reason = poisoned(death.cause);
      for (const tenant of [...tenants]) tenant.poisoned(reason);
      renew();
    }
  }
}

/**
 * Memory that an instance once took it never gives back. Once it is far more than what lives, and nobody has anything
 * under way, a fresh one takes its place.
 */
export function refresh(): void {
  if (!isReady || death || depth > 0 || isRenewing) return;
  if (!call((exports) => exports.is_bloated()) || ![...tenants].every((tenant) => tenant.isIdle)) return;
  for (const tenant of [...tenants]) tenant.leave();
  if (!death) renew();
}

/**
 * Puts a fresh instance in the place of a dead one, and says whether that worked. It does not where the caller
 * has used up the stack; then the next call tries again.
 */
function renew(): boolean {
  isRenewing = true;
  try {
    // The first only sets a mark, the second takes no argument: the glue writes arguments into the memory of
    // the instance that it has, and only then looks at the mark and replaces the instance.
    glue.renew();
    glue.wake();
    death = undefined;
    for (const tell of onFresh) call(tell);
    for (const tenant of [...tenants]) tenant.renewed();
  } catch (cause) {
    death ??= { cause };
  } finally {
    isRenewing = false;
  }
  return !death;
}

function poisoned(cause: unknown): SomonModuleError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new SomonModuleError(
    { code: "POISONED", message: `the component trapped (${detail}); the next call has a fresh instance` },
    cause,
  );
}
