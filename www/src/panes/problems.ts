// The faults of all files, as the compiler found them while the user was typing.
// It must never show faults of an older text as if they were new.

import { element } from "../dom.ts";
import { label } from "../language/words.ts";
import type { Fault, Place } from "../run/message.ts";
import { faultView } from "./fault_view.ts";

export class Problems {
  readonly element: HTMLElement;
  readonly #none = label(element("p", { className: "empty" }), "problemsNone");
  readonly #list = element("div", { className: "faults" });
  readonly #goTo: (place: Place) => void;

  constructor(goTo: (place: Place) => void) {
    this.#goTo = goTo;
    this.element = element("div", { className: "problems" }, this.#none, this.#list);
  }

  show(faults: readonly Fault[]): void {
    this.#none.hidden = faults.length > 0;
    this.#list.replaceChildren(...faults.map((fault) => faultView(fault, this.#goTo)));
  }
}
