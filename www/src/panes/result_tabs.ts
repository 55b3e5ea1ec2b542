// The panels beside the editor, of which one is shown: output, problems, JavaScript.
// It must never know what is in them.

import { element } from "../dom.ts";
import { label, type Word } from "../language/words.ts";
import { addTabKeys, markTab } from "./tab_keys.ts";

export interface Panel {
  readonly name: string;
  readonly word: Word;
  readonly content: HTMLElement;
}

export class ResultTabs {
  readonly bar: HTMLElement;
  readonly panels: HTMLElement;
  readonly #tabs = new Map<string, { tab: HTMLElement; panel: HTMLElement; badge: HTMLElement }>();

  constructor(panels: readonly Panel[], ...tools: HTMLElement[]) {
    const row = label(element("div", { className: "tabs", attributes: { role: "tablist" } }), "result", "aria-label");
    this.panels = element("div", { className: "panels" });
    for (const { name, word, content } of panels) {
      const badge = element("span", { className: "badge", hidden: true });
      const attributes = { role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}` };
      const tab = element("button", { type: "button", className: "tab", attributes }, label(element("span"), word), badge);
      tab.addEventListener("click", () => this.show(name));
      const panelAttributes = { role: "tabpanel", "aria-labelledby": `tab-${name}` };
      const panel = element("div", { className: "panel", id: `panel-${name}`, tabIndex: 0, attributes: panelAttributes }, content);
      this.#tabs.set(name, { tab, panel, badge });
      row.append(tab);
      this.panels.append(panel);
    }
    this.bar = element("div", { className: "tab-bar" }, row, ...tools);
    addTabKeys(row, (tab) => {
      this.show(tab.id.replace("tab-", ""));
      tab.focus();
    });
    this.show(panels[0]?.name ?? "");
  }

  show(name: string): void {
    for (const [candidate, { tab, panel }] of this.#tabs) {
      markTab(tab, candidate === name);
      panel.hidden = candidate !== name;
    }
  }

  /** A number beside a tab's name; none for zero. */
  count(name: string, number: number, severity: "error" | "warning"): void {
    const badge = this.#tabs.get(name)?.badge;
    if (badge === undefined) return;
    badge.hidden = number === 0;
    badge.textContent = String(number);
    badge.className = `badge badge-${severity}`;
  }
}
