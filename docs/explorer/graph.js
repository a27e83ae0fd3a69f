/** A bar with its interval, or a ratio as a point on a logarithmic scale around 1. */

import { element } from './dom.js';

/**
 * @typedef {import('./ratios.js').Figure} Figure
 * @typedef {(value: number) => number} Scale  to a share of the width, 0 to 1
 */

/**
 * @param {readonly (Figure | null)[]} figures  all that share the scale
 * @param {boolean} isRatio
 * @returns {Scale}
 */
export function scaleOf(figures, isRatio) {
  const known = figures.flatMap((figure) => figure === null ? []
    : [figure.value, figure.low, figure.high]).filter((each) => each !== null);
  if (!isRatio) {
    const most = Math.max(...known, 0) || 1;
    return (value) => clamped(value / most);
  }
  const logs = known.filter((each) => each > 0).map((each) => Math.abs(Math.log(each)));
  const reach = Math.max(...logs, Math.log(1.1)) * 1.05;
  return (value) => value <= 0 ? 0 : clamped(0.5 + Math.log(value) / (2 * reach));
}

/**
 * @param {Figure} figure @param {Scale} scale @param {boolean} isRatio
 * @returns {HTMLElement} for the eye alone: the same stands beside it as text
 */
export function drawGraph({ value, low, high }, scale, isRatio) {
  const graph = element('span', { className: isRatio ? 'graph ratio' : 'graph', ariaHidden: 'true' });
  if (value === null) return graph;
  const from = isRatio ? scale(1) : 0;
  graph.append(piece('bar', Math.min(from, scale(value)), Math.max(from, scale(value))));
  if (low !== null) graph.append(piece('whisker', scale(low), high === null ? 1 : scale(high)));
  return graph;
}

/** @param {string} className @param {number} from @param {number} to */
function piece(className, from, to) {
  const made = element('span', { className });
  made.style.left = `${100 * from}%`;
  made.style.width = `${100 * (to - from)}%`;
  return made;
}

/** @param {number} share */
const clamped = (share) => Math.min(1, Math.max(0, share));
