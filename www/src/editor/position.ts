// Lines and columns of a text field, counted from 1, columns in UTF-16 units as diagnostics count them.
// It must never look at the page.

/** Where each line starts. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  let line = 1;
  for (let at = before.indexOf("\n"); at >= 0; at = before.indexOf("\n", at + 1)) line += 1;
  return { line, column: offset - start + 1 };
}

/** The nearest offset in the text: a place may be older than the text. */
export function offsetAt(text: string, line: number, column: number): number {
  const starts = lineStarts(text);
  const at = Math.min(Math.max(line, 1), starts.length) - 1;
  const end = (starts[at + 1] ?? text.length + 1) - 1;
  return Math.min((starts[at] ?? 0) + Math.max(column, 1) - 1, end);
}
