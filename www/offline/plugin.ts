// Adds the service worker to the build, with the list of the files it is to keep.
// It must never list a file that the build did not write: one missing file and nothing is kept.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformWithOxc, type Plugin } from "vite";

const SOURCE = fileURLToPath(new URL("service_worker.ts", import.meta.url));

export function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    async generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((name) => name !== "index.html" && !name.endsWith(".map")).sort();
      const hash = createHash("sha256");
      for (const item of Object.values(bundle)) hash.update(item.type === "asset" ? item.source : item.code);
      const { code } = await transformWithOxc(readFileSync(SOURCE, "utf8"), SOURCE);
      const head = [
        `const NAME_OF_THIS_BUILD = ${JSON.stringify(hash.digest("hex").slice(0, 16))};`,
        `const FILES_OF_THIS_BUILD = ${JSON.stringify(["./", "./icon.svg", ...files.map((name) => `./${name}`)])};`,
      ];
      this.emitFile({ type: "asset", fileName: "service_worker.js", source: `${head.join("\n")}\n${code}` });
    },
  };
}
