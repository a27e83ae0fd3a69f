/** Count, median and p99 of times. Pure. */

/** The p99 of fewer times is about the slowest time. */
export const LEAST_FOR_P99 = 100;

/** @typedef {{count: number, median: number | null, p99: number | null}} Summary */

/** @param {readonly (number | null)[]} times  null for a missing time @returns {Summary} */
export function summary(times) {
  const sorted = Float64Array.from(times.filter((time) => time !== null)).sort();
  const { length } = sorted;
  return { count: length, median: length === 0 ? null : quantile(sorted, 0.5),
    p99: length < LEAST_FOR_P99 ? null : quantile(sorted, 0.99) };
}

/**
 * By nearest rank: a measured time, not a value between two times.
 *
 * @param {Float64Array} sorted  not empty @param {number} q
 */
function quantile(sorted, q) {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}
