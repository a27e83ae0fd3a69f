/** The words that the page shows: one table per language, read through `words`. */

import { recall } from '../page/preferences.js';

/** @typedef {typeof import('./english.js').english} Words */

/** Only the table that is shown is loaded. @type {Record<string, () => Promise<Words>>} */
const tables = {
  en: async () => (await import('./english.js')).english,
  ja: async () => (await import('./japanese.js')).japanese,
};
export const languages = Object.keys(tables);

const wanted = [recall('language') ?? '', ...globalThis.navigator?.languages ?? []];
/** For dates and numbers: as the browser has it, where that is of the language of the words. */
export const locale = wanted.find((each) => languages.includes(each.slice(0, 2))) ?? 'en';
export const language = locale.slice(0, 2);
export const words = await tables[language]();

/**
 * @param {Record<string, string>} table  with the entry `other`
 * @param {string | number | null} key
 * @returns {string}
 */
export function lookUp(table, key) {
  return Object.hasOwn(table, `${key}`) ? table[`${key}`] : table.other;
}
