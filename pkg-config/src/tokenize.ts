// The tokens of a text, for editors.
// Turns numbers into objects and does nothing else.

import { call } from "./component.js";
import { textOf } from "./error.js";
import type { Token, TokenKind } from "./types.js";

let kinds: TokenKind[] | undefined;

/** Everything but white space, in order. Never throws for what is wrong with the source. */
export function tokenize(source: string): Token[] {
  kinds ??= call((exports) => exports.token_kinds()).split(" ") as TokenKind[];
  const numbers = call((exports) => exports.tokenize_text(textOf(source, "source")));
  const tokens: Token[] = [];
  for (let at = 0; at < numbers.length; at += 3) {
    tokens.push({
      kind: kinds[numbers[at] as number] as TokenKind,
      start: numbers[at + 1] as number,
      end: numbers[at + 2] as number,
    });
  }
  return tokens;
}
