/** The words of the code panel, in the language of the page. */

import { language } from './words.js';

/** @type {Record<string, () => Promise<typeof import('./code_english.js').codeEnglish>>} */
const tables = {
  en: async () => (await import('./code_english.js')).codeEnglish,
  ja: async () => (await import('./code_japanese.js')).codeJapanese,
};

export const code = await tables[language]();
