// What a file of a program may be called, and its URL for the module system.
// The one place where names become URLs and URLs names again.

/** Files have no server: the module system gets their text under this origin. */
export const BASE_URL = "somon:///";

const NAME_LENGTH_MAX = 80;
const SEGMENT = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.\- ]*$/u;
const EXTENSION = /\.(som|js|mjs|json)$/;

/** The name as it will be kept: trimmed, without a leading `./`, with an extension. */
export function completeName(typed: string): string {
  const name = typed.trim().normalize("NFC").replace(/^(\.?\/)+/, "");
  return EXTENSION.test(name) || name === "" ? name : `${name}.som`;
}

/** Whether a complete name can be a file. */
export function isFileName(name: string): boolean {
  return name.length <= NAME_LENGTH_MAX && name.split("/").every((segment) => SEGMENT.test(segment));
}

export function urlOfFile(name: string): string {
  return new URL(encodeURI(name), BASE_URL).href;
}

/** The file that a URL stands for, or the URL itself where it stands for none. */
export function fileOfUrl(url: string): string {
  if (!url.startsWith(BASE_URL)) return url;
  try {
    return decodeURI(url.slice(BASE_URL.length));
  } catch {
    return url; // not escaped as `urlOfFile` does it, so none of ours
  }
}
