// What outlives the page: the last program and the choices of the user, in localStorage.
// It must never fail the page: storage may be full, forbidden or hold something foreign.

import { isFileName } from "./file_name.ts";
import type { Files } from "./project.ts";

const FILES = "somon-playground.files";
const ACTIVE = "somon-playground.active";
const SETTING = "somon-playground.setting.";

export function keepProgram(files: Files, active: string): void {
  write(FILES, JSON.stringify(files));
  write(ACTIVE, active);
}

export function lastProgram(): { files: Files; active: string } | undefined {
  const text = read(FILES);
  if (text === null) return undefined;
  try {
    const files = checkedFiles(JSON.parse(text));
    return files && { files, active: read(ACTIVE) ?? "" };
  } catch {
    return undefined; // not JSON: somebody else's, or cut short
  }
}

export function keepSetting(name: string, value: string): void {
  write(SETTING + name, value);
}

export function setting(name: string): string | null {
  return read(SETTING + name);
}

/** Files out of foreign data, or nothing: at least one, each with a name of its own and a text. */
export function checkedFiles(data: unknown): Files | undefined {
  if (!Array.isArray(data) || data.length === 0) return undefined;
  const names = new Set<string>();
  const files = [];
  for (const item of data as unknown[]) {
    if (typeof item !== "object" || item === null) return undefined;
    const { name, text } = item as { name?: unknown; text?: unknown };
    if (typeof name !== "string" || typeof text !== "string") return undefined;
    if (!isFileName(name) || names.has(name)) return undefined;
    names.add(name);
    files.push({ name, text });
  }
  return files;
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Full or forbidden: the page works on without memory.
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
