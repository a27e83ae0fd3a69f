/**
 * The ratio of the medians of both sides, with a 95 % interval, from the times that the same
 * messages took on both sides. Pure.
 *
 * The interval is a percentile bootstrap (Efron) over circular blocks (Politis and Romano, 1992).
 * It draws pairs, because both sides share each pause of this page, and blocks of consecutive
 * messages, because messages that are near in time are alike. With single times instead, the
 * interval would be too narrow, and a difference by chance would pass for a result.
 */

/**
 * The interval of fewer messages is too narrow. The page shows it again and again while messages
 * come, so a first guess would often name a winner that is none a little later.
 */
export const LEAST_PAIRS = 100;
/** The usual number for a percentile interval. */
export const RESAMPLES = 1000;
const OUTSIDE = 0.025;
/** In ms: browsers do not measure shorter times, and a ratio needs more than 0. */
const FINEST_MS = 0.1;

/**
 * @typedef {readonly [left: number, right: number]} Pair  how long one message took, in ms
 * @typedef {Readonly<{count: number, ratio: number, low: number, high: number}>} Estimate  of the
 *   left median divided by the right median; `low` to `high` is the 95 % interval
 */

/**
 * Yields after each resample, so that the caller can do other work in between. The same pairs
 * always give the same estimate.
 *
 * @param {readonly Pair[]} pairs  in the order of sending, `LEAST_PAIRS` or more
 * @param {number} [resamples]
 * @returns {Generator<void, Estimate>}
 */
export function* estimate(pairs, resamples = RESAMPLES) {
  const count = pairs.length;
  const sides = [0, 1].map((side) =>
    ranked(pairs.map((pair) => Math.max(FINEST_MS, pair[side]))));
  const block = Math.ceil(Math.cbrt(count));
  const below = createRandom(count);
  const drawn = new Uint32Array(count);
  const ratios = new Float64Array(resamples);
  for (let turn = 0; turn < resamples; turn += 1) {
    drawBlocks(drawn, block, below);
    const [left, right] = sides.map((side) => medianOf(side, drawn));
    ratios[turn] = left / right;
    yield;
  }
  ratios.sort();
  const outside = Math.floor(OUTSIDE * resamples);
  const middle = Math.ceil(count / 2) - 1;
  return { count, ratio: sides[0].sorted[middle] / sides[1].sorted[middle],
    low: ratios[outside], high: ratios[resamples - 1 - outside] };
}

/** @typedef {{sorted: Float64Array, ranks: Uint32Array, counts: Uint32Array}} Ranked */

/** @param {readonly number[]} times @returns {Ranked} with the place of each time in the order */
function ranked(times) {
  const order = Uint32Array.from(times, (_, index) => index)
    .sort((one, other) => times[one] - times[other]);
  const ranks = new Uint32Array(times.length);
  order.forEach((index, rank) => { ranks[index] = rank; });
  return { sorted: Float64Array.from(order, (index) => times[index]), ranks,
    counts: new Uint32Array(times.length) };
}

/**
 * @param {Uint32Array} drawn  gets the indices of pairs @param {number} block
 * @param {(count: number) => number} below
 */
function drawBlocks(drawn, block, below) {
  const count = drawn.length;
  for (let from = 0; from < count; from += block) {
    let index = below(count);
    for (let at = from; at < Math.min(count, from + block); at += 1) {
      drawn[at] = index;
      index = index + 1 === count ? 0 : index + 1;
    }
  }
}

/**
 * By counting ranks: sorting each resample would take ten times as long.
 *
 * @param {Ranked} side @param {Uint32Array} drawn @returns {number}
 */
function medianOf({ sorted, ranks, counts }, drawn) {
  counts.fill(0);
  for (let at = 0; at < drawn.length; at += 1) counts[ranks[drawn[at]]] += 1;
  let rest = Math.ceil(drawn.length / 2);
  let rank = 0;
  for (; rest > counts[rank]; rank += 1) rest -= counts[rank];
  return sorted[rank];
}

/** Marsaglia's xorshift. @param {number} seed @returns {(count: number) => number} below `count` */
function createRandom(seed) {
  let last = (seed * 2654435761 + 1) | 0 || 1;
  return (count) => {
    last ^= last << 13;
    last ^= last >>> 17;
    last ^= last << 5;
    return Math.floor((last >>> 0) / 2 ** 32 * count);
  };
}
