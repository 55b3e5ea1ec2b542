// `import "somon-wasm/locale/tg"` makes this language known.

import table from "../../locale/tg.js";
import { addLocale } from "../locale.js";

addLocale(table);
