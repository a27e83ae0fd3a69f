/** The words of the race, in the language of the page. */

import { language } from './words.js';
import { raceEnglish } from './race_english.js';

/** @type {Record<string, () => Promise<typeof raceEnglish>>} */
const tables = {
  en: async () => raceEnglish,
  ja: async () => (await import('./race_japanese.js')).raceJapanese,
};

export const race = await tables[language]();
