/** How late the page's own timers come. A page that is late measures itself. Pure. */

/** So many measurements, with one every 250 ms, are three seconds. */
const MEASURED = 12;
/** Above this, a figure of a few ms says more about the page than about the servers. */
export const MOST_LAG_MS = 30;

/**
 * @typedef {{last: readonly number[], worst: number}} Lag  in ms; `worst` is the highest median of
 *   the last three seconds since the reset: a single late timer does not raise it
 */

/** @type {Lag} */
export const NO_LAG = Object.freeze({ last: [], worst: 0 });

/** @param {Lag} lag @param {number} ms @returns {Lag} */
export function lagging({ last, worst }, ms) {
  const all = [...last, ms].slice(-MEASURED);
  if (all.length < MEASURED) return { last: all, worst };
  const median = [...all].sort((one, other) => one - other)[MEASURED / 2];
  return { last: all, worst: Math.max(worst, median) };
}

/** @param {Lag} lag @returns {boolean} whether the page was the limit */
export function isLimit({ worst }) {
  return worst > MOST_LAG_MS;
}
