// Which functions of the program were at work when an error was thrown.
// It must never show lines of the stack: they are lines of the generated code.

const CALLS_MAX = 10;

/** The names of the functions, the innermost first; functions without a name are left out. */
export function callsOf(thrown: unknown): string[] {
  const stack: unknown = thrown instanceof Error ? thrown.stack : undefined;
  if (typeof stack !== "string") return [];
  const calls: string[] = [];
  for (const line of stack.split("\n")) {
    // "    at async name (place:1:2)" in some engines, "async*name@place:1:2" in the others.
    const frame = /^\s*at (?:async )?(?:new )?(\S+) \((.*)\)$/.exec(line) ?? /^(?:async\*)?([^@]+)@(.*)$/.exec(line);
    const [, name, place] = frame ?? [];
    // The page's own scripts called the program, and the engine's built-ins were called by it.
    if (name === undefined || place === undefined || name === "<anonymous>") continue;
    if (place.startsWith(self.location.origin) || !/:\d+:\d+$/.test(place)) continue;
    calls.push(name);
    if (calls.length === CALLS_MAX) break;
  }
  return calls;
}
