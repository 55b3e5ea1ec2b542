// What the package's steps read and write of a WebAssembly module: its sections, and in them numbers and texts.

export const CUSTOM = 0;
export const IMPORT = 2;
export const CODE = 10;
export const DATA = 11;
const HEADER = 8;

/** The sections in order: kind and content. */
export function sections(bytes) {
  const found = [];
  for (let at = HEADER; at < bytes.length; ) {
    const kind = bytes[at];
    const [length, from] = number(bytes, at + 1);
    at = from + length;
    found.push({ kind, content: bytes.subarray(from, at) });
  }
  return found;
}

/** The module of these sections, for which only the header of `bytes` is asked. */
export function module(bytes, parts) {
  const written = parts.map(({ kind, content }) => [Buffer.from([kind]), unsigned(content.length), content]);
  return Buffer.concat([bytes.subarray(0, HEADER), ...written.flat()]);
}

export function customName(content) {
  const [length, from] = number(content, 0);
  return content.toString("utf8", from, from + length);
}

/** The bodies of the functions that are no imports. */
export function bodies(content) {
  const found = [];
  let [count, at] = number(content, 0);
  for (; count > 0; count -= 1) {
    const [size, from] = number(content, at);
    at = from + size;
    found.push(content.subarray(from, at));
  }
  return found;
}

export function code(found) {
  return Buffer.concat([unsigned(found.length), ...found.flatMap((body) => [unsigned(body.length), body])]);
}

/** Module, name and type of every import. The glue gives functions alone; memory and table are the module's own. */
export function imports(content) {
  const found = [];
  let [count, at] = number(content, 0);
  for (; count > 0; count -= 1) {
    let from, name, type;
    [from, at] = textAt(content, at);
    [name, at] = textAt(content, at);
    if (content[at] !== 0) throw new Error("the component imports something that is no function");
    [type, at] = number(content, at + 1);
    found.push({ from, name, type });
  }
  return found;
}

/** The data that lies at fixed addresses of memory: views that may be written to. */
export function dataSegments(content) {
  const CONSTANT = 0x41;
  const END = 0x0b;
  const found = [];
  let [count, at] = number(content, 0);
  for (; count > 0; count -= 1) {
    if (content[at] !== 0 || content[at + 1] !== CONSTANT) throw new Error("the component has data without an address");
    let address, size;
    [address, at] = number(content, at + 2);
    if (content[at] !== END) throw new Error("the component has data without an address");
    [size, at] = number(content, at + 1);
    found.push({ address, content: content.subarray(at, at + size) });
    at += size;
  }
  return found;
}

/** The names of functions, by index. */
export function functionNames(content) {
  const FUNCTIONS = 1;
  const names = new Map();
  let [, at] = textAt(content, 0);
  while (at < content.length) {
    const kind = content[at];
    const [length, from] = number(content, at + 1);
    at = from + length;
    if (kind !== FUNCTIONS) continue;
    let [count, entry] = number(content, from);
    for (; count > 0; count -= 1) {
      let index, name;
      [index, entry] = number(content, entry);
      [name, entry] = textAt(content, entry);
      names.set(index, name);
    }
  }
  return names;
}

function textAt(bytes, at) {
  const [length, from] = number(bytes, at);
  return [bytes.toString("utf8", from, from + length), from + length];
}

export function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([unsigned(bytes.length), bytes]);
}

/** LEB128. */
export function unsigned(value) {
  const out = [];
  for (; value > 127; value >>>= 7) out.push((value & 127) | 128);
  return Buffer.from([...out, value]);
}

/** LEB128 of a number that could have been negative. */
export function signed(value) {
  const out = [];
  for (; value > 63; value >>= 7) out.push((value & 127) | 128);
  return Buffer.from([...out, value]);
}

/** The number at `at`, and where it ends. */
export function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return [value >>> 0, at];
  }
}
