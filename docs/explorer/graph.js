/** A bar with its interval: a figure from 0 on, a ratio from 1 on and on a logarithmic scale. */

import { element } from './dom.js';

/** How far a scale of ratios reaches to both sides of 1 at least, as a logarithm. */
const MARGIN = Math.log(1.1);

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
  const logs = known.filter((each) => each > 0).map(Math.log);
  const [least, most] = [Math.min(...logs, -MARGIN), Math.max(...logs, MARGIN)];
  return (value) => value <= 0 ? 0 : clamped((Math.log(value) - least) / (most - least));
}

/**
 * @param {Figure} figure @param {Scale} scale @param {boolean} isRatio
 * @returns {HTMLElement} for the eye alone: the same stands beside it as text
 */
export function drawGraph({ value, low, high }, scale, isRatio) {
  const graph = element('span', { className: 'graph', ariaHidden: 'true' });
  if (value === null) return graph;
  const from = isRatio ? scale(1) : 0;
  if (isRatio) graph.append(piece('one', from, from));
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
