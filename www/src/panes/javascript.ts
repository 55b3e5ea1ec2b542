// The JavaScript that the compiler makes of the active file.
// It must never be edited: it is there to be read and copied.

import { drawing, element, icon } from "../dom.ts";
import { label, languageChanged, say } from "../language/words.ts";
import { javascriptHtml } from "./javascript_colours.ts";
import type { Notice } from "./notice.ts";

export class JavaScriptPane {
  readonly element: HTMLElement;
  readonly #code = element("pre", { className: "javascript-code", tabIndex: 0 });
  readonly #none = element("p", { className: "empty" });
  readonly #copy: HTMLButtonElement;
  #shown: { code: string | undefined; isCompiled: boolean } = { code: undefined, isCompiled: true };

  constructor(notice: Notice) {
    this.#copy = element("button", { type: "button", className: "quiet copy" }, icon(drawing.copy));
    label(this.#copy, "copy", "title", "aria-label");
    this.#copy.addEventListener("click", () => {
      void navigator.clipboard.writeText(this.#shown.code ?? "").then(() => notice.show(say("copied")));
    });
    this.element = element("div", { className: "javascript" }, this.#copy, this.#none, this.#code);
    languageChanged.add(() => this.#draw());
  }

  show(file: string, code: string | undefined): void {
    this.#shown = { code, isCompiled: file.endsWith(".som") };
    this.#draw();
  }

  #draw(): void {
    const { code, isCompiled } = this.#shown;
    const hasCode = code !== undefined && isCompiled;
    this.#none.hidden = hasCode;
    this.#code.hidden = !hasCode;
    this.#copy.hidden = !hasCode || !("clipboard" in navigator);
    this.#none.textContent = say(isCompiled ? "javascriptNone" : "javascriptForeign");
    this.#code.innerHTML = hasCode ? javascriptHtml(code) : "";
  }
}
