/** The words that the page shows: one table per language, read through `words`. */

import { recall } from '../page/preferences.js';

/** @typedef {typeof import('./english.js').english} Words */

/** Only the table that is shown is loaded. @type {Record<string, () => Promise<Words>>} */
const tables = {
  en: async () => (await import('./english.js')).english,
  ja: async () => (await import('./japanese.js')).japanese,
};
export const languages = Object.keys(tables);

const offered = globalThis.navigator?.languages ?? [];
export const language = [recall('language') ?? '', ...offered].map((each) => each.slice(0, 2))
  .find((each) => languages.includes(each)) ?? 'en';
/** For dates and numbers: the browser's locale, if it is of the language of the words. */
export const locale = offered.find((each) => each.startsWith(language)) ?? language;
export const words = await tables[language]();

/**
 * @param {Record<string, string>} table  with the entry `other`
 * @param {string | number | null} key
 * @returns {string}
 */
export function lookUp(table, key) {
  return Object.hasOwn(table, `${key}`) ? table[`${key}`] : table.other;
}
