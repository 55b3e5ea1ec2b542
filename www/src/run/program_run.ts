// The life of one run on the page: started, printing, ended in one of several ways.
// It must never leave the page saying "running" when nothing runs.

import type { Output } from "../panes/output.ts";
import type { Status } from "../panes/status.ts";
import type { Toolbar } from "../panes/toolbar.ts";
import type { Job, Report } from "./message.ts";
import { Runner } from "./runner.ts";

export interface RunViews {
  readonly output: Output;
  readonly status: Status;
  readonly toolbar: Toolbar;
  readonly showOutput: () => void;
}

export class ProgramRun {
  readonly #views: RunViews;
  readonly #runner = new Runner();
  #isRunning = false;
  #hasFailed = false;

  constructor(views: RunViews) {
    this.#views = views;
    this.#runner.said.add((said) => {
      if ("report" in said) return this.#follow(said.report);
      this.#setRunning(false);
      views.status.say("broken", "bad", { message: said.broken });
    });
  }

  start(job: Job): void {
    this.#hasFailed = false;
    this.#views.output.clear();
    this.#views.showOutput();
    this.#views.status.say("starting", "busy");
    this.#setRunning(true);
    void this.#runner.start(job);
  }

  stop(): void {
    if (!this.#isRunning) return;
    this.#runner.stop();
    this.#setRunning(false);
    this.#views.status.say("stopped", "calm");
  }

  #follow(report: Report): void {
    const { output, status } = this.#views;
    switch (report.kind) {
      case "started":
        return status.say("running", "busy");
      case "printed":
        return output.print(report.entry);
      case "failed":
        this.#hasFailed = true;
        status.say(report.failure.kind === "thrown" ? "failed" : "notCompiled", "bad");
        return output.fail(report.failure);
      case "idle":
        this.#setRunning(false);
        if (!this.#hasFailed) status.say("finished", "good", { time: timeText(report.milliseconds) });
    }
  }

  #setRunning(isRunning: boolean): void {
    this.#isRunning = isRunning;
    this.#views.toolbar.running(isRunning);
  }
}

function timeText(milliseconds: number): string {
  return milliseconds < 10 ? milliseconds.toFixed(1) : String(Math.round(milliseconds));
}
