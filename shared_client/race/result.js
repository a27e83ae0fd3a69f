/** The result of the race: what the times prove, if anything. */

import { delivery } from './ledger.js';
import { isLimit } from './lag.js';
import { estimate, LEAST_PAIRS } from './ratio.js';

/** The time between two estimates, and between two counts before there is one. */
const EVERY_MS = 2000;
const COUNT_MS = 250;
/** The longest time that one step of an estimate takes. */
const STEP_MS = 5;
/** @type {{now: () => number, soon: (step: () => void) => void}} */
const CLOCK = { now: () => performance.now(), soon: (step) => { setTimeout(step); } };
/**
 * A smaller difference is no result, however narrow its interval is: the page receives the frames
 * of both sides one after the other, so it adds such a difference itself.
 */
export const LEAST_RATIO = 1.05;

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./ratio.js').Estimate} Estimate
 * @typedef {{is: 'limit'} | {is: 'waiting', count: number}
 *   | {is: 'none', estimate: Estimate}
 *   | {is: 'little', side: 0 | 1, surely: boolean, estimate: Estimate}
 *   | {is: 'faster', side: 0 | 1, estimate: Estimate}} Result  `none`: no difference is shown;
 *   `little`: there is one, of less than `LEAST_RATIO`, which is proved only if `surely`. The
 *   estimates of `little` and `faster` are of the other side by the faster side, so above 1
 */

/** @param {State} state @returns {import('./ratio.js').Pair[]} what both sides delivered to all */
export function pairsOf({ sides }) {
  const [left, right] = Object.values(sides).map(({ ledger }) => ledger.rows);
  if (right === undefined) return [];
  const times = new Map(left.map((row) => [row.n, delivery(row)]));
  return right.map((row) => /** @type {const} */ ([row.n, times.get(row.n) ?? null, delivery(row)]))
    .sort(([one], [other]) => one - other)
    .flatMap(([, one, other]) => one === null || other === null ? []
      : [/** @type {import('./ratio.js').Pair} */ ([one, other])]);
}

/**
 * @param {import('./lag.js').Lag} lag @param {number} count  of pairs
 * @param {Estimate | null} found  of the left side by the right side
 * @returns {Result}
 */
export function resultOf(lag, count, found) {
  if (isLimit(lag)) return { is: 'limit' };
  if (found === null) return { is: 'waiting', count };
  const turned = { ...found, ratio: 1 / found.ratio, low: 1 / found.high, high: 1 / found.low };
  if (found.low >= LEAST_RATIO) return { is: 'faster', side: 1, estimate: found };
  if (turned.low >= LEAST_RATIO) return { is: 'faster', side: 0, estimate: turned };
  if (found.low > 1) return little(1, found);
  if (turned.low > 1) return little(0, turned);
  return { is: 'none', estimate: found };
}

/** @param {0 | 1} side  the faster one @param {Estimate} estimate @returns {Result} */
function little(side, estimate) {
  return { is: 'little', side, surely: estimate.high < LEAST_RATIO, estimate };
}

/**
 * Estimates in small steps, because one estimate of many messages takes longer than a frame.
 *
 * @param {() => void} changed  called when there is a new estimate
 * @param {typeof CLOCK} [clock]
 * @returns {{look: (state: State) => Result, close: () => void}}
 */
export function createResult(changed, clock = CLOCK) {
  /** @type {Estimate | null} */
  let found = null;
  let count = 0;
  /** @type {unknown} */
  let of = null;
  let run = '';
  let lookedAt = -Infinity;
  /** @type {Generator<void, Estimate> | null} */
  let job = null;

  /** @param {Generator<void, Estimate>} mine */
  function step(mine) {
    if (job !== mine) return;
    const until = clock.now() + STEP_MS;
    do {
      const { done, value } = mine.next();
      if (done) {
        job = null;
        found = value;
        changed();
        return;
      }
    } while (clock.now() < until);
    clock.soon(() => step(mine));
  }

  /** @param {State} state */
  function begin(state) {
    const pairs = pairsOf(state);
    count = pairs.length;
    if (count < LEAST_PAIRS) return;
    const mine = estimate(pairs);
    job = mine;
    clock.soon(() => step(mine));
  }

  return {
    look(state) {
      if (state.run !== run) {
        [run, found, count, job, lookedAt] = [state.run, null, 0, null, -Infinity];
      }
      const due = clock.now() - lookedAt >= (found === null ? COUNT_MS : EVERY_MS);
      if (job === null && due && of !== state.sides) {
        [of, lookedAt] = [state.sides, clock.now()];
        begin(state);
      }
      return resultOf(state.lag, count, found);
    },

    close() {
      job = null;
    },
  };
}
