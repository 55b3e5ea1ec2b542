// A program as the part of a link behind `#`, compressed; no server ever sees it.
// It must never trust a link: what does not decode into files is no program.

import type { Files } from "./project.ts";
import { checkedFiles } from "./storage.ts";

const PREFIX = "#p=";
/** A short link can unpack into very much; this is far above any program typed by hand. */
const PROGRAM_BYTES_MAX = 4 * 1024 * 1024;

/** The address of this page with the program in it. */
export async function linkTo(files: Files): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(files.map(({ name, text }) => ({ name, text }))));
  const packed = await collect(through(json, new CompressionStream("deflate-raw")), Infinity);
  const binary = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  const text = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return location.href.split("#", 1)[0] + PREFIX + text;
}

/** The program in a link; `undefined`: there is none, `null`: it cannot be read. */
export async function programIn(hash: string): Promise<Files | null | undefined> {
  if (!hash.startsWith(PREFIX)) return undefined;
  try {
    const binary = atob(hash.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(binary, (unit) => unit.charCodeAt(0));
    const json = await collect(through(packed, new DecompressionStream("deflate-raw")), PROGRAM_BYTES_MAX);
    return checkedFiles(JSON.parse(new TextDecoder().decode(json))) ?? null;
  } catch {
    return null;
  }
}

function through(
  bytes: Uint8Array<ArrayBuffer>,
  step: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream().pipeThrough(step);
}

async function collect(stream: ReadableStream<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > bytesMax) {
      await reader.cancel();
      throw new RangeError("the program is too large");
    }
    pieces.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
