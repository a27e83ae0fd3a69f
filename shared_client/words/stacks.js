/** The words of the stacks' controls, in the language of the page. */

import { stacksEnglish } from './stacks_english.js';
import { language } from './words.js';

/** @type {Record<string, () => Promise<typeof stacksEnglish>>} */
const tables = {
  en: async () => stacksEnglish,
  ja: async () => (await import('./stacks_japanese.js')).stacksJapanese,
};

export const stacks = await tables[language]();
