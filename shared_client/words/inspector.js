/** The words of the inspector, in the language of the page. */

import { language } from './words.js';
import { inspectorEnglish } from './inspector_english.js';

/** @type {Record<string, () => Promise<typeof inspectorEnglish>>} */
const tables = {
  en: async () => inspectorEnglish,
  ja: async () => (await import('./inspector_japanese.js')).inspectorJapanese,
};

export const inspector = await tables[language]();
