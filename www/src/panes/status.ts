// One line under the editor: how the program is doing, and where the caret is.
// It must never be the only place of an error: it holds one line.

import { element } from "../dom.ts";
import { label, languageChanged, say, type Word } from "../language/words.ts";

export type Tone = "calm" | "busy" | "good" | "bad";

export class Status {
  readonly element: HTMLElement;
  readonly #state = element("span", { className: "state", attributes: { role: "status" } });
  readonly #caret = element("span", { className: "caret-place" });
  #said: { word: Word; values: Record<string, string | number>; tone: Tone } | undefined;
  #position = { line: 1, column: 1 };

  constructor(version: string) {
    const hint = label(element("span", { id: "keys-hint", className: "for-readers" }), "keysHint");
    this.element = element(
      "footer",
      { className: "status" },
      this.#state,
      hint,
      this.#caret,
      element("span", { className: "version" }, `somon-wasm ${version}`),
    );
    languageChanged.add(() => this.#draw());
    this.#draw();
  }

  say(word: Word, tone: Tone, values: Record<string, string | number> = {}): void {
    this.#said = { word, tone, values };
    this.#draw();
  }

  caret(position: { line: number; column: number }): void {
    this.#position = position;
    this.#draw();
  }

  #draw(): void {
    this.#caret.textContent = say("place", this.#position);
    if (this.#said === undefined) return;
    this.#state.textContent = say(this.#said.word, this.#said.values);
    this.#state.dataset["tone"] = this.#said.tone;
  }
}
