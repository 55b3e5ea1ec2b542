// How the playground is built: relative addresses, so that it works in any folder of a server.

import { defineConfig } from "vite";
import { offline } from "./offline/plugin.ts";

export default defineConfig({
  base: "./",
  // The package waits for its wasm at the top level of a module.
  build: { target: "es2022", modulePreload: { polyfill: false } },
  worker: { format: "es" },
  plugins: [offline()],
});
