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
const { hourCycle } = new Intl.DateTimeFormat([...offered], { timeStyle: 'short' })
  .resolvedOptions();
/** For dates: the browser's locale, if it is of the words' language; always with its clock. */
export const locale = new Intl.Locale(
  offered.find((each) => each.startsWith(language)) ?? language, { hourCycle });
export const words = await tables[language]();

/**
 * @param {Record<string, string>} table  with the entry `other`
 * @param {string | number | null} key
 * @returns {string}
 */
export function lookUp(table, key) {
  return Object.hasOwn(table, `${key}`) ? table[`${key}`] : table.other;
}
