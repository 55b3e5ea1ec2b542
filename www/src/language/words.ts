// The language of the page: which one, its words, and elements that follow a change of it.
// The one place that writes words of the page into elements.

import { Listeners } from "../listeners.ts";
import { keepSetting, setting } from "../project/storage.ts";
import { en, type Word, type Words } from "./en.ts";
import { ru } from "./ru.ts";
import { tg } from "./tg.ts";

export type { Word } from "./en.ts";

export type Language = "tg" | "ru" | "en";

export const LANGUAGES: Readonly<Record<Language, string>> = { tg: "Тоҷикӣ", ru: "Русский", en: "English" };

const TABLES: Readonly<Record<Language, Words>> = { tg, ru, en };
const SETTING = "language";

export const languageChanged = new Listeners();
let current: Language = firstLanguage();

export function language(): Language {
  return current;
}

export function chooseLanguage(chosen: string): void {
  if (!isLanguage(chosen) || chosen === current) return;
  current = chosen;
  keepSetting(SETTING, chosen);
  languageChanged.tell();
}

/** The words for a key, with `{name}` replaced by the value of that name. */
export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return TABLES[current][word].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Makes the element show the word, now and after every change of language. */
export function label<E extends Element>(element: E, word: Word, ...attributes: ("title" | "aria-label")[]): E {
  const write = (): void => {
    if (attributes.length === 0) element.textContent = say(word);
    for (const attribute of attributes) element.setAttribute(attribute, say(word));
  };
  write();
  languageChanged.add(write);
  return element;
}

/** The user's last choice, else the first of the browser's languages that the page speaks. */
function firstLanguage(): Language {
  const wanted = [setting(SETTING) ?? "", ...navigator.languages].map((tag) => tag.split("-", 1)[0] ?? "");
  return wanted.find(isLanguage) ?? "en";
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(TABLES, tag);
}
