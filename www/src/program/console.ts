// The console of a program: everything that is printed becomes an entry for the page.
// It must never send without bound: a loop that prints forever must not drown the page.

import type { Entry, Level, Piece } from "../run/message.ts";
import { inspect, piece } from "./inspect.ts";
import { tableOf } from "./table.ts";

const ENTRIES_MAX = 2000;
const CHARACTERS_MAX = 500_000;
const GROUP_DEPTH_MAX = 20;

/** A console to take the place of the worker's own. */
export function programConsole(send: (entry: Entry) => void): Partial<Console> {
  const meter = new Meter(send);
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  let depth = 0;

  const print = (level: Level, values: readonly unknown[]): void => {
    meter.send({ kind: "line", level, depth, pieces: format(values) });
  };
  const elapsed = (label: string): string => {
    const since = timers.get(label);
    return since === undefined ? `${label}: —` : `${label}: ${(performance.now() - since).toFixed(1)} ms`;
  };
  const open = (...values: unknown[]): void => {
    if (values.length > 0) print("log", values);
    depth = Math.min(depth + 1, GROUP_DEPTH_MAX);
  };

  return {
    log: (...values) => print("log", values),
    info: (...values) => print("info", values),
    debug: (...values) => print("debug", values),
    warn: (...values) => print("warn", values),
    error: (...values) => print("error", values),
    trace: (...values) => print("debug", values),
    dir: (value) => print("log", [value]),
    dirxml: (...values) => print("log", values),
    assert: (condition, ...values) => {
      if (!condition) print("error", ["Assertion failed:", ...values]);
    },
    table: (data, columns) => {
      const table = tableOf(data, columns);
      if (table === undefined) print("log", [data]);
      else meter.send({ kind: "table", depth, ...table });
    },
    group: open,
    groupCollapsed: open,
    groupEnd: () => {
      depth = Math.max(0, depth - 1);
    },
    count: (label = "default") => {
      const count = (counts.get(String(label)) ?? 0) + 1;
      counts.set(String(label), count);
      print("log", [`${label}: ${count}`]);
    },
    countReset: (label = "default") => void counts.delete(String(label)),
    time: (label = "default") => void timers.set(String(label), performance.now()),
    timeLog: (label = "default", ...values) => print("log", [elapsed(String(label)), ...values]),
    timeEnd: (label = "default") => {
      print("log", [elapsed(String(label))]);
      timers.delete(String(label));
    },
    clear: () => {
      depth = 0;
      meter.clear();
    },
  };
}

/** Lets through so many entries and so much text, then says once that there was more. */
class Meter {
  #entries = 0;
  #characters = 0;
  readonly #send: (entry: Entry) => void;

  constructor(send: (entry: Entry) => void) {
    this.#send = send;
  }

  send(entry: Entry): void {
    if (this.#entries > ENTRIES_MAX) return;
    this.#entries += 1;
    this.#characters += size(entry);
    if (this.#entries > ENTRIES_MAX || this.#characters > CHARACTERS_MAX) {
      this.#entries = ENTRIES_MAX + 1;
      this.#send({ kind: "limit" });
    } else {
      this.#send(entry);
    }
  }

  /** What the page has thrown away counts no longer, but endless clearing has its end too. */
  clear(): void {
    if (this.#entries > ENTRIES_MAX) return;
    this.#characters = 0;
    this.#entries = Math.ceil(this.#entries / 2) + 1;
    this.#send({ kind: "clear" });
  }
}

function size(entry: Entry): number {
  if (entry.kind === "line") return textLength(entry.pieces);
  return entry.kind === "table" ? entry.rows.flat().reduce((sum, cell) => sum + textLength(cell), 0) : 0;
}

function textLength(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + text.length, 0);
}

/** The values with a space between them; a first string may hold `%s`, `%d`, `%i`, `%f`, `%o`, `%O`, `%j`, `%c`. */
function format(values: readonly unknown[]): Piece[] {
  const rest = [...values];
  const pieces: Piece[] = [];
  if (typeof rest[0] === "string" && rest.length > 1 && rest[0].includes("%")) {
    for (const part of (rest.shift() as string).split(/(%[sdifoOjc%])/)) {
      if (part === "%%") pieces.push(piece("plain", "%"));
      else if (/^%[sdifoOjc]$/.test(part) && rest.length > 0) pieces.push(...substituted(part, rest.shift()));
      else if (part !== "") pieces.push(piece("plain", part));
    }
    if (rest.length > 0) pieces.push(piece("plain", " "));
  }
  return pieces.concat(rest.flatMap((value, at) => (at === 0 ? inspect(value) : [piece("plain", " "), ...inspect(value)])));
}

function substituted(directive: string, value: unknown): Piece[] {
  if (directive === "%c") return []; // styling, which is not for this page
  if (typeof value === "object" || typeof value === "symbol" || typeof value === "function") return inspect(value);
  switch (directive) {
    case "%s":
      return [piece("plain", String(value))];
    case "%d":
      return [piece("number", String(Number(value)))];
    case "%i":
      return [piece("number", String(Number.parseInt(String(value), 10)))];
    case "%f":
      return [piece("number", String(Number.parseFloat(String(value))))];
    default:
      return inspect(value);
  }
}
