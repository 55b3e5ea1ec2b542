// A fault of the compiler on the page: what, where, and the line it is about; a press goes there.
// It must never word a fault: the words are the compiler's.

import { element } from "../dom.ts";
import type { Fault, Place } from "../run/message.ts";

export function faultView(fault: Fault, goTo: (place: Place) => void): HTMLElement {
  const { code, severity, message, hint, frame } = fault;
  const head = element(
    "div",
    { className: "fault-head" },
    placeButton(fault, goTo),
    element("span", { className: "fault-code" }, code),
  );
  const view = element("div", { className: `fault fault-${severity}` }, head, element("div", { className: "fault-message" }, message));
  if (hint !== undefined) view.append(element("div", { className: "fault-advice" }, hint));
  if (frame !== "") view.append(element("pre", { className: "fault-frame" }, frame));
  return view;
}

/** `file:line:column`, which leads there. */
function placeButton(place: Place, goTo: (place: Place) => void): HTMLElement {
  const button = element("button", { type: "button", className: "place" }, `${place.file}:${place.line}:${place.column}`);
  button.addEventListener("click", () => goTo(place));
  return button;
}
