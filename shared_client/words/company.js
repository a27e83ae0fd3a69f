/** The words about the synthetic people and of the line for new users, in the page's language. */

import { language } from './words.js';

/** @type {Record<string, () => Promise<typeof import('./company_english.js').companyEnglish>>} */
const tables = {
  en: async () => (await import('./company_english.js')).companyEnglish,
  ja: async () => (await import('./company_japanese.js')).companyJapanese,
};

export const company = await tables[language]();
