// A generated graph of modules, written twice: in SomonScript and in TypeScript, module by module the same.
// Must never give one of the two an import that the other has not.

import { unit } from "./twin.mjs";

const CHILDREN = 8;

/**
 * A tree, eight imports to a module, with one edge more from each to a later module. `somon` and `typescript`
 * map paths to texts; the first path is the entry.
 */
export function graph(count) {
  return { somon: texts(count, "somon", "som"), typescript: texts(count, "typescript", "ts") };
}

function texts(count, language, extension) {
  const [importWord, fromWord, exportWord, constWord] =
    language === "somon" ? ["ворид", "аз", "содир", "собит"] : ["import", "from", "export", "const"];
  const path = (index) => `m${index}.${extension}`;
  const files = new Map();
  for (let index = 0; index < count; index += 1) {
    const lines = importsOf(index, count).map(
      (target) => `${importWord} { арзишиУмумӣ${target} } ${fromWord} "./${path(target)}";`,
    );
    const sum = importsOf(index, count).map((target) => `арзишиУмумӣ${target}([])`).join(" + ") || "0";
    lines.push(unit(language, index), `${exportWord} ${constWord} ҷамъ${index} = ${sum};`, "");
    files.set(`/${path(index)}`, lines.join("\n"));
  }
  return files;
}

function importsOf(index, count) {
  const targets = new Set();
  for (let child = index * CHILDREN + 1; child <= index * CHILDREN + CHILDREN; child += 1) targets.add(child);
  targets.add(index + 1 + ((index * 31) % 97));
  return [...targets].filter((target) => target < count);
}
