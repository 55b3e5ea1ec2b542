// Pages and web workers, with a bundler or without: bundlers know this form and emit the file.
import { start } from "../dist/component.js";

await start({ module_or_path: new URL("../somon_wasm_bg.wasm", import.meta.url) });

export * from "../dist/api.js";
