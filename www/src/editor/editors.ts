// An editor for each file of the project, the active one shown.
// It must never hold text of its own: what is typed goes to the project.

import { tokensOf } from "../compiler.ts";
import { element } from "../dom.ts";
import { Listeners } from "../listeners.ts";
import type { Change, Project } from "../project/project.ts";
import type { Fault, Place } from "../run/message.ts";
import { Editor } from "./editor.ts";

export class Editors {
  readonly element = element("div", { className: "editors", id: "editors", attributes: { role: "tabpanel" } });
  readonly caretMoved = new Listeners<{ line: number; column: number }>();
  readonly #project: Project;
  readonly #editors = new Map<string, Editor>();

  constructor(project: Project) {
    this.#project = project;
    project.changed.add((change) => this.#follow(change));
    project.activated.add((name) => this.#show(name));
  }

  mark(faults: readonly Fault[]): void {
    for (const [name, editor] of this.#editors) {
      editor.mark(faults.filter(({ file }) => file === name).map((fault) => ({ ...fault, message: `${fault.message} (${fault.code})` })));
    }
  }

  goTo({ file, line, column }: Place): void {
    this.#project.activate(file);
    this.#editors.get(file)?.goTo(line, column);
  }

  focus(): void {
    this.#editors.get(this.#project.active)?.focus();
  }

  #follow(change: Change): void {
    switch (change.kind) {
      case "added":
        return this.#open(change.name);
      case "deleted":
        return this.#close(change.name);
      case "renamed": {
        const editor = this.#editors.get(change.before);
        if (editor === undefined) return;
        this.#editors.delete(change.before);
        this.#editors.set(change.name, editor);
        return editor.rename(change.name);
      }
      case "replaced":
        for (const name of [...this.#editors.keys()]) this.#close(name);
        for (const { name } of this.#project.files) this.#open(name);
    }
  }

  #open(name: string): void {
    const editor = new Editor(name, this.#project.text(name) ?? "", tokensOf);
    this.#editors.set(name, editor);
    editor.show(name === this.#project.active);
    // By the editor, not by the name it had when it was opened: files are renamed.
    editor.typed.add((text) => this.#project.write(this.#nameOf(editor), text));
    editor.caretMoved.add((position) => this.caretMoved.tell(position));
    this.element.append(editor.element);
  }

  #close(name: string): void {
    this.#editors.get(name)?.element.remove();
    this.#editors.delete(name);
  }

  #show(active: string): void {
    for (const [name, editor] of this.#editors) editor.show(name === active);
  }

  #nameOf(editor: Editor): string {
    for (const [name, candidate] of this.#editors) if (candidate === editor) return name;
    return "";
  }
}
