// What the page and the worker of a program say to each other.
// Plain data only: no type of the page, none of the worker.

/** How a piece of output is coloured. */
export type PieceKind = "plain" | "string" | "number" | "word" | "key" | "faint";

export interface Piece {
  readonly kind: PieceKind;
  readonly text: string;
}

export type Level = "log" | "info" | "debug" | "warn" | "error";

/** One thing that a program printed. `depth` counts the open groups around it. */
export type Entry =
  | { readonly kind: "line"; readonly level: Level; readonly depth: number; readonly pieces: readonly Piece[] }
  | { readonly kind: "table"; readonly depth: number; readonly head: readonly string[]; readonly rows: readonly (readonly Piece[])[][] }
  | { readonly kind: "clear" }
  | { readonly kind: "limit" };

/** A place in a file of the program, counted from 1, columns in UTF-16 units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A diagnostic of the compiler, as far as the page shows it. */
export interface Fault extends Place {
  readonly code: string;
  readonly severity: "error" | "warning" | "info" | "hint";
  readonly message: string;
  readonly hint?: string;
  readonly frame: string;
  readonly start: number;
  readonly end: number;
}

/** Why a program did not reach its end. */
export type Failure =
  | { readonly kind: "faults"; readonly faults: readonly Fault[] }
  | { readonly kind: "thrown"; readonly pieces: readonly Piece[]; readonly calls: readonly string[] }
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

/** The one message to a worker: the program to run. */
export interface Job {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly entry: string;
  readonly strict: boolean;
  readonly locale: "en" | "tg" | "ru";
}

export type Report =
  | { readonly kind: "started" }
  | { readonly kind: "printed"; readonly entry: Entry }
  | { readonly kind: "failed"; readonly failure: Failure }
  /** The program has come to its end and no timer or request of it is under way. */
  | { readonly kind: "idle"; readonly milliseconds: number };
