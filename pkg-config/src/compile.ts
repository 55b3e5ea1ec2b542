// One text compiled by itself.

import { call } from "./component.js";
import { textOf } from "./error.js";
import type { CompileOptions, CompileResult } from "./types.js";

/** Never throws for what is wrong with the source, only `CONFIG_INVALID` for what is wrong with the options. */
export function compile(source: string, options?: CompileOptions): CompileResult {
  return call((exports) => exports.compile_text(textOf(source, "source"), options)) as CompileResult;
}
