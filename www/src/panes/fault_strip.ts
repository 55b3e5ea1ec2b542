// Under the editor: the fault in the line of the caret, for those who cannot point at the underlining.
// It must never take room where there is no fault.

import { element } from "../dom.ts";
import type { Fault } from "../run/message.ts";

export class FaultStrip {
  readonly element = element("div", { className: "fault-strip", hidden: true, attributes: { role: "status" } });
  #faults: readonly Fault[] = [];
  #caret = { line: 1, column: 1 };

  /** The faults of the file that is shown. */
  show(faults: readonly Fault[]): void {
    this.#faults = faults;
    this.#draw();
  }

  caret(position: { line: number; column: number }): void {
    this.#caret = position;
    this.#draw();
  }

  #draw(): void {
    const { line, column } = this.#caret;
    const inLine = this.#faults.filter((fault) => fault.line === line);
    const fault = inLine.findLast((candidate) => candidate.column <= column) ?? inLine[0];
    this.element.hidden = fault === undefined;
    if (fault === undefined) return;
    this.element.className = `fault-strip fault-${fault.severity}`;
    this.element.textContent = fault.message;
  }
}
