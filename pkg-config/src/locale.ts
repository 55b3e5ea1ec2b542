// The words of other languages: kept here, so that a fresh instance gets them again.

import { whenFresh } from "./component.js";
import type { Locale } from "./types.js";

export interface LocaleTable {
  locale: string;
  /** Rows as the catalogue generated them. */
  table: string;
}

const known = new Set<string>();

export function addLocale(added: LocaleTable): void {
  if (known.has(added.locale)) return;
  known.add(added.locale);
  whenFresh((exports) => exports.locale_add(added.locale, added.table));
}

/** Fetches the table of a language that is not there yet. Without it, answers are in English. */
export async function fetchLocale(locale: Locale | undefined): Promise<void> {
  try {
    if (locale === "ru" && !known.has("ru")) await import("./locale/ru.js");
    if ((locale === "tg" || locale === "tj") && !known.has("tg")) await import("./locale/tg.js");
  } catch {
    // No network, or a service worker, which may not import by itself: it has to name `somon-wasm/locale/...`.
  }
}
