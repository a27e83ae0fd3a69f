/**
 * Where each line stands in a list of which only a window is in the document: heights that were
 * measured, by key, and estimates for the others. Pure: no document, no clock.
 */

import { commonStart } from '../state/rows.js';

/** So much is drawn above and below what is in view, in pixels… */
export const OVERSCAN = 2000;
/** …and it is drawn anew as soon as there is less than that. */
const LEAST = 800;
/** So many lines are drawn as a whole: such a room can be searched by the browser's own means. */
export const WHOLE = 100;
/** Pixels; less is rounding. */
const DIFFERENT = 0.1;

/** @typedef {readonly [from: number, to: number]} Span  of indices, without `to` */

/** @template {{readonly key: string}} Row @param {(row: Row) => number} estimate  in pixels */
export function createGeometry(estimate) {
  /** @type {readonly Row[]} */
  let rows = [];
  /** @type {number[]} */
  const heights = [];
  /** Where each row begins; right up to `right`. */
  const tops = [0];
  let right = 0;
  /** @type {Map<string, number>} */
  let measured = new Map();

  /** @param {number} index  from 0 to the number of rows @returns {number} in pixels */
  function top(index) {
    for (; right < index; right += 1) tops[right + 1] = tops[right] + heights[right];
    return tops[index];
  }

  return {
    /** These are the rows now. @param {readonly Row[]} next */
    show(next) {
      const same = commonStart(rows, next);
      rows = next;
      heights.length = same;
      for (let index = same; index < next.length; index += 1) {
        heights.push(measured.get(next[index].key) ?? estimate(next[index]));
      }
      right = Math.min(right, same);
      if (measured.size > 2 * rows.length + WHOLE) {
        const keys = new Set(rows.map(({ key }) => key));
        measured = new Map([...measured].filter(([key]) => keys.has(key)));
      }
    },

    /** @param {number} index @param {number} height @returns {boolean} whether that is news */
    measure(index, height) {
      measured.set(rows[index].key, height);
      if (Math.abs(heights[index] - height) < DIFFERENT) return false;
      heights[index] = height;
      right = Math.min(right, index);
      return true;
    },

    get rows() {
      return rows;
    },

    get total() {
      return top(rows.length);
    },

    top,

    /** @param {number} y @returns {number} the row that is there, or the nearest one */
    at(y) {
      top(rows.length);
      let [low, high] = [0, Math.max(0, rows.length - 1)];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (tops[middle] <= y) low = middle;
        else high = middle - 1;
      }
      return low;
    },

    /** @param {string} key @param {number} guess  where it was @returns {number} -1 if nowhere */
    indexOf(key, guess) {
      return rows[guess]?.key === key ? guess : rows.findIndex((row) => row.key === key);
    },
  };
}

/**
 * @param {Pick<ReturnType<typeof createGeometry>, 'rows' | 'at'>} geometry
 * @param {number} top  of what is in view, in pixels @param {number} height  of it
 * @param {Span} before  what is drawn @returns {Span} what is to be drawn: where it ends before, if that will do
 */
export function windowAround({ rows, at }, top, height, before) {
  if (rows.length <= WHOLE) return [0, rows.length];
  const reach = (/** @type {number} */ pixels) => /** @type {const} */ ([
    at(top - pixels), Math.min(rows.length, at(top + height + pixels) + 1)]);
  const [least, most, wanted] = [LEAST, 2 * OVERSCAN - LEAST, OVERSCAN].map(reach);
  const [from, to] = before;
  return [from <= least[0] && from >= most[0] ? from : wanted[0],
    to >= least[1] && to <= most[1] ? to : wanted[1]];
}

/**
 * @param {readonly Span[]} spans  of what is to be drawn
 * @returns {Span[]} in their order, those joined that meet
 */
export function joined(spans) {
  /** @type {[number, number][]} */
  const all = [];
  for (const [from, to] of [...spans].sort(([one], [other]) => one - other)) {
    const last = all.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (from < to) all.push([from, to]);
  }
  return all;
}
