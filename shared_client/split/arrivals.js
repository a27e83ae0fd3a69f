/** When the messages of one side came to this page. Pure. */

/**
 * @typedef {{at: number, live: boolean}} Arrival  in ms since the page's start; `live`: as it was
 *   said, and not in a replay after a lost connection
 * @typedef {{side: 0 | 1, ms: number, live: boolean}} Lag  the side whose copy came later
 */

/** The most arrivals that are kept. */
export const KEPT = 2000;

export function createArrivals() {
  /** By the message's key. @type {Map<string, Arrival>} */
  const all = new Map();
  return {
    /** The first arrival counts. @param {string} key @param {Arrival} arrival */
    note(key, arrival) {
      if (all.has(key)) return;
      all.set(key, arrival);
      const [oldest] = all.keys();
      if (all.size > KEPT) all.delete(oldest);
    },
    /** @param {string} key @returns {Arrival | null} null for a message of the history */
    of: (key) => all.get(key) ?? null,
  };
}

/**
 * @param {Arrival | null} left @param {Arrival | null} right
 * @returns {Lag | null} null if one copy did not arrive while this page looked
 */
export function lagBetween(left, right) {
  if (left === null || right === null) return null;
  const ms = right.at - left.at;
  return { side: ms >= 0 ? 1 : 0, ms: Math.abs(ms), live: left.live && right.live };
}
