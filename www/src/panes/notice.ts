// A short message at the bottom that goes by itself, with at most one thing to do about it.
// It must never take the focus.

import { element } from "../dom.ts";

const SHOWN_MS = 6000;

export interface Remedy {
  readonly words: string;
  readonly act: () => void;
}

export class Notice {
  readonly element = element("div", { className: "notice", hidden: true, attributes: { role: "status" } });
  #timer: ReturnType<typeof setTimeout> | undefined;

  show(words: string, remedy?: Remedy): void {
    clearTimeout(this.#timer);
    this.element.replaceChildren(element("span", {}, words));
    if (remedy !== undefined) {
      const button = element("button", { type: "button" }, remedy.words);
      button.addEventListener("click", () => {
        remedy.act();
        this.hide();
      });
      this.element.append(button);
    }
    this.element.hidden = false;
    this.#timer = setTimeout(() => this.#hideUnlessUsed(), SHOWN_MS);
  }

  #hideUnlessUsed(): void {
    if (this.element.matches(":hover, :focus-within")) this.#timer = setTimeout(() => this.#hideUnlessUsed(), 1000);
    else this.hide();
  }

  hide(): void {
    this.element.hidden = true;
  }
}
