/** The words of the split view, in the language of the page. */

import { splitEnglish } from './split_english.js';
import { language } from './words.js';

/** @type {Record<string, () => Promise<typeof splitEnglish>>} */
const tables = {
  en: async () => splitEnglish,
  ja: async () => (await import('./split_japanese.js')).splitJapanese,
};

export const split = await tables[language]();
