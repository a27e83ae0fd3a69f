/** The logarithmic time axis. All plots share it, so the user can compare them. Pure. */

/** The resolution of a browser's clock. */
export const LEAST_MS = 0.1;
const STEPS = [1, 2, 5];
/** The share of the axis that a label takes. */
const CLEAR = 0.17;

/** @typedef {{from: number, to: number, ticks: number[]}} Scale  in ms */

/** @param {Iterable<number>} times @returns {Scale} whole steps of 1, 2, 5 around all times */
export function scaleFor(times) {
  let low = Infinity;
  let high = 0;
  for (const time of times) {
    low = Math.min(low, Math.max(time, LEAST_MS));
    high = Math.max(high, time, LEAST_MS);
  }
  if (high === 0) [low, high] = [1, 10];
  const from = stepBelow(low);
  // At least a decade, so that noise does not look large.
  const to = Math.max(stepAbove(high), from * 10);
  return { from, to, ticks: ticks(from, to) };
}

/** @param {Scale} scale @param {number} ms @returns {number} 0 at the start, 1 at the end */
export function position({ from, to }, ms) {
  const share = Math.log(Math.max(ms, from) / from) / Math.log(to / from);
  return Math.min(1, share);
}

/** @param {number} from @param {number} to @returns {number[]} both ends, and ticks that fit */
function ticks(from, to) {
  const all = [];
  for (let decade = Math.floor(Math.log10(from)); 10 ** decade <= to * 1.001; decade += 1) {
    for (const step of STEPS) all.push(tidy(step * 10 ** decade));
  }
  const inside = all.filter((tick) => tick > from * 1.001 && tick < to * 0.999);
  return [from, ...inside.filter((tick) => to / from <= 20 || isClear(tick, from, to)), to];
}

/**
 * Whether the tick is a decade with room to both ends.
 *
 * @param {number} tick @param {number} from @param {number} to
 */
function isClear(tick, from, to) {
  const at = position({ from, to, ticks: [] }, tick);
  const isDecade = Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9;
  return isDecade && at > CLEAR && at < 1 - CLEAR;
}

/** @param {number} ms */
function stepBelow(ms) {
  const decade = 10 ** Math.floor(Math.log10(ms) + 1e-9);
  return tidy(decade * Math.max(...STEPS.filter((step) => step * decade <= ms * (1 + 1e-9))));
}

/** @param {number} ms */
function stepAbove(ms) {
  const decade = 10 ** Math.floor(Math.log10(ms) + 1e-9);
  const step = [...STEPS, 10].find((each) => each * decade >= ms * (1 - 1e-9)) ?? 10;
  return tidy(decade * step);
}

/** @param {number} value @returns {number} without binary rounding errors */
function tidy(value) {
  return Number(value.toPrecision(6));
}
