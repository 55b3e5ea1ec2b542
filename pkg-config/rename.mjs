// The glue's functions have long names with hashes in them, which do not compress: short ones in their place, in the
// module and in the glue alike.

import { IMPORT, imports, module, sections, text, unsigned } from "./wasm.mjs";

/** The module and the text of the glue, with names of one or two letters. */
export function renamed(bytes, glue) {
  const parts = sections(bytes);
  const part = parts.find(({ kind }) => kind === IMPORT);
  const found = imports(part.content);
  const object = short(0);
  for (const from of new Set(found.map((each) => each.from))) glue = once(glue, JSON.stringify(from), JSON.stringify(object));
  const entries = found.map(({ name, type }, index) => {
    glue = once(glue, `${name}: function`, `${short(index)}: function`);
    return Buffer.concat([text(object), text(short(index)), Buffer.from([0]), unsigned(type)]);
  });
  part.content = Buffer.concat([unsigned(entries.length), ...entries]);
  return { bytes: module(bytes, parts), glue };
}

function short(index) {
  const LETTERS = 26;
  const letter = String.fromCharCode("a".charCodeAt(0) + (index % LETTERS));
  return index < LETTERS ? letter : short(Math.floor(index / LETTERS) - 1) + letter;
}

function once(glue, what, instead) {
  const pieces = glue.split(what);
  if (pieces.length !== 2) throw new Error(`the glue has ${pieces.length - 1} times ${what}, not once`);
  return pieces.join(instead);
}
