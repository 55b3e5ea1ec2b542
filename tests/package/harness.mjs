// What the tests of the package share: an empty folder with the tarball installed, the five-module
// program, servers that count at the socket, and one way to run a script in each runtime.

import { execFile } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** An empty folder into which npm has installed the package as a user would. */
export async function install(variable = "SOMON_TARBALL") {
  const tarball = process.env[variable];
  if (!tarball) throw new Error(`${variable} names no tarball`);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "somon-package-")));
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--silent", tarball], { cwd: folder });
  return {
    folder,
    write(name, text) {
      const file = join(folder, name);
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The runtimes that take a script, and how. */
export const RUNTIMES = {
  node: (file) => [process.execPath, [file]],
  deno: (file) => [program("SOMON_DENO"), ["run", "--no-prompt", "--allow-net=127.0.0.1", file]],
  bun: (file) => [program("SOMON_BUN"), [file]],
};

const OTHERS = {
  /** Deno with leave to import code from a local server. */
  "deno-remote": (file) => {
    const options = ["--no-prompt", "--allow-net=127.0.0.1", "--allow-import=127.0.0.1", "--reload"];
    return [program("SOMON_DENO"), ["run", ...options, file]];
  },
};

/** Standard output of a script. A script that does not end by itself fails. */
export async function runScript(runtime, file, cwd) {
  const [command, words] = (RUNTIMES[runtime] ?? OTHERS[runtime])(file);
  const { stdout } = await run(command, words, { cwd, timeout: 60_000, env: { ...process.env, NO_COLOR: "1" } });
  return stdout;
}

export function program(variable) {
  const path = process.env[variable];
  if (!path) throw new Error(`${variable} names no program`);
  return path;
}

/** A server on a free port; `requests` holds every path asked for, in order. */
export async function serve(answer) {
  const requests = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url);
    requests.push(path);
    response.setHeader("access-control-allow-origin", "*");
    answer(path, response, request);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () => new Promise((closed) => (server.closeAllConnections(), server.close(closed))),
  };
}
