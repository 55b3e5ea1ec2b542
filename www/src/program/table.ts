// Rows and columns out of the argument of `console.table`.
// It must never run code of the program nor grow without bound.

import type { Piece } from "../run/message.ts";
import { inspect, piece } from "./inspect.ts";

const ROWS_MAX = 200;
const COLUMNS_MAX = 20;

export interface Table {
  readonly head: string[];
  readonly rows: Piece[][][];
}

/** The table of an array, object, map or set; `undefined` where the value is none of these. */
export function tableOf(data: unknown, only?: readonly string[]): Table | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const records = recordsOf(data).slice(0, ROWS_MAX);
  const columns = new Set<string>(Array.isArray(only) ? only.map(String) : []);
  let hasValues = false;
  for (const { value } of records) {
    if (typeof value !== "object" || value === null) hasValues = true;
    else if (!Array.isArray(only)) for (const key of Object.keys(value).slice(0, COLUMNS_MAX)) columns.add(key);
  }
  const names = [...columns].slice(0, COLUMNS_MAX);
  const rows = records.map(({ index, value }) => {
    const cells = names.map((name) => cellOf(value, name));
    const isPlain = typeof value !== "object" || value === null;
    return [[piece("faint", index)], ...cells, ...(hasValues ? [isPlain ? inspect(value) : []] : [])];
  });
  return { head: ["", ...names, ...(hasValues ? ["="] : [])], rows };
}

function recordsOf(data: object): { index: string; value: unknown }[] {
  if (data instanceof Map) return [...data].map(([key, value]) => ({ index: inspect(key).map(({ text }) => text).join(""), value: value as unknown }));
  if (data instanceof Set) return [...data].map((value, at) => ({ index: String(at), value: value as unknown }));
  return Object.keys(data).map((index) => ({ index, value: ownValue(data, index) }));
}

function cellOf(value: unknown, name: string): Piece[] {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  return inspect(ownValue(value, name));
}

function ownValue(object: object, key: string): unknown {
  return Reflect.getOwnPropertyDescriptor(object, key)?.value as unknown;
}
