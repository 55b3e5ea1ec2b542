// The component as text in JavaScript: larger, but it works wherever JavaScript runs and compiling is allowed.
import { bytes } from "../dist/bytes.js";
import { startSync } from "../dist/component.js";

startSync(bytes);

export * from "../dist/api.js";
