// A handler behind a port of Node: `node node.js` serves the `.som` modules of SOURCE compiled, and the management
// routes to who has TOKEN. Bodies of answers are whole; bodies of requests are streamed.

import { createServer } from "node:http";
import { Readable } from "node:stream";

/** Answers every request by `fetch(request, env)`; the server that listens. */
export function listen(fetch, { port = 8080, host = "127.0.0.1", env = process.env } = {}) {
  const server = createServer(async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.once("close", () => outgoing.writableEnded || gone.abort());
    const answer = await fetch(toRequest(incoming, gone.signal), env);
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(new Uint8Array(await answer.arrayBuffer()));
    // What nobody read of the body must not keep the connection from its next request.
    incoming.resume();
  });
  return new Promise((resolve) => server.listen(port, host, () => resolve(server)));
}

function toRequest(incoming, signal) {
  const { method, url, headers: fields } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  const at = `http://${fields.host ?? "localhost"}${url.startsWith("/") ? url : `/${url}`}`;
  if (!URL.canParse(at)) return { method, url: at, headers, body: null, signal };
  const body = method === "GET" || method === "HEAD" ? null : Readable.toWeb(incoming);
  // A target of two slashes is a path here, and none to `Request`.
  return { method, url: at, headers, body, signal };
}
