/** The lines of the split view: both sides' rows, and the days between them. Pure. */

import { createDays } from '../state/rows.js';
import { lagBetween } from './arrivals.js';
import { coupled, timeOf } from './copies.js';

/**
 * @typedef {import('../state/rows.js').Row} Row
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('./arrivals.js').Arrival} Arrival
 * @typedef {import('./arrivals.js').Lag} Lag
 * @typedef {readonly [left: Row['item'] | null, right: Row['item'] | null]} Parts
 * @typedef {Readonly<{kind: 'pair', parts: Parts, lag: Lag | null, alike: boolean}>} Pair
 *   `alike`: both copies are there and look the same, so that a narrow page shows one of them
 * @typedef {Readonly<{key: string, grouped: boolean,
 *   item: Pair | import('../state/rows.js').Day}>} Line
 * @typedef {{rows: readonly Row[], horizon: number, arrivalOf: (key: string) => Arrival | null}} Side
 */

/** Messages under way look like messages that have arrived. */
const UNDER_WAY = new Set(['sent', 'kept']);

/**
 * @param {(at: number) => string} [dayOf]  the same for all times of a day
 * @returns {(left: Side, right: Side) => readonly Line[]} a line that is as it was is the same
 *   object as before
 */
export function createLines(dayOf = createDays()) {
  /** @type {Map<string, Line>} */
  let before = new Map();
  return (left, right) => {
    const sides = [left, right];
    /** @type {Line[]} */
    const all = [];
    let day = '';
    for (const couple of known(coupled(left.rows, right.rows), sides)) {
      const line = lineOf(couple, sides);
      const at = Math.max(...couple.map((row) => row === null ? -Infinity : timeOf(row)));
      if (isSaid(couple) && dayOf(at) !== day) {
        day = dayOf(at);
        all.push({ key: `day ${line.key}`, grouped: false, item: { kind: 'day', at } });
      }
      all.push(line);
    }
    const lines = all.map((line) => unchanged(before.get(line.key), line));
    before = new Map(lines.map((line) => [line.key, line]));
    return lines;
  };
}

/**
 * Earlier messages of this side may exist and are not loaded yet.
 *
 * @param {State} state @returns {number} ms since the epoch
 */
export function horizonOf({ book, entries, link }) {
  const loads = book !== null && link.status === 'online'
    && (book.older === 'idle' || book.older === 'wanted');
  return loads ? entries.find(({ kind }) => kind !== 'notice')?.at ?? -Infinity : -Infinity;
}

/**
 * Leaves out the beginning that one side has and the other has not loaded: it would look as if
 * the other side had none of these messages.
 *
 * @param {import('./copies.js').Couple[]} couples @param {Side[]} sides
 */
function known(couples, sides) {
  const horizon = Math.max(...sides.map((side) => side.horizon));
  const first = couples.findIndex((couple) => couple.some((row, side) =>
    row !== null && (timeOf(row) >= horizon || sides[side].horizon === horizon)));
  return first < 0 ? [] : couples.slice(first);
}

/** @param {import('./copies.js').Couple} couple @param {Side[]} sides @returns {Line} */
function lineOf([left, right], sides) {
  const [one, other] = [left?.item ?? null, right?.item ?? null];
  if (left === null || right === null) {
    const row = /** @type {Row} */ (left ?? right);
    return { key: `${left === null ? 1 : 0} ${row.key}`, grouped: row.grouped,
      item: { kind: 'pair', parts: [one, other], lag: null, alike: false } };
  }
  const lag = lagBetween(sides[0].arrivalOf(left.key), sides[1].arrivalOf(right.key));
  return { key: `both ${left.key}`, grouped: left.grouped && right.grouped,
    item: { kind: 'pair', parts: [one, other], lag, alike: isAlike(one, other) } };
}

/** @param {any} one @param {any} other */
function isAlike(one, other) {
  const fine = [one, other].every(({ status }) => status === undefined || UNDER_WAY.has(status));
  return fine && (one.kind === 'unsaid') === (other.kind === 'unsaid');
}

/** @param {import('./copies.js').Couple} couple  notices need no day */
function isSaid(couple) {
  return couple.some((row) => row !== null && 'id' in row.item);
}

/** @param {Line | undefined} old @param {Line} now */
function unchanged(old, now) {
  if (old === undefined || old.grouped !== now.grouped) return now;
  const [was, is] = [old.item, now.item];
  if (was.kind === 'day' || is.kind === 'day') return was.kind === is.kind ? old : now;
  const same = was.parts.every((part, side) => part === is.parts[side])
    && was.lag?.ms === is.lag?.ms && was.alike === is.alike;
  return same ? old : now;
}
