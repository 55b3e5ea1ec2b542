// The programs that come with the page, each a folder of files beside this one.
// It must never name a file: what lies in the folder is the example.

import type { Word } from "../language/words.ts";
import type { Files } from "../project/project.ts";

export interface Example {
  readonly id: string;
  readonly word: Word;
  readonly files: Files;
}

const TITLES = {
  hello: "exampleHello",
  classes: "exampleClasses",
  algorithms: "exampleAlgorithms",
  async: "exampleAsync",
  modules: "exampleModules",
  wrong: "exampleWrong",
} as const satisfies Record<string, Word>;

const texts = import.meta.glob<string>("./*/*", { query: "?raw", import: "default", eager: true });

export const EXAMPLES: readonly Example[] = Object.entries(TITLES).map(([id, word]) => ({ id, word, files: filesOf(id) }));

/** The program starts in `main.som`, so it comes first. */
function filesOf(id: string): Files {
  const prefix = `./${id}/`;
  return Object.entries(texts)
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, text]) => ({ name: path.slice(prefix.length), text }))
    .sort((a, b) => Number(b.name === "main.som") - Number(a.name === "main.som") || a.name.localeCompare(b.name));
}
