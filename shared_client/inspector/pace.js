/** The rates of received and sent frames, and the round trip times. Pure. */

import { median, ROUND_TRIPS_KEPT } from '../state/state.js';

/** A rate is the mean of this many whole seconds. */
const SECONDS = 3;
/** Measurements of ten minutes. */
export const TRIPS_KEPT = 200;
/** A plot has room for at least this many steps. */
const FEWEST = 20;

/**
 * @typedef {import('./log.js').Direction} Direction
 * @typedef {{frames: number, bytes: number}} Sum
 * @typedef {{second: number, in: Sum, out: Sum}} Bucket  the frames of one second
 * @typedef {{in: Sum, out: Sum, buckets: readonly Bucket[]}} Pace
 */

const NOTHING = Object.freeze({ frames: 0, bytes: 0 });
/** @type {Pace} */
export const STILL = Object.freeze({ in: NOTHING, out: NOTHING, buckets: [] });

/**
 * @param {Pace} pace @param {Direction} direction @param {number} at  ms @param {number} bytes
 * @returns {Pace} with one more frame
 */
export function counted(pace, direction, at, bytes) {
  const second = Math.floor(at / 1000);
  const last = pace.buckets.at(-1);
  const bucket = last?.second === second ? last : { second, in: NOTHING, out: NOTHING };
  const others = last === bucket ? pace.buckets.slice(0, -1) : pace.buckets.slice(-SECONDS);
  return { ...pace, [direction]: plus(pace[direction], bytes),
    buckets: [...others, { ...bucket, [direction]: plus(bucket[direction], bytes) }] };
}

/**
 * @param {Pace} pace @param {number} at  ms
 * @returns {{in: Sum, out: Sum}} each second, as a mean of the last seconds
 */
export function rates({ buckets }, at) {
  const now = Math.floor(at / 1000);
  const lately = buckets.filter(({ second }) => second < now && second >= now - SECONDS);
  /** @param {Direction} direction @param {'frames' | 'bytes'} what */
  const mean = (direction, what) =>
    lately.reduce((sum, bucket) => sum + bucket[direction][what], 0) / SECONDS;
  return {
    in: { frames: mean('in', 'frames'), bytes: mean('in', 'bytes') },
    out: { frames: mean('out', 'frames'), bytes: mean('out', 'bytes') },
  };
}

/** @typedef {readonly (number | null)[]} Trips  in ms; null where a connection ended */

/** @param {Trips} trips @param {number | null} ms @returns {Trips} */
export function measured(trips, ms) {
  if (ms === null && (trips.at(-1) ?? null) === null) return trips;
  return [...trips, ms].slice(-TRIPS_KEPT);
}

/**
 * The figures are of the pings that the bar of the page shows, so that both have the same median:
 * the last ones of this connection.
 *
 * @param {Trips} trips
 * @returns {{last: number, median: number, longest: number, count: number} | null}
 */
export function summary(trips) {
  const known = trips.slice(trips.lastIndexOf(null) + 1).slice(-ROUND_TRIPS_KEPT);
  const last = known.at(-1);
  if (last === undefined || last === null) return null;
  const of = known.filter((ms) => ms !== null);
  return { last, median: median(of), longest: Math.max(...of), count: of.length };
}

/**
 * @param {Trips} trips @param {number} width @param {number} height
 * @returns {string} an SVG path: 0 ms is at the bottom, the longest trip at the top
 */
export function plotted(trips, width, height) {
  const longest = Math.max(1, ...trips.map((ms) => ms ?? 0));
  const step = width / Math.max(FEWEST, trips.length - 1);
  const start = width - step * (trips.length - 1);
  let broken = true;
  return trips.map((ms, index) => {
    if (ms === null) {
      broken = true;
      return '';
    }
    const point = `${(start + index * step).toFixed(1)} ${(height * (1 - ms / longest)).toFixed(1)}`;
    const mark = broken ? `M${point}l0 0` : `L${point}`;
    broken = false;
    return mark;
  }).join('');
}

/** @param {Sum} sum @param {number} bytes @returns {Sum} */
function plus(sum, bytes) {
  return { frames: sum.frames + 1, bytes: sum.bytes + bytes };
}
