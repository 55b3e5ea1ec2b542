// Makes elements in one line each.
// It must never hold state or know what the page is about.

type Properties<E> = { [K in Exclude<keyof E, "attributes">]?: E[K] } & {
  readonly attributes?: Readonly<Record<string, string>>;
};

/** A new element with its properties, attributes and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const { attributes, ...rest } = properties;
  const made = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing of 16 by 16 units in the colour of the text around it. */
export function icon(path: string): SVGSVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 16 16");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

/** The drawings of the page. */
export const drawing = {
  run: "M4.5 2.5v11l8.5-5.5z",
  stop: "M4 4h8v8h-8z",
  add: "M8 3v10M3 8h10",
  close: "M4.5 4.5l7 7M11.5 4.5l-7 7",
  rename: "M3 13l.6-2.6 7.3-7.3 2 2-7.3 7.3zM9.6 4.4l2 2",
  share: "M6.6 9.4l2.8-2.8M7.4 4.9l1.8-1.8a2.6 2.6 0 0 1 3.7 3.7l-1.8 1.8M8.6 11.1l-1.8 1.8a2.6 2.6 0 0 1-3.7-3.7l1.8-1.8",
  copy: "M5.5 5.5h7v7h-7zM10.5 5.5v-2h-7v7h2",
  clear: "M8 2.8a5.2 5.2 0 1 0 0 10.4a5.2 5.2 0 0 0 0-10.4M4.4 4.4l7.2 7.2",
} as const;
