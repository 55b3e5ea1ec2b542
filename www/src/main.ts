// Starts the page: makes its parts and connects them.
// It must never do the work of a part.

import "./style/theme.css";
import "./style/page.css";
import "./style/editor.css";
import "./style/result.css";
import { Checker } from "./checker.ts";
import { packageVersion, type Checked } from "./compiler.ts";
import { drawing, element, icon } from "./dom.ts";
import { Editors } from "./editor/editors.ts";
import { EXAMPLES } from "./examples/examples.ts";
import { label, language, languageChanged, say } from "./language/words.ts";
import { keepOffline } from "./offline.ts";
import { FaultStrip } from "./panes/fault_strip.ts";
import { FileTabs } from "./panes/file_tabs.ts";
import { JavaScriptPane } from "./panes/javascript.ts";
import { Notice } from "./panes/notice.ts";
import { Output } from "./panes/output.ts";
import { Problems } from "./panes/problems.ts";
import { ResultTabs } from "./panes/result_tabs.ts";
import { Status } from "./panes/status.ts";
import { Toolbar } from "./panes/toolbar.ts";
import { Project, type Files } from "./project/project.ts";
import { linkTo, programIn } from "./project/share_link.ts";
import { keepProgram, keepSetting, lastProgram, setting } from "./project/storage.ts";
import type { Place } from "./run/message.ts";
import { ProgramRun } from "./run/program_run.ts";

const STRICT = "strict";

let strict = setting(STRICT) !== "no";
let checked: Checked = { faults: [], code: new Map() };

const project = new Project();
const notice = new Notice();
const editors = new Editors(project);
const fileTabs = new FileTabs(project, notice);
const faultStrip = new FaultStrip();
const goTo = (place: Place): void => editors.goTo(place);
const output = new Output(goTo);
const problems = new Problems(goTo);
const javascript = new JavaScriptPane(notice);
const clear = label(element("button", { type: "button", className: "quiet" }, icon(drawing.clear)), "clear", "title", "aria-label");
const results = new ResultTabs(
  [
    { name: "output", word: "output", content: output.element },
    { name: "problems", word: "problems", content: problems.element },
    { name: "javascript", word: "javascript", content: javascript.element },
  ],
  clear,
);
const status = new Status(packageVersion);
const toolbar = new Toolbar(strict);
const checker = new Checker(project, () => strict);
const run = new ProgramRun({ output, status, toolbar, showOutput: () => results.show("output") });

document.body.append(
  toolbar.element,
  element(
    "main",
    {},
    label(element("section", { className: "pane program" }, fileTabs.element, editors.element, faultStrip.element), "program", "aria-label"),
    label(element("section", { className: "pane result" }, results.bar, results.panels), "result", "aria-label"),
  ),
  status.element,
  notice.element,
);

project.changed.add(({ kind }) => {
  checker.soon(kind === "text" ? undefined : 0);
  // A program that came by a link takes the place of the user's own one only when it is edited.
  if (kind !== "replaced") keep();
});
project.activated.add(showActive);
checker.found.add((found) => {
  checked = found;
  const errors = found.faults.filter(({ severity }) => severity === "error");
  editors.mark(found.faults);
  problems.show(found.faults);
  results.count("problems", found.faults.length, errors.length > 0 ? "error" : "warning");
  fileTabs.mark(new Set(errors.map(({ file }) => file)));
  showActive();
});
editors.caretMoved.add((position) => {
  status.caret(position);
  faultStrip.caret(position);
});
languageChanged.add(() => {
  showLanguage();
  checker.soon(0);
});
clear.addEventListener("click", () => output.clear());
toolbar.runWanted.add(startRun);
toolbar.stopWanted.add(() => run.stop());
toolbar.strictChosen.add((chosen) => {
  strict = chosen;
  keepSetting(STRICT, chosen ? "yes" : "no");
  checker.soon(0);
});
toolbar.exampleWanted.add((id) => {
  const example = EXAMPLES.find((candidate) => candidate.id === id);
  if (example === undefined) return;
  const before = { files: [...project.files], active: project.active };
  run.stop();
  open(example.files);
  notice.show(say("exampleLoaded", { name: say(example.word) }), {
    words: say("undo"),
    act: () => open(before.files, before.active),
  });
});
toolbar.shareWanted.add(() => void share());
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    startRun();
  }
});
addEventListener("hashchange", () => void openLink());

showLanguage();
await openFirst();
keepOffline();

/** The program of the link, else the one of last time, else the first example. */
async function openFirst(): Promise<void> {
  if (await openLink()) return;
  const last = lastProgram();
  if (last !== undefined) project.replace(last.files, last.active);
  else project.replace(EXAMPLES[0]?.files ?? [{ name: "main.som", text: "" }]);
}

async function openLink(): Promise<boolean> {
  const files = await programIn(location.hash);
  if (files === null) notice.show(say("linkDamaged"));
  if (!files) return false;
  project.replace(files);
  return true;
}

function open(files: Files, active?: string): void {
  project.replace(files, active);
  keep();
}

function keep(): void {
  keepProgram(project.files, project.active);
  // The link in the address bar is no longer this program.
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
}

function startRun(): void {
  notice.hide();
  run.start({ files: [...project.files], entry: project.entry, strict, locale: language() });
}

async function share(): Promise<void> {
  const link = await linkTo(project.files);
  history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link);
    notice.show(say("linkCopied"));
  } catch {
    notice.show(say("linkReady")); // no clipboard, or none for this page
  }
}

function showActive(): void {
  faultStrip.show(checked.faults.filter(({ file }) => file === project.active));
  javascript.show(project.active, checked.code.get(project.active));
}

function showLanguage(): void {
  document.documentElement.lang = language();
}
