// A sample worker for Cloudflare's workerd and for `deno serve`: it serves the `.som` modules of another
// server compiled, as ES modules that a page imports.
//   GET /health        how it goes
//   GET /m/PATH.js     SOURCE/PATH.som, compiled
// SOURCE is a variable of the worker; in Deno, of the environment.

import { compile, ModuleSystem, version } from "somon-wasm";

// One for all requests: what one has loaded, the next has at hand.
const system = new ModuleSystem({ loading: { defaultTtlMs: 1000 } });
const count = { requests: 0, modules: 0, failures: 0 };

export default {
  async fetch(request, env) {
    count.requests++;
    const { pathname } = new URL(request.url);
    if (request.method !== "GET") return json(405, { error: "GET only" }, { allow: "GET" });
    if (pathname === "/health") return health();
    if (pathname.startsWith("/m/") && pathname.endsWith(".js")) {
      const source = env?.SOURCE ?? globalThis.Deno?.env.get("SOURCE");
      if (!source) return json(500, { error: "SOURCE is not set" });
      return module(new URL(`${pathname.slice("/m/".length, -".js".length)}.som`, source).href, request.signal);
    }
    return json(404, { error: "not here" });
  },
};

/** Healthy is a component that compiles now, not one that once started. */
function health() {
  const compiles = compile("собит а = 1;").errors.length === 0;
  return json(compiles ? 200 : 503, { status: compiles ? "healthy" : "unhealthy", version, ...count });
}

async function module(url, signal) {
  try {
    const { modules, entryPoint, errors } = await system.compile(url, { signal });
    const compiled = modules.get(entryPoint);
    if (compiled) {
      count.modules++;
      return new Response(compiled.code, { headers: { "content-type": "text/javascript; charset=utf-8" } });
    }
    count.failures++;
    // A module that was not there to compile, or one that does not compile.
    const cause = errors.find((error) => error.cause)?.cause;
    return cause ? json(cause.status === 404 ? 404 : 502, { error: cause }) : json(422, { errors });
  } catch (error) {
    // Whoever asked may be gone: that is an end, too.
    count.failures++;
    return json(500, { error });
  }
}

function json(status, body, headers) {
  return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
}
