// A sample worker for Cloudflare's workerd and for `deno serve`: it serves the `.som` modules of another
// server compiled, as ES modules that a page imports, and tells how it goes.
//   GET /m/PATH.js     SOURCE/PATH.som, compiled
//   GET /health        how it goes; with TOKEN also why
//   and the other routes of docs/http.md, to who has TOKEN
// SOURCE (a URL that ends with a slash) and TOKEN (a secret) are variables of the worker; in Deno, of the environment.

import { ModuleSystem } from "somon-wasm";

// One for all requests: what one has loaded, the next has at hand. Where the source is known beforehand, this is all:
// export default new ModuleSystem({ resolution: { baseUrl: "https://…/" }, handler: { modules: {} } });
let system;

export default {
  fetch(request, bindings, ctx) {
    const env = globalThis.Deno ? fromEnvironment() : bindings;
    system ??= new ModuleSystem({
      resolution: { baseUrl: env.SOURCE },
      loading: { defaultTtlMs: 1000 },
      handler: { auth: { token: ({ TOKEN }) => TOKEN }, modules: {} },
    });
    return system.fetch(request, env, ctx);
  },
};

function fromEnvironment() {
  return { SOURCE: Deno.env.get("SOURCE"), TOKEN: Deno.env.get("TOKEN") };
}
