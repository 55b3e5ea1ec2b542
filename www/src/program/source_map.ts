// Reads a source map (version 3) and finds the original of a generated position.
// It must never fail on a damaged map: unknown positions have no original.

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export interface Original {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Segment {
  readonly column: number;
  readonly source: number;
  readonly line: number;
  readonly sourceColumn: number;
}

export class SourceMap {
  readonly #sources: readonly string[];
  readonly #lines: readonly (readonly Segment[])[];

  private constructor(sources: readonly string[], lines: readonly (readonly Segment[])[]) {
    this.#sources = sources;
    this.#lines = lines;
  }

  static parse(json: string): SourceMap | undefined {
    const { sources, mappings } = JSON.parse(json) as { sources?: unknown; mappings?: unknown };
    if (!Array.isArray(sources) || typeof mappings !== "string") return undefined;
    return new SourceMap(sources.map(String), decode(mappings));
  }

  /** Lines and columns counted from 1, on both sides. */
  original(line: number, column: number): Original | undefined {
    const segment = this.#lines[line - 1]?.findLast((candidate) => candidate.column <= column - 1);
    const file = segment && this.#sources[segment.source];
    return file === undefined ? undefined : { file, line: segment!.line + 1, column: segment!.sourceColumn + 1 };
  }
}

/** The generated lines, each with its segments; within a map the fields are differences. */
function decode(mappings: string): Segment[][] {
  let source = 0;
  let line = 0;
  let sourceColumn = 0;
  return mappings.split(";").map((text) => {
    const segments: Segment[] = [];
    let column = 0;
    for (const field of text === "" ? [] : text.split(",")) {
      const [byColumn = 0, bySource, byLine, bySourceColumn] = numbers(field);
      column += byColumn;
      if (bySource === undefined || byLine === undefined || bySourceColumn === undefined) continue;
      source += bySource;
      line += byLine;
      sourceColumn += bySourceColumn;
      segments.push({ column, source, line, sourceColumn });
    }
    return segments;
  });
}

/** Base 64, five bits a digit, lowest first, the sign in the lowest bit. */
function numbers(field: string): number[] {
  const found: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of field) {
    const bits = DIGITS.indexOf(digit);
    if (bits < 0) return [];
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    found.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    shift = 0;
  }
  return found;
}
