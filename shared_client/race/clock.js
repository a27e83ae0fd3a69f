/** How the companion's clock stands to this page's: from frames that went there and back. Pure. */

/** Two clocks drift: what was measured longer ago does not count. */
export const WINDOW_MS = 120_000;
const MOST_SAMPLES = 64;

/**
 * @typedef {{at: number, offset: number, give: number}} Sample  `give` is by how much the offset
 *   may be wrong: the answer was written somewhere between asking and hearing
 */

/**
 * @param {readonly Sample[]} samples
 * @param {{askedAt: number, heardAt: number, at: number}} answer  `at` by the other clock
 * @returns {Sample[]}
 */
export function measured(samples, { askedAt, heardAt, at }) {
  const sample = { at: heardAt, offset: at - (askedAt + heardAt) / 2,
    give: (heardAt - askedAt) / 2 };
  return [...samples, sample].slice(-MOST_SAMPLES)
    .filter((each) => heardAt - each.at <= WINDOW_MS);
}

/** @param {readonly Sample[]} samples @returns {Sample | null} the one of the shortest round trip */
export function aligned(samples) {
  return samples.reduce((/** @type {Sample | null} */ best, sample) =>
    best === null || sample.give < best.give ? sample : best, null);
}
