// A diagnostic of the package as the page shows it, with file names in place of URLs.
// It must never judge a diagnostic: every one is passed on.

import type { Diagnostic } from "somon-wasm";
import { fileOfUrl } from "../project/file_name.ts";
import type { Fault } from "./message.ts";

export function faultOf(diagnostic: Diagnostic): Fault {
  const { code, severity, message, hint, url, line, column, start, end, frame } = diagnostic;
  const file = fileOfUrl(url);
  return { code, severity, message: withNames(message), file, line, column, start, end, frame, ...(hint === undefined ? {} : { hint }) };
}

/** Messages name modules by their URLs, where Cyrillic letters are escaped. */
function withNames(message: string): string {
  return message.replace(/(?:%[0-9A-F]{2})+/g, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
}
