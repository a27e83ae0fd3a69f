/** Every word that the modules put on the page: one table per language, read through `words`. */

import { english } from './words_en.js';

export const words = english;

/**
 * @param {Record<string, string>} table  with the entry `other`
 * @param {string | number | null} key
 * @returns {string}
 */
export function lookUp(table, key) {
  return table[`${key}`] ?? table.other;
}
