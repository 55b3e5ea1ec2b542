// Compiles the program a moment after it changed and tells what was found.
// It must never tell the findings of a text that has changed again since.

import { check, type Checked } from "./compiler.ts";
import { language } from "./language/words.ts";
import { Listeners } from "./listeners.ts";
import type { Project } from "./project/project.ts";

const DELAY_MS = 250;

export class Checker {
  readonly found = new Listeners<Checked>();
  readonly #project: Project;
  readonly #strict: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(project: Project, strict: () => boolean) {
    this.#project = project;
    this.#strict = strict;
  }

  soon(delay = DELAY_MS): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), delay);
  }

  async #check(): Promise<void> {
    const turn = this.#turn;
    try {
      const checked = await check([...this.#project.files], this.#strict(), language());
      if (turn === this.#turn) this.found.tell(checked);
    } catch (error) {
      // The run will say the same where the user looks for it.
      console.warn("check:", error);
    }
  }
}
