/**
 * Computes where each line is in a list. Only a window of the list is in the document. Heights
 * are measured, by key, or estimated. Pure: no document, no clock.
 */

import { commonStart } from '../state/rows.js';

/** This much is drawn above and below the viewport, in pixels. */
export const OVERSCAN = 2000;
/** With less than this, the window is drawn again. */
const LEAST = 800;
/** Lists of up to this many lines are drawn whole: the browser's search finds every line. */
export const WHOLE = 100;
/** In pixels. A smaller difference is rounding. */
const DIFFERENT = 0.1;

/** @typedef {readonly [from: number, to: number]} Span  of indices, without `to` */

/** @template {{readonly key: string}} Row @param {(row: Row) => number} estimate  in pixels */
export function createGeometry(estimate) {
  /** @type {readonly Row[]} */
  let rows = [];
  /** @type {number[]} */
  const heights = [];
  /** The top of each row, valid up to `right`. */
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
    /** Sets the rows. @param {readonly Row[]} next */
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

    /** @param {number} index @param {number} height @returns {boolean} whether it changed */
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

    /** @param {number} y @returns {number} the row at `y`, or the nearest row */
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

    /** @param {string} key @param {number} guess  its old index @returns {number} -1 if gone */
    indexOf(key, guess) {
      return rows[guess]?.key === key ? guess : rows.findIndex((row) => row.key === key);
    },
  };
}

/**
 * @param {Pick<ReturnType<typeof createGeometry>, 'rows' | 'at'>} geometry
 * @param {number} top  of the viewport, in pixels @param {number} height  of it
 * @param {Span} before  the drawn rows
 * @returns {Span} what to draw: the old ends are kept where they still suffice
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
 * @param {readonly Span[]} spans  of the rows to draw
 * @returns {Span[]} in order, with spans that meet joined
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
