// Where in the program's own files an error was thrown, out of its stack and the bundle's map.
// It must never guess: a frame that the map does not know is left out.

import type { ModuleSystem } from "somon-wasm";
import { fileOfUrl } from "../project/file_name.ts";
import type { Place } from "../run/message.ts";
import { SourceMap } from "./source_map.ts";

const FRAMES_MAX = 10;

/** The innermost place first; empty where the stack tells nothing. */
export async function placesOf(thrown: unknown, system: ModuleSystem, entryPoint: string): Promise<Place[]> {
  const frames = framesOf(thrown);
  if (frames.length === 0) return [];
  try {
    // The same graph with the same options as `run` gives the same text, so its map holds.
    const { map } = await system.bundle({ entryPoint, format: "esm", sourceMaps: "external" });
    const lines = map === undefined ? undefined : SourceMap.parse(map);
    return frames.flatMap(({ line, column }) => {
      const found = lines?.original(line, column);
      return found === undefined ? [] : [{ ...found, file: fileOfUrl(found.file) }];
    });
  } catch {
    return []; // the error itself is what matters
  }
}

interface Frame {
  readonly line: number;
  readonly column: number;
}

/** The frames inside the program: not those of this page's own scripts. */
function framesOf(thrown: unknown): Frame[] {
  const stack: unknown = thrown instanceof Error ? thrown.stack : undefined;
  if (typeof stack !== "string") return [];
  const frames: Frame[] = [];
  for (const text of stack.split("\n")) {
    const place = /(?:\(|@|at (?:async )?)([^()@]*):(\d+):(\d+)\)?$/.exec(text.trim());
    if (place === null || place[1]?.startsWith(self.location.origin)) continue;
    frames.push({ line: Number(place[2]), column: Number(place[3]) });
    if (frames.length === FRAMES_MAX) break;
  }
  return frames;
}
