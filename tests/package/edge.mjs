// The sample worker where it is meant to run: in workerd and in `deno serve`.
// Must give them what a user deploys: the worker's file and the installed package.

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { program, RUNTIMES } from "./harness.mjs";

/**
 * One script and the component beside it as a compiled module, as wrangler makes them. workerd itself:
 * a development server before it would keep from the worker that a client is gone.
 */
export async function startWorkerd(place, file, bindings = {}, flags = ["enable_request_signal"]) {
  const outdir = join(place.folder, "worker-out");
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints: { worker: file },
    outdir,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    logLevel: "error",
  });
  const wasm = readdirSync(outdir).find((name) => name.endsWith(".wasm"));
  const texts = Object.entries(bindings).map(([name, text]) => `( name = "${name}", text = "${text}" )`);
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ ( name = "main", worker = .worker ), ( name = "internet", network = ( allow = ["local"] ) ) ],
  sockets = [ ( name = "http", address = "127.0.0.1:0", http = (), service = "main" ) ]
);
const worker :Workerd.Worker = (
  modules = [
    ( name = "worker.js", esModule = embed "worker.js" ),
    ( name = "${wasm}", wasm = embed "${wasm}" )
  ],
  bindings = [ ${texts.join(", ")} ],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ${JSON.stringify(flags)}
);
`;
  writeFileSync(join(outdir, "config.capnp"), config);
  const words = ["serve", "--control-fd=1", join(outdir, "config.capnp")];
  const { found, pid, close } = await start(program("SOMON_WORKERD"), words, { cwd: outdir }, /"port":(\d+)/);
  return { url: `http://127.0.0.1:${found}`, pid, close };
}

/** The lines that `statements` log in a request to workerd. */
export async function linesInWorkerd(place, imports, statements) {
  const worker = `${imports}export default {
  async fetch() {
    const lines = [];
    const console = { log: (...words) => lines.push(words.join(" ")) };
    ${statements}
    return Response.json(lines);
  },
};
`;
  const workerd = await startWorkerd(place, place.write("worker.mjs", worker));
  try {
    return await (await fetch(workerd.url)).json();
  } finally {
    await workerd.close();
  }
}

export async function startDeno(place, file, bindings = {}) {
  const options = ["--no-prompt", "--allow-net=127.0.0.1", "--allow-env=SOURCE,TOKEN", "--host=127.0.0.1", "--port=0"];
  const env = { ...process.env, ...bindings, NO_COLOR: "1" };
  const words = ["serve", ...options, file];
  const { found, pid, close } = await start(program("SOMON_DENO"), words, { cwd: place.folder, env }, /(http:\/\/[\d.]+:\d+)/);
  return { url: found, pid, close };
}

/** The same worker behind a server of Node's own. */
export async function startNode(place, file, bindings = {}) {
  const server = place.write(
    "node-server.mjs",
    `import { createServer } from "node:http";
import worker from ${JSON.stringify(pathToFileURL(file).href)};
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
  const url = new URL(request.url, "http://" + request.headers.host);
  const answer = await worker.fetch(new Request(url, { method: request.method, headers: request.headers, body }), process.env);
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});
server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
`,
  );
  const env = { ...process.env, ...bindings };
  const { found, pid, close } = await start(process.execPath, [server], { cwd: place.folder, env }, /(http:\/\/[\d.]+:\d+)/);
  return { url: found, pid, close };
}

/** A script that serves, and says where. */
export async function startScript(runtime, place, file, pattern, variables = {}) {
  const [command, words] = RUNTIMES[runtime](file);
  const options = { cwd: place.folder, env: { ...process.env, ...variables, NO_COLOR: "1" } };
  const { found, close } = await start(command, words, options, pattern);
  return { url: found, close };
}

/** Starts a server and waits until it says where it listens. */
async function start(command, words, options, pattern) {
  // The program may be a script that starts the real one: as a group they end together.
  const server = spawn(command, words, { ...options, detached: true });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const close = () => {
    if (server.exitCode === null) process.kill(-server.pid);
    return ended;
  };
  let said = "";
  const found = await new Promise((resolve, reject) => {
    const hear = (text) => {
      said += text;
      const match = said.match(pattern);
      if (match) resolve(match[1]);
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`${command} ended: ${said}`)));
  });
  return { found, pid: server.pid, close };
}
