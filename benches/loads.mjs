// The rounds that `load.mjs` times, in Node and in a page alike: the same modules fetched bare, loaded,
// compiled and bundled, by turns. It must use nothing that a page has not.

const CONCURRENCY = 6;

/** Milliseconds by kind of work, `rounds` of each. */
export async function loads(ModuleSystem, origin, paths, rounds) {
  const entry = origin + paths[0];
  const fresh = () => new ModuleSystem({ resolution: { baseUrl: origin }, loading: { concurrency: CONCURRENCY } });
  const works = {
    bare: () => fetchAll(origin, paths),
    load: async () => {
      const system = fresh();
      const module = await system.loadModule(entry);
      return [module.exports.length > 0, system];
    },
    compile: async () => {
      const system = fresh();
      const { modules, errors } = await system.compile(entry);
      return [errors.length === 0 && modules.size === paths.length, system];
    },
    bundle: async () => {
      const system = fresh();
      const { modules } = await system.bundle({ entryPoint: entry });
      return [modules.length === paths.length, system];
    },
  };
  const times = Object.fromEntries(Object.keys(works).map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [kind, work] of Object.entries(works)) {
      const begun = performance.now();
      const [isComplete, system] = await work();
      times[kind].push(performance.now() - begun);
      if (!isComplete) throw new Error(`${kind} gave something else than ${paths.length} modules`);
      await system?.shutdown();
    }
  }
  return times;
}

/** What any loader has to do at least: every body in memory, as many at a time. */
async function fetchAll(origin, paths) {
  let next = 0;
  let bytes = 0;
  const worker = async () => {
    while (next < paths.length) {
      const answer = await fetch(origin + paths[next++]);
      bytes += (await answer.arrayBuffer()).byteLength;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return [bytes > 0, undefined];
}
