/** Figures with intervals, their ratios, and what may be said about them. Pure. */

import { pairOf } from './data.js';

/**
 * @typedef {{value: number | null, low: number | null, high: number | null}} Figure
 *   without `low` there is no interval; with `low` alone it has no upper end
 * @typedef {'baseline' | 'better' | 'worse' | 'noise' | 'unknown'} Verdict
 */

/** @type {Figure} */
export const NONE = { value: null, low: null, high: null };

/** @param {import('./data.js').Row} row @returns {Figure} */
export const figureOf = ([, value, low, high]) => ({ value, low, high });

/**
 * One figure divided by an independent one. The interval is MOVER's: the distances from each value
 * to the ends of its interval, on the logarithm, squared and added.
 *
 * @param {Figure} above @param {Figure} below
 * @param {boolean} exact  whether their ranges are intervals; if not, the ratio has none
 * @returns {Figure}
 */
export function ratio(above, below, exact = true) {
  if (!isPositive(above.value) || !isPositive(below.value)) return NONE;
  const value = above.value / below.value;
  if (!exact || above.low === null || below.low === null) return { ...NONE, value };
  const down = Math.hypot(distance(above.low, above.value), distance(below.value, below.high));
  const up = Math.hypot(distance(above.value, above.high), distance(below.low, below.value));
  return { value, low: value * Math.exp(-down),
    high: Number.isFinite(up) ? value * Math.exp(up) : null };
}

/**
 * @param {import('./data.js').Table} table
 * @param {number} above @param {number} below  places of rows
 * @param {boolean} exact
 * @returns {Figure} paired where the run has it
 */
export function ratioOfRows(table, above, below, exact) {
  if (above === below) return { value: 1, low: 1, high: 1 };
  const pair = pairOf(table, above, below);
  if (pair === undefined) {
    return ratio(figureOf(table.rows[above]), figureOf(table.rows[below]), exact);
  }
  if (pair === null) return NONE;
  const [value, factor] = pair;
  return { value, low: value / factor, high: value * factor };
}

/**
 * @param {Figure} found  a ratio
 * @param {'less' | 'more'} better
 * @returns {Verdict | null} null without a ratio
 */
export function verdictOf({ value, low, high }, better) {
  if (value === null) return null;
  if (low === null) return 'unknown';
  if (low <= 1 && (high === null || high >= 1)) return 'noise';
  return (low > 1) === (better === 'more') ? 'better' : 'worse';
}

/** @param {number | null} value @returns {value is number} */
function isPositive(value) {
  return value !== null && value > 0;
}

/** @param {number} low @param {number | null} high @returns {number} on the logarithm */
function distance(low, high) {
  return high === null || low <= 0 ? Infinity : Math.log(high / low);
}
