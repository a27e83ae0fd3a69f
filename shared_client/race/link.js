/** The race's settings in the page's address, so that a link opens a race with them. Pure. */

import { adjusted, BOUNDS, DEFAULTS } from './load.js';
import { WHATS } from './raise/plan.js';

/** @typedef {import('./load.js').Settings} Settings */

const KEYS = /** @type {(keyof Settings)[]} */ (Object.keys(BOUNDS));
const RAISE = 'raise';

/**
 * @param {string} search  a query @param {Readonly<Settings>} [defaults]
 * @returns {Settings} within their bounds, else the defaults
 */
export function readSettings(search, defaults = DEFAULTS) {
  const query = new URLSearchParams(search);
  /** @type {Record<string, any>} */
  const found = Object.fromEntries(KEYS.map((key) => [key, query.get(key) ?? '']));
  return adjusted(defaults, found);
}

/** @param {string} search @returns {import('./raise/plan.js').What | null} null: it is not open */
export function readRaise(search) {
  const found = new URLSearchParams(search).get(RAISE);
  return WHATS.find((what) => what === found) ?? null;
}

/**
 * @param {string} search @param {Settings} settings @param {Readonly<Settings>} [defaults]
 * @param {import('./raise/plan.js').What | null} [raise]  what rises, where this is open
 * @returns {string} the query with these settings; the defaults are not in it
 */
export function writeSettings(search, settings, defaults = DEFAULTS, raise = null) {
  const query = new URLSearchParams(search);
  for (const key of KEYS) {
    if (settings[key] === defaults[key]) query.delete(key);
    else query.set(key, `${settings[key]}`);
  }
  if (raise === null) query.delete(RAISE);
  else query.set(RAISE, raise);
  return `?${query}`;
}
