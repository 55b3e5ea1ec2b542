// Deno hands the compiled module over by import: no permission to read files is needed.
import source module from "../somon_wasm_bg.wasm";
import { startSync } from "../dist/component.js";

startSync(module);

export * from "../dist/api.js";
