/** The offset of the companion's clock from this page's clock, measured by round trips. Pure. */

/** The clocks drift, so older samples do not count. */
export const WINDOW_MS = 120_000;
const MOST_SAMPLES = 64;

/**
 * @typedef {{at: number, offset: number, give: number}} Sample  `give` is the largest
 *   possible error of `offset`: the answer was written between `askedAt` and `heardAt`
 */

/**
 * @param {readonly Sample[]} samples
 * @param {{askedAt: number, heardAt: number, at: number}} answer  `at` is on the companion's clock
 * @returns {Sample[]}
 */
export function measured(samples, { askedAt, heardAt, at }) {
  const sample = { at: heardAt, offset: at - (askedAt + heardAt) / 2,
    give: (heardAt - askedAt) / 2 };
  return [...samples, sample].slice(-MOST_SAMPLES)
    .filter((each) => heardAt - each.at <= WINDOW_MS);
}

/**
 * @param {readonly Sample[]} samples
 * @returns {Sample | null} the sample of the shortest round trip
 */
export function aligned(samples) {
  return samples.reduce((/** @type {Sample | null} */ best, sample) =>
    best === null || sample.give < best.give ? sample : best, null);
}
