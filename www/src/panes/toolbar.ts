// The head of the page: run and stop, examples, link, strictness, language.
// It must never do these things itself: it tells that they are wanted.

import { drawing, element, icon } from "../dom.ts";
import { EXAMPLES } from "../examples/examples.ts";
import { LANGUAGES, chooseLanguage, label, language, languageChanged, say } from "../language/words.ts";
import { Listeners } from "../listeners.ts";

export class Toolbar {
  readonly element: HTMLElement;
  readonly runWanted = new Listeners();
  readonly stopWanted = new Listeners();
  readonly shareWanted = new Listeners();
  readonly strictChosen = new Listeners<boolean>();
  readonly exampleWanted = new Listeners<string>();
  readonly #run = button("run", "runHint", drawing.run, "primary");
  readonly #stop = button("stop", "stopHint", drawing.stop, "danger");

  constructor(strict: boolean) {
    const share = button("share", "shareHint", drawing.share, "plain");
    this.#run.id = "run";
    this.#stop.id = "stop";
    share.id = "share";
    this.#run.addEventListener("click", () => this.runWanted.tell());
    this.#stop.addEventListener("click", () => this.stopWanted.tell());
    share.addEventListener("click", () => this.shareWanted.tell());
    const brand = element("h1", {}, element("img", { src: "./icon.svg", alt: "", width: 26, height: 26 }), "SomonScript");
    const actions = element("div", { className: "actions" }, this.#run, this.#stop);
    const tools = element("div", { className: "tools" }, this.#examples(), share, this.#strict(strict), languages());
    this.element = element("header", { className: "toolbar" }, brand, actions, tools);
    this.running(false);
  }

  running(isRunning: boolean): void {
    const stopHadFocus = document.activeElement === this.#stop;
    this.#stop.disabled = !isRunning;
    if (!isRunning && stopHadFocus) this.#run.focus();
  }

  #examples(): HTMLElement {
    const select = element("select", { id: "examples" });
    label(select, "examples", "aria-label");
    const draw = (): void => {
      const options = EXAMPLES.map(({ id, word }) => element("option", { value: id }, say(word)));
      select.replaceChildren(element("option", { value: "", hidden: true }, say("examples")), ...options);
      select.value = "";
    };
    select.addEventListener("change", () => {
      this.exampleWanted.tell(select.value);
      select.value = "";
    });
    languageChanged.add(draw);
    draw();
    return select;
  }

  #strict(checked: boolean): HTMLElement {
    const box = element("input", { type: "checkbox", checked, id: "strict" });
    box.addEventListener("change", () => this.strictChosen.tell(box.checked));
    return label(element("label", { className: "check" }, box, label(element("span"), "strict")), "strictHint", "title");
  }
}

function button(word: "run" | "stop" | "share", hint: "runHint" | "stopHint" | "shareHint", path: string, look: string): HTMLButtonElement {
  const made = element("button", { type: "button", className: look }, icon(path), label(element("span"), word));
  return label(made, hint, "title");
}

function languages(): HTMLElement {
  const options = Object.entries(LANGUAGES).map(([tag, name]) => element("option", { value: tag, lang: tag }, name));
  const select = element("select", { id: "language" }, ...options);
  select.value = language();
  select.addEventListener("change", () => chooseLanguage(select.value));
  return label(select, "interfaceLanguage", "aria-label");
}
