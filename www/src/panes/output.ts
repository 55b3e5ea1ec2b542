// What the program prints, as it prints it, and how it ended.
// It must never draw more often than the screen does: programs print faster.

import { element } from "../dom.ts";
import { languageChanged, say, type Word } from "../language/words.ts";
import type { Entry, Failure, Piece, Place } from "../run/message.ts";
import { faultView } from "./fault_view.ts";

/** What is left of "is at the end" when the user has not quite scrolled down. */
const END_SLACK_PX = 24;

export class Output {
  readonly element: HTMLElement;
  readonly #list = element("div", { className: "entries", attributes: { role: "log" } });
  readonly #empty = element("p", { className: "empty" });
  readonly #goTo: (place: Place) => void;
  #waiting: Node[] = [];
  #frame = 0;

  constructor(goTo: (place: Place) => void) {
    this.#goTo = goTo;
    this.element = element("div", { className: "output" }, this.#empty, this.#list);
    const write = (): void => void (this.#empty.textContent = say("outputEmpty"));
    write();
    languageChanged.add(write);
  }

  clear(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#waiting = [];
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }

  print(entry: Entry): void {
    switch (entry.kind) {
      case "clear":
        return this.clear();
      case "limit":
        return this.#add(noteView("limit"));
      case "table":
        return this.#add(indented(tableView(entry.head, entry.rows), entry.depth));
      case "line":
        return this.#add(indented(element("div", { className: `entry entry-${entry.level}` }, ...pieceViews(entry.pieces)), entry.depth));
    }
  }

  fail(failure: Failure): void {
    switch (failure.kind) {
      case "faults": {
        // As one view, so that the first fault is what is seen of it.
        const errors = failure.faults.filter(({ severity }) => severity === "error");
        return this.#add(element("div", {}, noteView("notCompiled"), ...errors.map((fault) => faultView(fault, this.#goTo))));
      }
      case "refused":
        return this.#add(element("div", { className: "entry entry-error" }, `${failure.code}: ${failure.message}`));
      case "thrown": {
        const view = element("div", { className: "entry entry-error thrown" });
        view.append(element("div", { className: "thrown-label" }, say("thrown")), element("div", {}, ...pieceViews(failure.pieces)));
        if (failure.calls.length > 0) view.append(element("div", { className: "thrown-calls" }, failure.calls.join(" ← ")));
        return this.#add(view);
      }
    }
  }

  #add(view: Node): void {
    this.#waiting.push(view);
    // Frames stop while the page is in the background; then nobody looks, and the list is bounded by its sender.
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    const scroll = this.element;
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < END_SLACK_PX;
    const wasEmpty = !this.#empty.hidden;
    this.#empty.hidden = true;
    this.#list.append(...this.#waiting);
    const isOneView = wasEmpty && this.#waiting.length === 1;
    this.#waiting = [];
    if (atEnd && !isOneView) scroll.scrollTop = scroll.scrollHeight;
  }
}

function pieceViews(pieces: readonly Piece[]): (Node | string)[] {
  return pieces.map(({ kind, text }) => (kind === "plain" ? text : element("span", { className: `piece-${kind}` }, text)));
}

function tableView(head: readonly string[], rows: readonly (readonly Piece[])[][]): HTMLElement {
  const header = element("tr", {}, ...head.map((name) => element("th", {}, name)));
  const body = rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, ...pieceViews(cell)))));
  const table = element("table", {}, element("thead", {}, header), element("tbody", {}, ...body));
  return element("div", { className: "entry entry-table" }, table);
}

function noteView(word: Word): HTMLElement {
  return element("div", { className: "entry note" }, say(word));
}

function indented(view: HTMLElement, depth: number): HTMLElement {
  if (depth > 0) view.style.setProperty("--group-depth", String(depth));
  return view;
}
