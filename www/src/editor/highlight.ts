// The coloured lines that lie under the text field: tokens in colour, faults underlined.
// It must never change the text: a letter more or less, and caret and letters part.

import type { Token } from "somon-wasm";

/** A stretch of text with something to say about it. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly severity: "error" | "warning" | "info" | "hint";
  readonly message: string;
}

/** The inside of each line as HTML. */
export function highlightedLines(text: string, tokens: readonly Token[], marks: readonly Mark[]): string[] {
  const visible = marks.map((mark) => widened(mark, text));
  const cuts = new Set<number>([0, text.length]);
  for (const { start, end } of [...tokens, ...visible]) cuts.add(start).add(end);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) cuts.add(at).add(at + 1);
  const borders = [...cuts].sort((a, b) => a - b);

  const lines: string[] = [];
  let line = "";
  let next = 0;
  for (let at = 0; at + 1 < borders.length; at += 1) {
    const [start, end] = [borders[at] ?? 0, borders[at + 1] ?? 0];
    const piece = text.slice(start, end);
    if (piece === "\n") {
      lines.push(line);
      line = "";
      continue;
    }
    while ((tokens[next]?.end ?? Infinity) <= start) next += 1;
    const token = tokens[next];
    const kind = token !== undefined && token.start <= start ? token.kind : undefined;
    line += span(piece, kind, visible.find((mark) => mark.start <= start && end <= mark.end));
  }
  lines.push(line);
  return lines;
}

/** A mark of no width, or one at a line's end, takes a neighbour in, or nobody would see it. */
function widened(mark: Mark, text: string): Mark {
  if (mark.end > mark.start && text[mark.start] !== "\n") return mark;
  if (mark.start < text.length && text[mark.start] !== "\n") return { ...mark, end: mark.start + 1 };
  return { ...mark, start: Math.max(0, mark.start - 1), end: mark.start };
}

function span(text: string, kind: string | undefined, mark: Mark | undefined): string {
  const escaped = escape(text);
  const classes = [kind && `token-${kind}`, mark && `mark mark-${mark.severity}`].filter(Boolean).join(" ");
  if (classes === "") return escaped;
  const title = mark === undefined ? "" : ` data-message="${escape(mark.message)}"`;
  return `<span class="${classes}"${title}>${escaped}</span>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (unit) => `&#${unit.charCodeAt(0)};`);
}
