// The editor of one file: a text field with coloured lines under it and numbers beside it.
// A field per file, so that each keeps its own undo, caret and scroll place.

import type { Token } from "somon-wasm";
import { element } from "../dom.ts";
import { languageChanged, say } from "../language/words.ts";
import { Listeners } from "../listeners.ts";
import { addEditingKeys } from "./editing_keys.ts";
import { highlightedLines, type Mark } from "./highlight.ts";
import { offsetAt, positionAt } from "./position.ts";

/** Beyond this a file is shown in one colour: nobody waits for a colour at each key. */
const COLOURED_LENGTH_MAX = 200_000;

export class Editor {
  readonly element: HTMLElement;
  readonly typed = new Listeners<string>();
  readonly caretMoved = new Listeners<{ line: number; column: number }>();
  readonly #field: HTMLTextAreaElement;
  readonly #lines = element("div", { className: "lines", attributes: { "aria-hidden": "true" } });
  readonly #gutter = element("div", { className: "gutter", attributes: { "aria-hidden": "true" } });
  readonly #tokens: (text: string) => readonly Token[];
  #name: string;
  #shown: string[] = [];
  #marks: readonly Mark[] = [];

  constructor(name: string, text: string, tokens: (name: string, text: string) => readonly Token[]) {
    this.#name = name;
    this.#tokens = (text) => (text.length > COLOURED_LENGTH_MAX ? [] : tokens(this.#name, text));
    this.#field = element("textarea", {
      className: "field",
      value: text,
      spellcheck: false,
      autocomplete: "off",
      autocapitalize: "off",
      selectionEnd: 0,
      attributes: { autocorrect: "off", wrap: "off", "aria-describedby": "keys-hint" },
    });
    const sheet = element("div", { className: "sheet" }, this.#lines, this.#field);
    this.element = element("div", { className: "editor" }, this.#gutter, sheet);
    addEditingKeys(this.#field);
    this.#field.addEventListener("input", () => this.#onInput());
    for (const event of ["keyup", "pointerup", "focus", "select"] as const) {
      this.#field.addEventListener(event, () => this.#tellCaret());
    }
    this.#field.addEventListener("pointermove", (event) => this.#showMessageAt(event));
    // A press beside the text still means the text.
    this.element.addEventListener("pointerdown", (event) => {
      if (event.target !== this.element && event.target !== this.#gutter) return;
      event.preventDefault();
      this.#field.focus();
    });
    languageChanged.add(() => this.#nameField());
    this.#nameField();
    this.#draw();
  }

  rename(name: string): void {
    this.#name = name;
    this.#nameField();
    this.#draw();
  }

  /** The faults found in exactly this text. */
  mark(marks: readonly Mark[]): void {
    this.#marks = marks;
    this.#draw();
  }

  show(visible: boolean): void {
    this.element.hidden = !visible;
    if (visible) this.#tellCaret();
  }

  focus(): void {
    this.#field.focus({ preventScroll: true });
  }

  /** Puts the caret at a place and brings it into view. */
  goTo(line: number, column: number): void {
    const offset = offsetAt(this.#field.value, line, column);
    this.focus();
    this.#field.setSelectionRange(offset, offset);
    this.#reveal(offset, "middle");
    this.#tellCaret();
  }

  #onInput(): void {
    const text = this.#field.value;
    this.#marks = []; // their places are those of the text before
    this.#draw();
    this.#reveal(this.#field.selectionEnd, "nearest");
    this.typed.tell(text);
    this.#tellCaret();
  }

  #draw(): void {
    const text = this.#field.value;
    const lines = highlightedLines(text, this.#tokens(text), this.#marks);
    replaceLines(this.#lines, this.#shown, lines);
    this.#shown = lines;
    const digits = Math.max(2, String(lines.length).length);
    this.element.style.setProperty("--gutter-digits", String(digits));
    if (this.#gutter.childElementCount !== lines.length) {
      this.#gutter.replaceChildren(...lines.map((_, at) => element("div", { textContent: String(at + 1) })));
    }
    const faulty = new Map<number, string>();
    for (const mark of [...this.#marks].reverse()) faulty.set(positionAt(text, mark.start).line, mark.severity);
    [...this.#gutter.children].forEach((number, at) => {
      number.className = faulty.has(at + 1) ? `faulty-${faulty.get(at + 1)}` : "";
    });
  }

  /** The field is as large as its text, so its surroundings scroll, and the caret is theirs to keep in view. */
  #reveal(offset: number, where: "nearest" | "middle"): void {
    this.#field.scrollTop = 0;
    this.#field.scrollLeft = 0;
    const { line, column } = positionAt(this.#field.value, offset);
    const row = this.#lines.children[line - 1];
    if (row === undefined) return;
    const view = this.element.getBoundingClientRect();
    const { top, bottom } = row.getBoundingClientRect();
    const left = leftOf(row, column - 1);
    const scroll = this.element;
    if (top < view.top || bottom > view.bottom - 12) {
      const middle = top - view.top - (scroll.clientHeight - (bottom - top)) / 2;
      scroll.scrollTop += where === "middle" ? middle : top < view.top ? top - view.top : bottom - view.top - scroll.clientHeight + 12;
    }
    const textLeft = view.left + this.#gutter.offsetWidth;
    if (left < textLeft + 8) scroll.scrollLeft += left - textLeft - 40;
    else if (left > view.left + scroll.clientWidth - 24) scroll.scrollLeft += left - view.left - scroll.clientWidth + 48;
  }

  #tellCaret(): void {
    if (!this.element.hidden) this.caretMoved.tell(positionAt(this.#field.value, this.#field.selectionEnd));
  }

  /** The underlined letters lie under the field: the field shows their message for them. */
  #showMessageAt(event: PointerEvent): void {
    const under = document.elementsFromPoint(event.clientX, event.clientY);
    const mark = under.find((found): found is HTMLElement => found instanceof HTMLElement && found.classList.contains("mark"));
    const message = mark?.dataset["message"] ?? "";
    if (this.#field.title !== message) this.#field.title = message;
  }

  #nameField(): void {
    this.#field.setAttribute("aria-label", say("editorOf", { name: this.#name }));
  }
}

/** Touches only the lines between the first and the last that differ. */
function replaceLines(parent: Element, before: readonly string[], after: readonly string[]): void {
  let first = 0;
  while (first < before.length && first < after.length && before[first] === after[first]) first += 1;
  let last = 0;
  const shared = Math.min(before.length, after.length) - first;
  while (last < shared && before.at(-1 - last) === after.at(-1 - last)) last += 1;
  const next = parent.children[before.length - last] ?? null;
  for (let count = before.length - last - first; count > 0; count -= 1) parent.children[first]?.remove();
  for (const html of after.slice(first, after.length - last)) {
    parent.insertBefore(element("div", { className: "line", innerHTML: html === "" ? "\u200b" : html }), next);
  }
}

/** Where a letter of a drawn line begins on the screen. */
function leftOf(row: Element, index: number): number {
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  let rest = index;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const length = node.textContent?.length ?? 0;
    if (rest <= length) {
      const range = document.createRange();
      range.setStart(node, rest);
      return range.getBoundingClientRect().left || row.getBoundingClientRect().left;
    }
    rest -= length;
  }
  return row.getBoundingClientRect().left;
}
