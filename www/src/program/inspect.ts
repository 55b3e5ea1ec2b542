// Any JavaScript value as short coloured text, the way consoles show it.
// It must never run code of the program (no getters, no toString) nor grow without bound.

import type { Piece, PieceKind } from "../run/message.ts";

const DEPTH_MAX = 4;
const ITEMS_MAX = 100;
const VALUES_MAX = 2000;
const STRING_LENGTH_MAX = 10_000;
const LINE_LENGTH_MAX = 76;
const INDENT = "  ";

/** The pieces of one value; strings inside values are quoted, a string by itself is not. */
export function inspect(value: unknown): Piece[] {
  if (typeof value === "string") return [piece("plain", shortened(value))];
  return new Inspection().value(value, 0);
}

export function piece(kind: PieceKind, text: string): Piece {
  return { kind, text };
}

class Inspection {
  /** The objects being shown around the current one: meeting one again is a circle. */
  readonly #around = new Set<object>();
  #values = 0;

  value(value: unknown, depth: number): Piece[] {
    this.#values += 1;
    if (this.#values > VALUES_MAX) return [piece("faint", "…")];
    switch (typeof value) {
      case "string":
        return [piece("string", JSON.stringify(shortened(value)))];
      case "number":
        return [piece("number", Object.is(value, -0) ? "-0" : String(value))];
      case "bigint":
        return [piece("number", `${value}n`)];
      case "boolean":
      case "undefined":
        return [piece("word", String(value))];
      case "symbol":
        return [piece("word", value.toString())];
      case "function":
        return [piece("faint", functionLabel(value))];
      default:
        return value === null ? [piece("word", "null")] : this.#guarded(value as object, depth);
    }
  }

  #guarded(object: object, depth: number): Piece[] {
    if (this.#around.has(object)) return [piece("faint", "[…]")];
    this.#around.add(object);
    try {
      return this.#object(object, depth);
    } catch {
      return [piece("faint", "[Proxy]")]; // a trap of the program threw
    } finally {
      this.#around.delete(object);
    }
  }

  #object(object: object, depth: number): Piece[] {
    if (object instanceof Error) return errorPieces(object);
    if (object instanceof Date) return [piece("number", dateText(object))];
    if (object instanceof RegExp) return [piece("string", RegExp.prototype.toString.call(object))];
    if (object instanceof Promise) return [piece("faint", "Promise {…}")];
    const name = constructorName(object);
    if (depth >= DEPTH_MAX) return [piece("faint", Array.isArray(object) ? "[…]" : `${name} {…}`.trimStart())];
    if (Array.isArray(object)) return this.#array(object, depth);
    if (object instanceof Map) return this.#map(object, depth);
    if (object instanceof Set) return this.#set(object, depth);
    if (ArrayBuffer.isView(object) && !(object instanceof DataView)) {
      const numbers = object as unknown as ArrayLike<number | bigint>;
      return this.#list(`${name}(${numbers.length}) [`, Array.from({ length: Math.min(numbers.length, ITEMS_MAX) }, (_, at) => this.value(numbers[at], depth + 1)), numbers.length, "]", depth);
    }
    const label = name === "Object" ? "" : `${name} `;
    const keys = Reflect.ownKeys(object).filter((key) => Object.prototype.propertyIsEnumerable.call(object, key));
    return this.#list(`${label}{`, this.#properties(object, keys, depth), keys.length, "}", depth);
  }

  #array(array: unknown[], depth: number): Piece[] {
    const items: Piece[][] = [];
    let at = 0;
    while (at < array.length && items.length < ITEMS_MAX) {
      const first = at;
      while (at < array.length && at - first < VALUES_MAX && !(at in array)) at += 1;
      if (at > first) items.push([piece("faint", `<${at - first} холӣ>`)]);
      else items.push(this.#property(array, String(at++), depth));
    }
    const shown = at;
    const name = constructorName(array);
    const label = name === "Array" ? "[" : `${name}(${array.length}) [`;
    return this.#list(label, items, items.length + (array.length - shown), "]", depth);
  }

