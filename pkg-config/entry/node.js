// Node and Bun read the component from the package's own folder.
import { readFileSync } from "node:fs";
import { startSync } from "../dist/component.js";

startSync(readFileSync(new URL("../somon_wasm_bg.wasm", import.meta.url)));

export * from "../dist/api.js";
