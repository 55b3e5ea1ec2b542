// workerd compiles nothing at run time: the module comes by import.
import module from "../somon_wasm_bg.wasm";
import { startSync } from "../dist/component.js";

startSync(module);

export * from "../dist/api.js";
