// Starts each program in a fresh worker and can end it at any moment.
// It must never let a report of a program that was ended reach the page.

import { Listeners } from "../listeners.ts";
import type { Job, Report } from "./message.ts";

export type Running = { readonly report: Report } | { readonly broken: string };

export class Runner {
  /** What the current program has to say. */
  readonly said = new Listeners<Running>();
  #spare: Promise<Worker> | undefined;
  #current: Worker | undefined;
  /** Counts the starts and stops, so that a late start can see that it was overtaken. */
  #turn = 0;

  constructor() {
    this.#prepare();
  }

  async start(job: Job): Promise<void> {
    this.stop();
    const turn = this.#turn;
    const starting = this.#spare ?? readyWorker();
    this.#spare = undefined;
    let worker: Worker;
    try {
      worker = await starting;
    } catch (error) {
      if (turn === this.#turn) this.said.tell({ broken: String(error) });
      return;
    }
    if (turn !== this.#turn) {
      worker.terminate();
      return;
    }
    this.#current = worker;
    const channel = new MessageChannel();
    channel.port1.onmessage = (event: MessageEvent<Report>) => {
      if (this.#current === worker) this.said.tell({ report: event.data });
    };
    worker.postMessage(job, [channel.port2]);
    this.#prepare();
  }

  stop(): void {
    this.#turn += 1;
    this.#current?.terminate();
    this.#current = undefined;
    this.#prepare();
  }

  /** The next worker loads the package while the user is still typing. */
  #prepare(): void {
    if (this.#spare !== undefined) return;
    const spare = readyWorker();
    this.#spare = spare;
    spare.catch(() => {
      if (this.#spare === spare) this.#spare = undefined;
    });
  }
}

function readyWorker(): Promise<Worker> {
  const worker = new Worker(new URL("../program/worker.ts", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = () => {
      worker.onmessage = null;
      worker.onerror = null;
      resolve(worker);
    };
    worker.onerror = (event) => {
      worker.terminate();
      reject(new Error(event.message || "the worker could not be loaded"));
    };
  });
}
