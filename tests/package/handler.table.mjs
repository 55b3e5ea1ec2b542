// One table of requests and the answers that every host must give. Rows run in order: some change what later ones see.
// Imported by the hosts, too, which make the handlers from it; must therefore need nothing of any host.

/** What the module routes find upstream, by path. Paths that are not here answer 404. */
export const UPSTREAM = {
  "/app/main.som": 'ворид { салом } аз "./lib/салом";\nворид д аз "./data.json";\nсодир собит матн = салом(д.ном);\n',
  "/app/lib/%D1%81%D0%B0%D0%BB%D0%BE%D0%BC.som": "содир функсия салом(ном: сатр): сатр { бозгашт `Салом, ${ном}!`; }\n",
  "/app/data.json": '{ "ном": "Ҷаҳон" }\n',
  "/app/wrong.som": "собит = 1;\n",
  "/app/needs.som": 'ворид { ном } аз "./main.som";\nсодир { ном };\n',
  "/app/lost.som": 'ворид { ном } аз "./absent.som";\nсодир { ном };\n',
  "/app/page.som": "<html>",
  "/app/broken.som": 500,
  "/app/hangs.som": "hangs",
  "/app/up.som": 'ворид { а } аз "../secret.som";\nсодир { а };\n',
  "/secret.som": "содир собит а = 1;\n",
};

const READ = "read-secret";
const WRITE = "write-secret";
/** Hosts hand it to the handlers as environment. */
export const ENV = { TOKEN: "environment-secret" };

/** By name; `upstream` is the origin of [`UPSTREAM`]. */
export function handlers(ModuleSystem, upstream) {
  const auth = { readToken: READ, writeToken: WRITE };
  // What hosts have different defaults for is said here, so that answers can be compared.
  const alike = { maxCacheMemory: 1 << 26, fetchTimeout: 300, retry: { maxRetries: 0 } };
  const system = (options) => new ModuleSystem({ ...options, loading: { ...alike, ...options?.loading } });
  const resolution = { baseUrl: `${upstream}/app/` };
  const serving = system({ resolution, handler: { auth, modules: { entries: ["main.som", "wrong.som", "broken"] } } });
  const fresh = system({
    resolution,
    loading: { defaultTtlMs: 60_000 },
    handler: { modules: { cors: "*", dev: true }, cacheControl: "public, max-age=5" },
  });
  const plain = system();
  const closed = plain.createHandler({ modules: {} });
  closed.close();
  const reopened = plain.createHandler();
  reopened.close();
  reopened.reopen();
  const ended = system();
  void ended.shutdown({ graceMs: 0 });
  return {
    plain: plain.fetch,
    secured: system({ handler: { auth, maxBodyBytes: 300 } }).fetch,
    open: system({ handler: { publicRead: true, cors: { origins: ["https://friend.example"], maxAge: 60 } } }).fetch,
    bare: system({ managementServer: false }).fetch,
    based: plain.createHandler({ basePath: "/api", passThrough: true }),
    function: plain.createHandler({ auth: async (request, scope) => request.headers.get("x-who") === scope }),
    throwing: plain.createHandler({ auth: () => { throw new Error("no"); } }),
    environment: plain.createHandler({ auth: { token: (env) => env?.TOKEN } }),
    unset: plain.createHandler({ auth: { token: () => undefined } }),
    shared: plain.createHandler({ auth: { token: WRITE }, cors: { origins: "*" } }),
    serving: serving.fetch,
    fresh: fresh.fetch,
    russian: system({ resolution, compilation: { locale: "ru" }, handler: { modules: {} } }).fetch,
    closed,
    reopened,
    ended: ended.fetch,
  };
}

