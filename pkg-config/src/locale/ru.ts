// `import "somon-wasm/locale/ru"` makes this language known.

import table from "../../locale/ru.js";
import { addLocale } from "../locale.js";

addLocale(table);