  #map(map: Map<unknown, unknown>, depth: number): Piece[] {
    const items: Piece[][] = [];
    for (const [key, value] of Map.prototype.entries.call(map) as Iterable<[unknown, unknown]>) {
      if (items.length >= ITEMS_MAX) break;
      items.push([...this.value(key, depth + 1), piece("plain", " => "), ...this.value(value, depth + 1)]);
    }
    return this.#list(`Map(${map.size}) {`, items, map.size, "}", depth);
  }

  #set(set: Set<unknown>, depth: number): Piece[] {
    const items: Piece[][] = [];
    for (const value of Set.prototype.values.call(set) as Iterable<unknown>) {
      if (items.length >= ITEMS_MAX) break;
      items.push(this.value(value, depth + 1));
    }
    return this.#list(`Set(${set.size}) {`, items, set.size, "}", depth);
  }

  #properties(object: object, keys: (string | symbol)[], depth: number): Piece[][] {
    return keys.slice(0, ITEMS_MAX).map((key) => [
      piece("key", keyText(key)),
      piece("plain", ": "),
      ...this.#property(object, key, depth),
    ]);
  }

  #property(object: object, key: string | symbol, depth: number): Piece[] {
    const property = Reflect.getOwnPropertyDescriptor(object, key);
    if (property === undefined) return [piece("word", "undefined")];
    if ("value" in property) return this.value(property.value, depth + 1);
    return [piece("faint", property.get === undefined ? "[Setter]" : "[Getter]")];
  }

  /** Items on one line where they fit, else one a line. */
  #list(open: string, items: Piece[][], count: number, close: string, depth: number): Piece[] {
    if (items.length === 0) return [piece("plain", open + close)];
    if (count > items.length) items.push([piece("faint", `… +${count - items.length}`)]);
    const length = items.flat().reduce((sum, { text }) => sum + text.length, open.length + 2 * items.length);
    const broken = length > LINE_LENGTH_MAX || items.flat().some(({ text }) => text.includes("\n"));
    const space = close === "]" ? "" : " ";
    const [before, between, after] = broken
      ? [`\n${INDENT.repeat(depth + 1)}`, `,\n${INDENT.repeat(depth + 1)}`, `\n${INDENT.repeat(depth)}`]
      : [space, ", ", space];
    const inner = items.flatMap((item, at) => [piece("plain", at === 0 ? before : between), ...item]);
    return [piece("plain", open), ...inner, piece("plain", after + close)];
  }
}

/** Name and message of an error, without the stack: its lines are those of the generated code. */
export function errorPieces(error: Error): Piece[] {
  const name = ownText(error, "name") ?? constructorName(error);
  const message = ownText(error, "message") ?? "";
  return [piece("word", name), piece("plain", message === "" ? "" : `: ${shortened(message)}`)];
}

/** A text property of the object or of its prototypes, without running a getter. */
function ownText(object: object, key: string): string | undefined {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const value: unknown = Reflect.getOwnPropertyDescriptor(at, key)?.value;
    if (typeof value === "string") {
      // A subclass that sets no name of its own inherits "Error": its class says more.
      return key === "name" && at !== object ? constructorName(object) : value;
    }
  }
  return undefined;
}

function constructorName(object: object): string {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null) return "[null]";
  const maker: unknown = Reflect.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  const name: unknown = typeof maker === "function" ? Reflect.getOwnPropertyDescriptor(maker, "name")?.value : undefined;
  return typeof name === "string" ? name : "Object";
}

function functionLabel(value: object): string {
  const isClass = /^class\b/.test(Function.prototype.toString.call(value));
  const name: unknown = Reflect.getOwnPropertyDescriptor(value, "name")?.value;
  const label = typeof name === "string" && name !== "" ? ` ${name}` : "";
  return isClass ? `[class${label}]` : `[function${label}]`;
}

function dateText(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? "Invalid Date" : Date.prototype.toISOString.call(date);
}

function keyText(key: string | symbol): string {
  if (typeof key === "symbol") return `[${key.toString()}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : JSON.stringify(key);
}

function shortened(text: string): string {
  return text.length > STRING_LENGTH_MAX ? `${text.slice(0, STRING_LENGTH_MAX)}…` : text;
}
