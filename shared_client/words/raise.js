/** The words of the raise, in the language of the page. */

import { raiseEnglish } from './raise_english.js';
import { language } from './words.js';

/** @type {Record<string, () => Promise<typeof raiseEnglish>>} */
const tables = {
  en: async () => raiseEnglish,
  ja: async () => (await import('./raise_japanese.js')).raiseJapanese,
};

export const raise = await tables[language]();
