/** The words of the breaks, in the language of the page. */

import { breaksEnglish } from './breaks_english.js';
import { language } from './words.js';

/** @type {Record<string, () => Promise<typeof breaksEnglish>>} */
const tables = {
  en: async () => breaksEnglish,
  ja: async () => (await import('./breaks_japanese.js')).breaksJapanese,
};

export const breaks = await tables[language]();
