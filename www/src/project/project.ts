// The program under edit: its files in order, the first of them being where it starts.
// It must never know how files are shown, kept or compiled.

import { Listeners } from "../listeners.ts";
import { isFileName } from "./file_name.ts";

export interface ProjectFile {
  readonly name: string;
  readonly text: string;
}

export type Files = readonly ProjectFile[];

/** What happened to the files; `replaced` means that nothing of before holds. */
export type Change =
  | { readonly kind: "text"; readonly name: string }
  | { readonly kind: "added" | "deleted"; readonly name: string }
  | { readonly kind: "renamed"; readonly name: string; readonly before: string }
  | { readonly kind: "replaced" };

export class Project {
  readonly changed = new Listeners<Change>();
  readonly activated = new Listeners<string>();
  #files: ProjectFile[] = [];
  #active = "";

  get files(): Files {
    return this.#files;
  }

  /** The file whose editor is shown. */
  get active(): string {
    return this.#active;
  }

  get entry(): string {
    return this.#files[0]?.name ?? "";
  }

  text(name: string): string | undefined {
    return this.#files.find((file) => file.name === name)?.text;
  }

  replace(files: Files, active?: string): void {
    this.#files = files.map(({ name, text }) => ({ name, text: withLineFeeds(text) }));
    this.#active = this.#files.some((file) => file.name === active) ? (active ?? "") : this.entry;
    this.changed.tell({ kind: "replaced" });
    this.activated.tell(this.#active);
  }

  activate(name: string): void {
    if (name === this.#active || this.text(name) === undefined) return;
    this.#active = name;
    this.activated.tell(name);
  }

  write(name: string, text: string): void {
    const at = this.#indexOf(name);
    if (at < 0 || this.#files[at]?.text === text) return;
    this.#files[at] = { name, text };
    this.changed.tell({ kind: "text", name });
  }

  add(name: string, text = ""): void {
    if (!this.isFree(name)) return;
    this.#files.push({ name, text: withLineFeeds(text) });
    this.changed.tell({ kind: "added", name });
    this.activate(name);
  }

  rename(before: string, name: string): void {
    const at = this.#indexOf(before);
    const file = this.#files[at];
    if (file === undefined || !this.isFree(name)) return;
    this.#files[at] = { name, text: file.text };
    if (this.#active === before) this.#active = name;
    this.changed.tell({ kind: "renamed", name, before });
    this.activated.tell(this.#active);
  }

  /** The last file stays: a program without one has nowhere to start. */
  delete(name: string): void {
    const at = this.#indexOf(name);
    if (at < 0 || this.#files.length === 1) return;
    this.#files.splice(at, 1);
    this.changed.tell({ kind: "deleted", name });
    if (this.#active !== name) return;
    this.#active = this.#files[Math.max(0, at - 1)]?.name ?? "";
    this.activated.tell(this.#active);
  }

  isFree(name: string): boolean {
    return isFileName(name) && this.#indexOf(name) < 0;
  }

  #indexOf(name: string): number {
    return this.#files.findIndex((file) => file.name === name);
  }
}

/** Text fields have line feeds only; offsets must mean the same in the text and in its field. */
function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}
