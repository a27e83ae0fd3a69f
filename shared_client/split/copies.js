/** Matches the copies of one message on both sides, and puts them into one order. Pure. */

import { UNIQUE_ID } from '../state/timeline.js';

/**
 * @typedef {import('../state/rows.js').Row} Row
 * @typedef {readonly [left: Row | null, right: Row | null]} Couple  the rows of one line: copies
 *   of one message, or a row of one side alone
 */

/**
 * @param {readonly Row[]} left @param {readonly Row[]} right
 * @returns {Couple[]} each row once, and each side's rows in their order
 */
export function coupled(left, right) {
  /** @type {Couple[]} */
  const all = [];
  let [from, to] = [0, 0];
  for (const [one, other] of inBothOrders(matches(left, right))) {
    all.push(...byTime(left.slice(from, one), right.slice(to, other)), [left[one], right[other]]);
    [from, to] = [one + 1, other + 1];
  }
  return [...all, ...byTime(left.slice(from), right.slice(to))];
}

/**
 * @param {readonly Row[]} left @param {readonly Row[]} right
 * @returns {[number, number][]} the indices of equal messages, in the order of the left side
 */
export function matches(left, right) {
  /** @type {Map<string, number[]>} */
  const places = new Map();
  right.forEach(({ item }, place) => {
    const id = idOf(item);
    if (id !== null) places.set(id, [...places.get(id) ?? [], place]);
  });
  /** @type {[number, number][]} */
  const pairs = [];
  left.forEach(({ item }, one) => {
    const same = places.get(idOf(item) ?? '') ?? [];
    const found = same.findIndex((place) => isCopy(item, right[place].item));
    if (found >= 0) pairs.push([one, same.splice(found, 1)[0]]);
  });
  return pairs;
}

/**
 * A short id may be used again, so it proves nothing. Somebody else may use the id of a message
 * for another text: only equal messages are copies.
 *
 * @param {any} one @param {any} other
 */
function isCopy(one, other) {
  if (one.kind === 'unsaid' || other.kind === 'unsaid') return true;
  return (one.text ?? '') === (other.text ?? '') && nameOf(one) === nameOf(other);
}

/** @param {any} item @returns {string | undefined} of its photo */
function nameOf(item) {
  return item.photo?.name ?? item.name;
}

/** @param {any} item @returns {string | null} null for a notice, a gap and a short id */
function idOf({ id = '' }) {
  return id.length >= UNIQUE_ID ? id : null;
}

/**
 * Two messages may have crossed: then one order has to give way, and the copies of one of the
 * messages stand in two lines.
 *
 * @param {[number, number][]} pairs  in the order of the left side
 * @returns {[number, number][]} as many as possible that have the same order on both sides
 */
function inBothOrders(pairs) {
  /** For each length, the sequence's last pair with the lowest right index. @type {number[]} */
  const ends = [];
  /** @type {number[]} */
  const before = [];
  pairs.forEach(([, other], index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]][1] < other) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? ends[low - 1] : -1;
    ends[low] = index;
  });
  /** @type {[number, number][]} */
  const kept = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index]) kept.push(pairs[index]);
  return kept.reverse();
}

/** @param {readonly Row[]} left @param {readonly Row[]} right @returns {Couple[]} */
function byTime(left, right) {
  /** @type {Couple[]} */
  const all = [];
  let [one, other] = [0, 0];
  while (one < left.length || other < right.length) {
    const isLeft = other === right.length
      || (one < left.length && timeOf(left[one]) <= timeOf(right[other]));
    all.push(isLeft ? [left[one++], null] : [null, right[other++]]);
  }
  return all;
}

/** A gap has no time: it stays behind the row before it. @param {Row} row @returns {number} */
export function timeOf({ item }) {
  return /** @type {{at?: number}} */ (item).at ?? -Infinity;
}