const bearer = (token) => ({ authorization: `Bearer ${token}` });
const json = (body, token = WRITE, more = {}) => ({
  headers: { "content-type": "application/json", ...(token === null ? {} : bearer(token)), ...more },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const rows = [];
/** `ask` is "METHOD /path". */
const row = (on, ask, status, given = {}, expected = {}) => {
  const [method, ...path] = ask.split(" ");
  rows.push({ on, method, path: path.join(" "), headers: {}, body: undefined, ...given, status, ...expected });
};
const as = (token) => ({ headers: bearer(token) });
const code = (text, more = {}) => ({ code: text, ...more });
const ALLOW_READ = "GET, HEAD, OPTIONS";

// Without tokens: what is public, and nothing else.
for (const path of ["/health", "/health/live", "/health/ready", "/ready"]) {
  row("plain", `GET ${path}`, 200, {}, { h: { "cache-control": "no-store", "content-type": "application/json; charset=utf-8" } });
  row("plain", `HEAD ${path}`, 200, {}, { text: "" });
  row("plain", `OPTIONS ${path}`, 204, {}, { h: { allow: ALLOW_READ, "access-control-allow-origin": null } });
  row("plain", `POST ${path}`, 405, json({}, null), code("METHOD_NOT_ALLOWED", { h: { allow: ALLOW_READ } }));
}
for (const path of ["/metrics", "/metrics/prometheus", "/config", "/config/schema", "/circuit-breakers", "/modules", "/graph"]) {
  row("plain", `GET ${path}`, 403, {}, code("FORBIDDEN"));
  row("plain", `GET ${path}`, 403, as("guess"), code("FORBIDDEN"));
  row("plain", `DELETE ${path}`, 405, {}, code("METHOD_NOT_ALLOWED", { h: { allow: ALLOW_READ } }));
}
for (const path of ["/m/main.js", "/m/main.js.map", "/bundle.js?entry=main.som", "/bundle.js.map"]) {
  row("plain", `GET ${path}`, 404, {}, code("NOT_FOUND"));
}
for (const ask of ["POST /config", "PUT /config", "PATCH /config", "POST /circuit-breakers"]) {
  row("plain", ask, 403, json({}, null), code("FORBIDDEN", { h: { allow: ALLOW_READ } }));
}
for (const path of ["/admin/reset", "/admin/cache", "/compile"]) {
  row("plain", `POST ${path}`, 404, json({}, null), code("NOT_FOUND"));
  row("plain", `OPTIONS ${path}`, 404, {}, code("NOT_FOUND"));
}
row("plain", "OPTIONS /config", 204, {}, { h: { allow: ALLOW_READ } });
for (const path of ["/", "/nope", "/health/", "//health", "/HEALTH", "/health/live/", "/m/", "/config/x", "/health%00", "/health;x"]) {
  row("plain", `GET ${path}`, 404, {}, code("NOT_FOUND"));
}
row("plain", "OPTIONS /nope", 404, {}, code("NOT_FOUND"));
row("plain", "HEAD /nope", 404, {}, { text: "" });
row("plain", "HEAD /config", 403, {}, { text: "" });
row("plain", "GET /%68ealth", 200);
row("plain", "GET /health%2Flive", 200, {}, { is: { live: true } });
row("plain", "GET /health?token=read-secret", 200, {}, { is: { details: undefined } });
row("plain", "GET /%zz", 400, {}, code("INVALID_URL"));
row("plain", "GET /%ff", 400, {}, code("INVALID_URL"));
row("plain", "GET /health", 406, { headers: { accept: "text/html" } }, code("NOT_ACCEPTABLE"));
row("plain", "GET /health", 200, { headers: { accept: "text/html, application/*;q=0.1" } });
row("plain", "GET /health", 406, { headers: { accept: "application/json;q=0" } }, code("NOT_ACCEPTABLE"));
row("plain", "GET /health", 200, { headers: { "x-request-id": "abc.D_1-2" } }, { h: { "x-request-id": "abc.D_1-2" } });
row("plain", "GET /nope", 404, { headers: { "x-request-id": "<script>" } }, { h: { "x-request-id": /^[0-9a-f]{16}$/ } });
row("plain", "GET /health/live", 200, { headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" } }, {
  h: { traceresponse: /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/ },
});
row("plain", "GET /health/live", 200, { headers: { traceparent: "00-broken" } }, { h: { traceresponse: /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/ } });
row("plain", "GET /health", 200, { headers: { origin: "https://evil.example" } }, { h: { "access-control-allow-origin": null, vary: null } });

// Tokens: none, wrong, too little, enough.
for (const path of ["/metrics", "/metrics/prometheus", "/config", "/config/schema", "/circuit-breakers", "/modules", "/graph?entry=x"]) {
  const found = path.startsWith("/graph") ? 404 : 200;
  row("secured", `GET ${path}`, 401, {}, code("UNAUTHORIZED", { h: { "www-authenticate": "Bearer" } }));
  row("secured", `GET ${path}`, 401, as("read-secre"), code("UNAUTHORIZED"));
  row("secured", `GET ${path}`, 401, { headers: { authorization: `Basic ${READ}` } }, code("UNAUTHORIZED"));
  row("secured", `GET ${path}`, found, as(READ));
  row("secured", `GET ${path}`, found, as(WRITE));
}
row("secured", `GET /metrics?token=${READ}&access_token=${READ}`, 401, {}, code("UNAUTHORIZED"));
row("secured", "GET /health", 200, {}, { is: { details: undefined } });
row("secured", "GET /health", 200, as("guess"), { is: { details: undefined } });
row("secured", "GET /health", 200, as(READ), { is: { details: { circuitBreakers: {}, cache: { size: 0, memoryUsage: 0 } } } });
for (const ask of ["POST /config", "PUT /config", "PATCH /config", "POST /circuit-breakers", "POST /admin/reset", "POST /admin/cache"]) {
  row("secured", ask, 401, json({}, null), code("UNAUTHORIZED"));
  row("secured", ask, 403, json({}, READ), code("FORBIDDEN"));
  row("secured", ask, 415, { headers: bearer(WRITE), body: "{}" }, code("UNSUPPORTED_MEDIA_TYPE"));
  row("secured", ask, 400, json("{", WRITE), code("INVALID_JSON"));
  row("secured", ask, 400, json("[]", WRITE), code("INVALID_BODY"));
}
row("secured", "OPTIONS /config", 204, {}, { h: { allow: "GET, HEAD, POST, PATCH, PUT, OPTIONS" } });
row("secured", "OPTIONS /admin/reset", 204, {}, { h: { allow: "POST, OPTIONS" } });
row("secured", "GET /admin/reset", 405, as(WRITE), code("METHOD_NOT_ALLOWED", { h: { allow: "POST, OPTIONS" } }));

// Bodies.
const form = { "content-type": "application/x-www-form-urlencoded" };
row("secured", "POST /admin/reset", 415, { headers: { ...bearer(WRITE), ...form }, body: "targets=metrics" }, code("UNSUPPORTED_MEDIA_TYPE"));
row("secured", "POST /config", 415, json("{}", WRITE, { "content-type": "text/plain" }), code("UNSUPPORTED_MEDIA_TYPE"));
row("secured", "POST /config", 415, json("{}", WRITE, { "content-type": "application/json; charset=latin1" }), code("UNSUPPORTED_MEDIA_TYPE"));
row("secured", "POST /config", 200, json("{}", WRITE, { "content-type": "Application/JSON; charset=UTF-8" }), { is: { applied: [] } });
row("secured", "POST /config", 400, json("", WRITE), code("INVALID_JSON"));
row("secured", "POST /config", 400, json('{"a":1}{', WRITE), code("INVALID_JSON", { has: "line 1, column 8" }));
row("secured", "POST /config", 400, json('"maxCacheSize"', WRITE), code("INVALID_BODY"));
row("secured", "POST /config", 400, json(`${"[".repeat(20)}${"]".repeat(20)}`, WRITE), code("INVALID_BODY"));
row("secured", "POST /config", 413, json({ logLevel: "x".repeat(400) }), code("BODY_TOO_LARGE"));
row("secured", "POST /config", 413, { ...json({ logLevel: "x".repeat(400) }), chunked: true }, code("BODY_TOO_LARGE"));
row("secured", "POST /config", 200, { ...json({ logLevel: "warn" }), chunked: true }, { is: { applied: ["logLevel"], version: 1 } });

// The configuration.
row("secured", "GET /config", 200, as(READ), { h: { etag: '"v1"', "cache-control": "no-cache" }, is: { logLevel: "warn", maxCacheSize: 1000 } });
row("secured", "GET /config", 304, { headers: { ...bearer(READ), "if-none-match": 'W/"v1"' } }, { h: { etag: '"v1"' }, text: "" });
row("secured", "HEAD /config", 200, as(READ), { h: { etag: '"v1"' }, text: "" });
row("secured", "POST /config", 400, json({ maxCacheSize: -1, logLevl: "info" }), code("CONFIG_INVALID", {
  is: { details: [{ path: "maxCacheSize", received: "-1", code: "SOM7003" }, { path: "logLevl", code: "SOM7004" }] }, has: "did you mean logLevel?",
}));
row("secured", "POST /config", 400, json({ maxCacheSize: "abc" }), code("CONFIG_INVALID"));
row("secured", "POST /config", 400, json({ circularDependencyStrategy: 7 }), code("CONFIG_INVALID"));
row("secured", "POST /config", 400, json({ logLevel: "banana" }), code("CONFIG_INVALID"));
row("secured", "POST /config", 400, json('{"__proto__":{"x":1}}'), code("CONFIG_INVALID"));
row("secured", "POST /config", 400, json({ constructor: 1 }), code("CONFIG_INVALID"));
row("secured", "POST /config", 400, json({ managementPort: 8080 }), code("CONFIG_INVALID", { has: "createHandler" }));
row("secured", "POST /config", 400, json({ health: { memoryWarn: 0.95 } }), code("CONFIG_INVALID"));
row("secured", "POST /config", 400, json({ maxCacheSize: 1.5 }), code("CONFIG_INVALID"));
row("secured", "GET /config", 200, as(READ), { h: { etag: '"v1"' }, is: { maxCacheSize: 1000, logLevel: "warn" } });
row("secured", "POST /config", 412, json({ maxCacheSize: 5 }, WRITE, { "if-match": '"v0"' }), code("PRECONDITION_FAILED"));
row("secured", "POST /config", 200, json({ maxCacheSize: 5 }, WRITE, { "if-match": '"v1"' }), {
  h: { etag: '"v2"' }, is: { applied: ["maxCacheSize"], version: 2, scope: "instance", config: { maxCacheSize: 5, logLevel: "warn" } },
});
row("secured", "PATCH /config", 200, json({ "health.memoryWarn": 0.5 }), { is: { version: 3, config: { "health.memoryWarn": 0.5 } } });
row("secured", "PUT /config", 200, json({ maxCacheSize: 7 }), { is: { version: 4, config: { maxCacheSize: 7, logLevel: "info", "health.memoryWarn": 0.8 } } });
row("secured", "POST /config", 200, json({ enableHealthEndpoint: false, enableMetricsEndpoint: false }), { is: { version: 5 } });
row("secured", "GET /health", 404, as(READ), code("NOT_FOUND"));
row("secured", "GET /metrics", 404, as(READ), code("NOT_FOUND"));
row("secured", "GET /metrics/prometheus", 404, as(READ), code("NOT_FOUND"));
row("secured", "GET /health/live", 200);
row("secured", "GET /ready", 200);
row("secured", "PUT /config", 200, json({}), { is: { version: 6, config: { enableHealthEndpoint: true } } });

// Breakers, resets, the cache.
row("secured", "GET /circuit-breakers", 200, as(READ), { is: { overall: { healthy: true, totalBreakers: 0 }, breakers: {} } });
row("secured", "POST /circuit-breakers", 404, json({ type: "reset", key: "ghost" }), code("BREAKER_NOT_FOUND"));
row("secured", "POST /circuit-breakers", 404, json({ type: "open", moduleId: "__proto__", durationMs: 5 }), code("BREAKER_NOT_FOUND"));
row("secured", "GET /circuit-breakers", 200, as(READ), { is: { overall: { totalBreakers: 0 } } });
row("secured", "POST /circuit-breakers", 400, json({ type: "explode" }), code("INVALID_BODY"));
row("secured", "POST /circuit-breakers", 400, json({ key: "x" }), code("INVALID_BODY"));
row("secured", "POST /circuit-breakers", 200, json({ type: "reset" }), { is: { affected: [] } });
row("secured", "POST /admin/reset", 200, json({}), { is: { reset: ["metrics", "breakers"] } });
row("secured", "POST /admin/reset", 200, json({ targets: ["metrics"] }), { is: { reset: ["metrics"] } });
row("secured", "POST /admin/reset", 400, json({ targets: ["everything"] }), code("INVALID_BODY"));
row("secured", "POST /admin/cache", 200, json({ action: "clear" }), { is: { affected: 0 } });
row("secured", "POST /admin/cache", 400, json({ action: "invalidate" }), code("INVALID_BODY"));
row("secured", "POST /admin/cache", 200, json({ action: "invalidate", url: "https://h/none.som" }), { is: { affected: 0 } });
row("secured", "GET /modules?limit=0", 400, as(READ), code("INVALID_QUERY"));
row("secured", "GET /modules?limit=5&cursor=a", 200, as(READ), { is: { modules: [], total: 0 } });
row("secured", "GET /graph", 400, as(READ), code("INVALID_QUERY"));

// Who asks for a change from where.
row("secured", "POST /config", 403, json({}, WRITE, { origin: "https://evil.example" }), code("FORBIDDEN"));
row("secured", "POST /config", 403, json({}, WRITE, { origin: "null" }), code("FORBIDDEN"));
row("secured", "POST /config", 200, json({}, WRITE, { origin: "SELF" }));
row("shared", "POST /config", 200, json({}, WRITE, { origin: "https://any.example" }), { h: { "access-control-allow-origin": "*", "access-control-allow-credentials": null } });
row("open", "POST /config", 403, json({}, null, { origin: "https://friend.example" }), code("FORBIDDEN"));
const friend = { origin: "https://friend.example" };
row("open", "GET /metrics", 200, { headers: friend }, { h: { "access-control-allow-origin": "https://friend.example", vary: /Origin/ } });
row("open", "GET /metrics", 200, { headers: { origin: "https://evil.example" } }, { h: { "access-control-allow-origin": null, vary: /Origin/ } });
row("open", "OPTIONS /metrics", 204, { headers: { ...friend, "access-control-request-method": "GET" } }, {
  h: { "access-control-allow-methods": ALLOW_READ, "access-control-allow-headers": /Authorization/, "access-control-max-age": "60" },
});

// Open reading; types of the figures.
row("open", "GET /metrics", 200, {}, { h: { "content-type": "application/json; charset=utf-8" }, is: { totalLoads: 0, modulesInCache: 0, scope: "instance" } });
row("open", "GET /metrics", 200, { headers: { accept: "text/plain" } }, { h: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
row("open", "GET /metrics", 200, { headers: { accept: "application/openmetrics-text, text/plain;q=0.5" } }, { h: { "content-type": /openmetrics/ }, has: "# EOF" });
row("open", "GET /metrics", 200, { headers: { accept: "*/*" } }, { h: { "content-type": /json/ } });
row("open", "GET /metrics", 406, { headers: { accept: "image/png" } }, code("NOT_ACCEPTABLE"));
row("open", "GET /metrics/prometheus", 200, {}, { h: { "content-type": "text/plain; version=0.0.4; charset=utf-8" }, has: "# TYPE" });
row("open", "GET /config/schema", 200, {}, { is: { type: "object", properties: { maxCacheSize: { type: "integer", minimum: 1 } } } });
row("open", "GET /health", 200, {}, { is: { details: { runtime: { scope: "instance" } } } });
row("open", "POST /admin/reset", 404, json({}, null), code("NOT_FOUND"));

// Other handlers.
row("bare", "GET /health/live", 200, {}, { is: { live: true } });
row("bare", "GET /health", 404, {}, code("NOT_FOUND"));
row("bare", "GET /config", 404, as(READ), code("NOT_FOUND"));
row("based", "GET /api/health/live", 200);
row("based", "GET /api/nope", 404, {}, code("NOT_FOUND"));
row("based", "GET /health", "passed");
row("based", "GET /apiary", "passed");
row("function", "GET /config", 401, {}, code("UNAUTHORIZED"));
row("function", "GET /config", 403, as("x"), code("FORBIDDEN"));
row("function", "GET /config", 200, { headers: { "x-who": "read" } });
row("function", "POST /config", 401, json({}, null, { "x-who": "read" }), code("UNAUTHORIZED"));
row("function", "POST /config", 200, json({}, null, { "x-who": "write" }));
row("function", "GET /health", 200, {}, { is: { details: undefined } });
row("function", "GET /health", 200, { headers: { "x-who": "read" } }, { is: { details: { cache: { size: 0 } } } });
row("throwing", "GET /config", 401, {}, code("UNAUTHORIZED"));
row("environment", "GET /config", 200, as(ENV.TOKEN));
row("environment", "GET /config", 401, as("other"), code("UNAUTHORIZED"));
row("environment", "POST /config", 200, json({}, ENV.TOKEN));
row("unset", "GET /config", 403, as("undefined"), code("FORBIDDEN"));
row("unset", "POST /admin/reset", 404, json({}, "undefined"), code("NOT_FOUND"));
row("closed", "GET /health", 503, {}, code("CLOSED", { h: { "retry-after": "1" } }));
row("closed", "GET /health/live", 503, {}, { is: { live: false } });
row("closed", "GET /m/main.js", 503, {}, code("CLOSED"));
row("reopened", "GET /health", 200);
row("ended", "GET /health", 503, {}, code("SHUTDOWN", { h: { "retry-after": "1" } }));
row("ended", "GET /nope", 503, {}, code("SHUTDOWN"));

// Modules.
const JAVASCRIPT = { "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=0, must-revalidate", "cross-origin-resource-policy": "same-origin", "access-control-allow-origin": null, etag: /^"[\w-]{27}"$/, "server-timing": /^total;dur=/ };
row("serving", "GET /m/main.js", 200, {}, { h: JAVASCRIPT, has: '"./lib/%D1%81%D0%B0%D0%BB%D0%BE%D0%BC.js"' });
row("serving", "HEAD /m/main.js", 200, {}, { h: JAVASCRIPT, text: "" });
row("serving", "OPTIONS /m/main.js", 204, {}, { h: { allow: ALLOW_READ } });
row("serving", "POST /m/main.js", 405, json({}), code("METHOD_NOT_ALLOWED"));
row("serving", "GET /m/lib/%D1%81%D0%B0%D0%BB%D0%BE%D0%BC.js", 200, {}, { has: "export function салом" });
row("serving", "GET /m/data.json.js", 200, {}, { h: JAVASCRIPT, has: "export default" });
row("serving", "GET /m/main.js", 304, { headers: { "if-none-match": "*" } }, { h: { etag: /./, "cache-control": /./ }, text: "" });
row("serving", "GET /m/main.js", 304, { again: "/m/main.js" }, { text: "" });
row("serving", "GET /m/main.js?target=es2020", 200, { headers: { "if-none-match": '"other"' } });
row("serving", "GET /m/main.js?target=es5", 400, {}, code("INVALID_QUERY"));
row("serving", "GET /m/main.js?minify=2", 400, {}, code("INVALID_QUERY"));
row("serving", "GET /m/main.js?v=old", 302, {}, { h: { location: /^\/m\/main\.js\?v=[\w-]{27}$/, "cache-control": "no-cache" } });
row("serving", "GET /m/main.js", 406, { headers: { accept: "text/css" } }, code("NOT_ACCEPTABLE"));
row("serving", "GET /m/absent.js", 404, {}, code("RESOLVE_NOT_FOUND"));
row("serving", "GET /m/wrong.js", 422, {}, code("COMPILE_FAILED", { h: { "cache-control": "no-store" }, is: { details: [{ code: "SOM2007", line: 1, column: 7 }] } }));
row("russian", "GET /m/wrong.js", 422, {}, code("COMPILE_FAILED", { is: { details: [{ code: "SOM2007", message: /[а-я]{3}/ }] } }));
row("serving", "GET /m/needs.js", 422, {}, code("COMPILE_FAILED", { is: { details: [{ code: "SOM4007" }] } }));
row("serving", "GET /m/lost.js", 422, {}, code("COMPILE_FAILED", { is: { details: [{ code: "SOM4002" }] } }));
row("serving", "GET /m/up.js", 422, {}, code("COMPILE_FAILED"));
row("serving", "GET /m/broken.js", 502, {}, code("LOAD_HTTP"));
row("serving", "GET /m/hangs.js", 504, {}, code("LOAD_TIMEOUT"));
row("serving", "GET /m/..%2Fsecret.js", 404);
row("serving", "GET /m//main.js", 404, {}, code("NOT_FOUND"));
row("serving", "GET /m/~/http/127.0.0.1/secret.js", 403, {}, code("RESOLVE_ORIGIN"));
row("serving", "GET /m/~/https/evil.example/a.js", 403, {}, code("RESOLVE_ORIGIN"));
row("serving", "GET /m/~/https/169.254.169.254/latest.js", 403, {}, code("RESOLVE_ORIGIN"));
row("serving", "GET /m/~/file/etc/passwd.js", 403, {}, code("RESOLVE_ORIGIN"));
row("serving", "GET /bundle.js?entry=main.som", 200, {}, { h: JAVASCRIPT, has: "Салом" });
row("serving", "GET /bundle.js?entry=main&format=esm", 200);
row("serving", "GET /bundle.js?entry=main.som", 304, { headers: { "if-none-match": "*" } }, { text: "" });
row("serving", "GET /bundle.js?entry=main.som&format=iife", 400, {}, code("INVALID_QUERY"));
row("serving", "GET /bundle.js?entry=data.json", 403, {}, code("FORBIDDEN"));
row("serving", "GET /bundle.js", 400, {}, code("INVALID_QUERY"));
row("serving", "GET /bundle.js?entry=wrong.som", 422, {}, code("COMPILE_FAILED"));
row("serving", "GET /bundle.js?entry=broken.som", 502, {}, code("LOAD_HTTP"));
row("serving", "GET /modules", 200, as(READ), { has: "/app/main.som" });
row("serving", "GET /graph?entry=./main.som", 200, as(READ), { is: { edges: [{ kind: "static" }, { kind: "static" }], cycles: [] } });
row("serving", "GET /health", 200, as(READ), { is: { details: { circuitBreakers: { UPSTREAM: { state: "closed" } } } } });
row("serving", "POST /circuit-breakers", 200, json({ type: "open", key: "UPSTREAM", durationMs: 60_000 }), { is: { affected: ["UPSTREAM"] } });
row("serving", "GET /m/main.js", 503, {}, code("BREAKER_OPEN", { h: { "retry-after": /^\d+$/ } }));
row("serving", "GET /ready", 503, {}, { is: { ready: false, circuitBreakers: { open: 1 } } });
row("serving", "GET /health/live", 200);
row("serving", "POST /circuit-breakers", 200, json({ type: "reset" }), { is: { affected: ["UPSTREAM"] } });
row("serving", "GET /m/main.js", 200);
row("serving", "POST /admin/cache", 200, json({ action: "clear" }), { is: { message: "Cache cleared" } });
row("fresh", "GET /m/main.js", 200, {}, { h: { "access-control-allow-origin": null, "cache-control": "public, max-age=5", "cross-origin-resource-policy": "cross-origin" } });
row("fresh", "GET /m/main.js", 200, { headers: { origin: "https://any.example" } }, { h: { "access-control-allow-origin": "*" } });
row("serving", "POST /admin/cache", 200, json({ action: "refresh" }), { is: { message: "Refreshed", affected: 0, failed: 0 } });
row("serving", "GET /m/main.js.map", 404, {}, code("NOT_FOUND", { has: "source map" }));
row("serving", "GET /bundle.js.map?entry=main.som", 404, {}, code("NOT_FOUND", { has: "source map" }));
row("serving", "POST /compile", 401, json({ source: "" }, null), code("UNAUTHORIZED"));
row("serving", "POST /compile", 200, json({ source: "содир собит а = 1;", url: "а.som" }), {
  is: { code: "export const а = 1;\n", errors: [], warnings: [], imports: [], exports: ["а"], hash: /^[0-9a-f]{32}$/ },
});
row("serving", "POST /compile", 200, json({ source: "собит = 1;" }), { is: { code: "", errors: [{ code: "SOM2007", line: 1, column: 7, severity: "error" }] } });
row("serving", "POST /compile", 400, json({ url: "a.som" }), code("INVALID_BODY"));
row("serving", "POST /compile", 400, json({ source: "", options: { target: "es3" } }), code("CONFIG_INVALID"));
row("fresh", "POST /compile", 200, json({ source: 'ворид "./а";' }, null), { is: { errors: [], imports: [{ specifier: "./а", kind: "static" }] } });
row("fresh", "GET /m/wrong.js", 200, {}, { has: "throw new SyntaxError(" });

export const ROWS = rows;
