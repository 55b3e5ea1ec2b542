// The figures that a native benchmark printed right before, which `cargo xtask bench` hands on.
// It must never make one up: what is asked for and was not printed is an error.

/** Lines like `162.1 ns     breaker: admit and settle, one origin`, by the start of their name. */
export function coreFigures() {
  const lines = [...(process.env.SOMON_NATIVE_FIGURES ?? "").matchAll(/^ *([\d.]+) ns +(?:GET )?(.+)$/gm)];
  return (name) => {
    const line = lines.find(([, , text]) => text === name || text.startsWith(`${name},`) || text.startsWith(`${name}:`));
    if (line === undefined) throw new Error(`the native benchmark printed nothing for \`${name}\``);
    return Number(line[1]);
  };
}

/** How many samples the core's page for scrapers had. */
export function corePageSamples() {
  const [, samples] = (process.env.SOMON_NATIVE_FIGURES ?? "").match(/exposition: (\d+) samples/) ?? [];
  if (samples === undefined) throw new Error("the native benchmark printed no page");
  return Number(samples);
}
