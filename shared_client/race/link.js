/** The race's settings in the page's address, so that a link opens a race with them. Pure. */

import { adjusted, BOUNDS, DEFAULTS } from './load.js';

/** @typedef {import('./load.js').Settings} Settings */

const KEYS = /** @type {(keyof Settings)[]} */ (Object.keys(BOUNDS));

/** @param {string} search  a query @returns {Settings} within their bounds, else the defaults */
export function readSettings(search) {
  const query = new URLSearchParams(search);
  /** @type {Record<string, any>} */
  const found = Object.fromEntries(KEYS.map((key) => [key, query.get(key) ?? '']));
  return adjusted(DEFAULTS, found);
}

/**
 * @param {string} search @param {Settings} settings
 * @returns {string} the query with these settings; the defaults are not in it
 */
export function writeSettings(search, settings) {
  const query = new URLSearchParams(search);
  for (const key of KEYS) {
    if (settings[key] === DEFAULTS[key]) query.delete(key);
    else query.set(key, `${settings[key]}`);
  }
  return `?${query}`;
}
