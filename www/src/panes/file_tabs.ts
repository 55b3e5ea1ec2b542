// The row of files: choose, add, rename and delete them.
// It must never touch a file's text.

import { drawing, element, icon } from "../dom.ts";
import { label, languageChanged, say } from "../language/words.ts";
import { completeName } from "../project/file_name.ts";
import type { Project } from "../project/project.ts";
import type { Notice } from "./notice.ts";
import { addTabKeys, markTab } from "./tab_keys.ts";

export class FileTabs {
  readonly element: HTMLElement;
  readonly #project: Project;
  readonly #notice: Notice;
  readonly #row = element("div", { className: "tabs", attributes: { role: "tablist" } });

  constructor(project: Project, notice: Notice) {
    this.#project = project;
    this.#notice = notice;
    const add = element("button", { className: "quiet", type: "button", id: "new-file" }, icon(drawing.add));
    label(add, "newFile", "title", "aria-label");
    label(this.#row, "files", "aria-label");
    add.addEventListener("click", () => this.#addFile());
    this.element = element("div", { className: "tab-bar file-bar" }, this.#row, add);
    addTabKeys(this.#row, (tab) => this.#choose(tab.dataset["file"] ?? ""));
    this.#row.addEventListener("keydown", (event) => this.#onKey(event));
    project.changed.add(({ kind }) => kind !== "text" && this.#draw());
    project.activated.add(() => this.#draw());
    languageChanged.add(() => this.#draw());
  }

  /** The files with errors are shown as such. */
  mark(faulty: ReadonlySet<string>): void {
    for (const tab of this.#tabs()) tab.classList.toggle("faulty", faulty.has(tab.dataset["file"] ?? ""));
  }

  #draw(): void {
    const hadFocus = this.#row.contains(document.activeElement);
    const faulty = new Set(this.#tabs().filter((tab) => tab.classList.contains("faulty")).map((tab) => tab.dataset["file"]));
    this.#row.replaceChildren(...this.#project.files.map(({ name }, at) => this.#tab(name, at === 0, faulty.has(name))));
    const active = this.#tabs().find((tab) => tab.dataset["file"] === this.#project.active);
    active?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (hadFocus) active?.focus();
  }

  #tab(name: string, isEntry: boolean, isFaulty: boolean): HTMLElement {
    const isActive = name === this.#project.active;
    const tab = element("button", { type: "button", className: "tab", attributes: { role: "tab", "aria-controls": "editors" } }, name);
    tab.dataset["file"] = name;
    tab.classList.toggle("faulty", isFaulty);
    markTab(tab, isActive);
    if (isEntry) {
      tab.title = say("startsHere");
      tab.prepend(icon(drawing.run));
    }
    tab.addEventListener("click", () => this.#project.activate(name));
    tab.addEventListener("dblclick", () => this.#editName(name));
    const holder = element("div", { className: "file", attributes: { role: "presentation" } }, tab);
    if (isActive) {
      holder.classList.add("active");
      holder.append(this.#tool("renameFile", drawing.rename, () => this.#editName(name)));
      if (this.#project.files.length > 1) holder.append(this.#tool("deleteFile", drawing.close, () => this.#delete(name)));
    }
    return holder;
  }

  #tool(word: "renameFile" | "deleteFile", path: string, act: () => void): HTMLElement {
    const attributes = { title: say(word), "aria-label": say(word) };
    const tool = element("button", { type: "button", className: "quiet tool", attributes }, icon(path));
    tool.addEventListener("click", act);
    return tool;
  }

  #onKey(event: KeyboardEvent): void {
    const name = event.target instanceof HTMLElement ? event.target.dataset["file"] : undefined;
    if (name === undefined) return;
    if (event.key === "F2") this.#editName(name);
    else if (event.key === "Delete") this.#delete(name);
    else return;
    event.preventDefault();
  }

  #choose(name: string): void {
    this.#project.activate(name);
    this.#tabs().find((tab) => tab.dataset["file"] === name)?.focus();
  }

  #addFile(): void {
    let number = this.#project.files.length + 1;
    while (!this.#project.isFree(`модул${number}.som`)) number += 1;
    const name = `модул${number}.som`;
    this.#project.add(name);
    this.#editName(name);
  }

  #delete(name: string): void {
    if (this.#project.files.length === 1) return;
    const before = [...this.#project.files];
    this.#project.delete(name);
    this.#notice.show(say("fileDeleted", { name }), {
      words: say("undo"),
      act: () => this.#project.replace(before, name),
    });
  }

  /** A field in place of the tab; Enter and leaving accept, Escape does not. */
  #editName(name: string): void {
    const tab = this.#tabs().find((candidate) => candidate.dataset["file"] === name);
    const holder = tab?.parentElement;
    if (holder === null || holder === undefined) return;
    const attributes = { "aria-label": say("fileName") };
    const field = element("input", { className: "file-name", value: name, spellcheck: false, attributes });
    const fit = (): void => field.style.setProperty("width", `${Math.max(field.value.length, 6) + 2}ch`);
    const typed = (): string => completeName(field.value);
    const isWrong = (): boolean => typed() !== name && !this.#project.isFree(typed());
    let done = false;
    const finish = (accept: boolean): void => {
      if (done) return;
      done = true;
      if (accept && typed() !== name && !isWrong()) this.#project.rename(name, typed());
      else this.#draw();
    };
    field.addEventListener("input", () => {
      fit();
      field.setCustomValidity(isWrong() ? say("fileNameWrong") : "");
      field.title = isWrong() ? say("fileNameWrong") : "";
    });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === "Enter" && isWrong()) field.reportValidity();
      else if (event.key === "Enter" || event.key === "Escape") {
        finish(event.key === "Enter");
        this.#choose(this.#project.active);
      }
    });
    field.addEventListener("blur", () => finish(true));
    fit();
    holder.replaceChildren(field);
    field.focus();
    field.setSelectionRange(0, name.lastIndexOf("."));
  }

  #tabs(): HTMLElement[] {
    return [...this.#row.querySelectorAll<HTMLElement>('[role="tab"]')];
  }
}
