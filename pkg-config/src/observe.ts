// What a system tells about itself: figures, health, configuration, kept logs, events.
// Holds the listeners and the configuration that a fresh instance must take on; decides nothing.

import * as component from "./component.js";
import type { Exports } from "./component.js";
import { SomonModuleError, textOf } from "./error.js";
import type {
  ConfigListener,
  Health,
  LogEntry,
  LogsOptions,
  Metrics,
  RuntimeConfig,
  RuntimeConfigPatch,
  SystemEvents,
} from "./types.js";

/** What the component says about a change set. */
interface Applied {
  version: number;
  changes: { key: string; old: unknown; new: unknown }[];
}

type Use = (exports: Exports) => unknown[];
type Topic = keyof SystemEvents;
type Listener = (detail: never) => void;

// By the numbers that the component gives them.
const TOPICS = ["load", "error", "warning", "cycle", "breaker", "evict", "change", "config", "health"] as const;

export class Observed {
  readonly #id: number;
  readonly #report: (use: Use) => unknown;
  #paths: string[][] | undefined;
  /** As last applied: what a fresh instance gets. */
  #config: { values: unknown; version: number } | undefined;
  readonly #listeners = new Map<Topic, Set<Listener>>();
  readonly #onConfig = new Set<{ key: string; listener: ConfigListener }>();
  readonly #changes: Applied["changes"][] = [];
  #isTelling = false;

  constructor(id: number, report: (use: Use) => unknown) {
    this.#id = id;
    this.#report = report;
  }

  metrics(): Metrics | null {
    const figures = component.call((exports) => exports.system_metrics(this.#id));
    if (figures === undefined) return null;
    this.#paths ??= component.call((exports) => exports.metrics_names(this.#id) as string[]).map((name) => name.split("."));
    const metrics = component.call((exports) => exports.system_identity(this.#id)) as Record<string, unknown>;
    this.#paths.forEach((path, index) => {
      let place = metrics;
      for (const part of path.slice(0, -1)) place = (place[part] ??= {}) as Record<string, unknown>;
      const figure = figures[index];
      place[path[path.length - 1] as string] = Number.isNaN(figure) ? null : figure;
    });
    const { eventLoop } = metrics as { eventLoop: { lag: { count: number | null } | null } };
    if (eventLoop.lag?.count === null) eventLoop.lag = null;
    return metrics as unknown as Metrics;
  }

  health(): Health {
    return component.call((exports) => exports.system_health(this.#id)) as Health;
  }

  config(): RuntimeConfig {
    return component.call((exports) => exports.system_config(this.#id)) as RuntimeConfig;
  }

  update(patch: RuntimeConfigPatch): { version: number; changed: string[] } {
    return applied(this.#report((exports) => exports.config_update(this.#id, patch)));
  }

  reset(): { version: number; changed: string[] } {
    return applied(this.#report((exports) => exports.config_reset(this.#id)));
  }

  onConfig(key: string, listener: ConfigListener): () => void {
    const entry = { key, listener };
    this.#onConfig.add(entry);
    return () => void this.#onConfig.delete(entry);
  }

  logs({ level = "trace", since = 0 }: LogsOptions): LogEntry[] {
    const lines = component.call((exports) => exports.system_logs(this.#id, textOf(level, "level"), Number(since)));
    if (lines === undefined) {
      throw new SomonModuleError({ code: "CONFIG_INVALID", message: `there is no level "${level}"` });
    }
    return (lines as string[]).map((line) => JSON.parse(line) as LogEntry);
  }

  on(topic: Topic, listener: Listener): () => void {
    if (!TOPICS.includes(topic)) {
      throw new SomonModuleError({
        code: "CONFIG_INVALID",
        message: `there is no event "${String(topic)}"; there are ${TOPICS.join(", ")}`,
      });
    }
    let listeners = this.#listeners.get(topic);
    if (listeners === undefined) this.#listeners.set(topic, (listeners = new Set()));
    // The same function twice is two subscriptions.
    const own: Listener = (detail) => listener(detail);
    listeners.add(own);
    this.#report((exports) => exports.system_listen(this.#id, topic, true));
    return () => {
      if (listeners.delete(own)) this.#report((exports) => exports.system_listen(this.#id, topic, false));
    };
  }

  /** The component has news. */
  notice(number: number, detail: unknown): void {
    const topic = TOPICS[number];
    if (topic === undefined) return;
    if (topic === "config") {
      const { version, changes } = detail as Applied;
      this.#config = { values: this.config(), version };
      this.#changes.push(changes);
      this.#tellChanges();
      this.emit(topic, { version, changed: changes.map(({ key }) => key) });
    } else {
      this.emit(topic, detail as never);
    }
  }

  /** Listeners hear of it after the call that it happened in, in order. */
  emit<T extends Topic>(topic: T, detail: SystemEvents[T]): void {
    for (const listener of this.#listeners.get(topic) ?? []) {
      queueMicrotask(() => this.#guarded(topic, () => listener(detail as never)));
    }
  }

  /** A fresh instance stands in for one that trapped, or for one that was idle and left its `state`. */
  renewed(state: Uint8Array | undefined): void {
    const { values, version } = this.#config ?? { values: {}, version: 0 };
    this.#report((exports) => exports.system_renewed(this.#id, values, version, state));
    for (const [topic, listeners] of this.#listeners) {
      for (const _ of listeners) this.#report((exports) => exports.system_listen(this.#id, topic, true));
    }
  }

  /** A change made by a listener waits until the others have heard of this one. */
  #tellChanges(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let changes = this.#changes.shift(); changes !== undefined; changes = this.#changes.shift()) {
        for (const { key: asked, listener } of [...this.#onConfig]) {
          for (const { key, old, new: value } of changes) {
            if (asked === "*" || asked === key) this.#guarded(asked, () => listener(value, old, key));
          }
        }
      }
    } finally {
      this.#isTelling = false;
    }
  }

  /** What a listener throws is logged, and the listener stays. */
  #guarded(topic: string, call: () => void): void {
    try {
      call();
    } catch (thrown) {
      const text = thrown instanceof Error ? thrown.message : String(thrown);
      try {
        this.#report((exports) => exports.listener_threw(this.#id, topic, text));
      } catch {
        // A trap, or the system has ended: nobody is left to tell.
      }
    }
  }
}

function applied(answer: unknown): { version: number; changed: string[] } {
  const { version, changes } = answer as Applied;
  return { version, changed: changes.map(({ key }) => key) };
}
