/** The words of the dialogs, in the page's language; loaded with the first dialog. */

import { language } from './words.js';

/** @type {Record<string, () => Promise<typeof import('./opened_english.js').openedEnglish>>} */
const tables = {
  en: async () => (await import('./opened_english.js')).openedEnglish,
  ja: async () => (await import('./opened_japanese.js')).openedJapanese,
};

export const opened = await tables[language]();
