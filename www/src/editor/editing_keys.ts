// What Tab, Enter, `}` and Ctrl+/ do in the text field.
// It must never set the field's value: only inserted text can be undone with Ctrl+Z.

const INDENT = "    ";

/** Makes a text field behave like an editor of programs. */
export function addEditingKeys(field: HTMLTextAreaElement): void {
  /** After Escape the next Tab moves on: without a way out the keyboard would be caught here. */
  let leaving = false;
  field.addEventListener("blur", () => (leaving = false));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const wasLeaving = leaving;
    if (event.key !== "Shift") leaving = event.key === "Escape";
    if (event.key === "Tab" && plain && !wasLeaving) {
      event.preventDefault();
      if (event.shiftKey) changeLines(field, outdented);
      else if (selectsLines(field)) changeLines(field, indented);
      else insert(field, INDENT.slice(columnOf(field) % INDENT.length));
    } else if (event.key === "Enter" && plain && !event.shiftKey) {
      event.preventDefault();
      breakLine(field);
    } else if (event.key === "}" && !event.ctrlKey && !event.metaKey) {
      closeBlock(field, event);
    } else if (event.code === "Slash" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      changeLines(field, commentToggled);
    }
  });
}

/** As if typed: replaces the selection and can be undone. */
export function insert(field: HTMLTextAreaElement, text: string): void {
  const done = text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
  if (done || (text === "" && field.selectionStart === field.selectionEnd)) return;
  // A browser without the command: the text is right, only its undo is lost.
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function breakLine(field: HTMLTextAreaElement): void {
  const { value, selectionStart, selectionEnd } = field;
  const line = value.slice(lineStart(value, selectionStart), selectionStart);
  const margin = /^[ \t]*/.exec(line)?.[0] ?? "";
  const opens = /[{([]\s*$/.test(line);
  const closes = /^[ \t]*[})\]]/.test(value.slice(selectionEnd));
  insert(field, `\n${margin}${opens ? INDENT : ""}${opens && closes ? `\n${margin}` : ""}`);
  if (opens && closes) {
    const caret = field.selectionStart - margin.length - 1;
    field.setSelectionRange(caret, caret);
  }
}

/** `}` as the first thing of a line goes back by one step. */
function closeBlock(field: HTMLTextAreaElement, event: KeyboardEvent): void {
  const { value, selectionStart, selectionEnd } = field;
  const start = lineStart(value, selectionStart);
  const margin = value.slice(start, selectionStart);
  if (selectionStart !== selectionEnd || margin === "" || margin.trim() !== "") return;
  event.preventDefault();
  field.setSelectionRange(start, selectionStart);
  insert(field, `${outdented(margin)}}`);
}

function changeLines(field: HTMLTextAreaElement, change: (line: string, all: readonly string[]) => string): void {
  const { value, selectionStart, selectionEnd } = field;
  const start = lineStart(value, selectionStart);
  // A selection that ends before the first letter of a line does not mean that line.
  const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
  const lineEnd = value.indexOf("\n", last);
  const end = lineEnd < 0 ? value.length : lineEnd;
  const before = value.slice(start, end);
  const lines = before.split("\n");
  const after = lines.map((line) => change(line, lines)).join("\n");
  if (after === before) return;
  const firstBy = change(lines[0] ?? "", lines).length - (lines[0] ?? "").length;
  field.setSelectionRange(start, end);
  insert(field, after);
  const from = Math.max(start, selectionStart + firstBy);
  field.setSelectionRange(from, Math.max(from, selectionEnd + after.length - before.length));
}

function indented(line: string): string {
  return line === "" ? line : INDENT + line;
}

function outdented(line: string): string {
  return line.replace(/^(?:\t| {1,4})/, "");
}

function commentToggled(line: string, all: readonly string[]): string {
  const isComment = (text: string): boolean => text.trim() === "" || text.trimStart().startsWith("//");
  if (line.trim() === "" && all.length > 1) return line;
  if (all.every(isComment) && all.some((text) => text.trim() !== "")) return line.replace(/\/\/ ?/, "");
  return line.replace(/^[ \t]*/, (margin) => `${margin}// `);
}

function selectsLines({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): boolean {
  return value.slice(selectionStart, selectionEnd).includes("\n");
}

function columnOf({ value, selectionStart }: HTMLTextAreaElement): number {
  return selectionStart - lineStart(value, selectionStart);
}

function lineStart(value: string, offset: number): number {
  return value.lastIndexOf("\n", offset - 1) + 1;
}
