// The places in the source that panics would name, and the names of the files: with the messages gone (`silence.mjs`)
// nothing reads them, but data stays where no optimiser dares to touch it. Zeros take their place, which compress to
// nothing. It must never touch what code or data may still point at.

import { CODE, DATA, dataSegments, module, sections, signed, unsigned } from "./wasm.mjs";

/** Address and length of the file's name, line and column. */
const PLACE = 16;
const WORD = 4;
/** Larger than any line of a file, smaller than any address. */
const LINE_MAX = 100_000;
const SOURCE = Buffer.from(".rs");

/** For a module whose messages of panics are gone. */
export function withoutPlaces(bytes) {
  const parts = sections(bytes);
  const code = parts.find(({ kind }) => kind === CODE).content;
  const part = parts.find(({ kind }) => kind === DATA);
  // What is changed must be no view of the module that was given.
  part.content = Buffer.from(part.content);
  const segments = dataSegments(part.content);
  const words = new Set(segments.flatMap(({ content }) => wordsOf(content)));
  const isMentioned = (address) =>
    words.has(address) || code.includes(signed(address)) || code.includes(unsigned(address));
  const names = new Map();
  for (const { address, content } of segments) {
    for (let at = 0; at + PLACE <= content.length; at += WORD) {
      const [start, length, line] = [0, WORD, 2 * WORD].map((offset) => content.readUInt32LE(at + offset));
      const name = content.subarray(start - address, start - address + length);
      const isPlace = start >= address && line > 0 && line < LINE_MAX && name.subarray(-SOURCE.length).equals(SOURCE);
      if (!isPlace || isMentioned(address + at)) continue;
      content.fill(0, at, at + PLACE);
      names.set(start, name);
    }
  }
  words.clear();
  for (const word of segments.flatMap(({ content }) => wordsOf(content))) words.add(word);
  for (const [start, name] of names) {
    const isFree = [...name.keys()].every((offset) => !isMentioned(start + offset));
    if (isFree) name.fill(0);
  }
  return module(bytes, parts);
}

function wordsOf(content) {
  const words = [];
  for (let at = 0; at + WORD <= content.length; at += WORD) words.push(content.readUInt32LE(at));
  return words;
}
