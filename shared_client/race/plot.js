/** A small plot of times by message, on a given axis: six paths for any number of messages. */

import { element } from '../views/dom.js';
import { race } from '../words/race.js';
import { SHOWN } from './figures.js';
import { position } from './scale.js';

/** Messages that did not, or possibly did not, go out are not lost. @type {Set<unknown>} */
const MISSED = new Set(['refused', 'unsent', 'cut']);
const SVG = 'http://www.w3.org/2000/svg';

/**
 * @typedef {{n: number, from: number | null, to: number | null,
 *   fate: import('./ledger.js').Message['fate']}} Point  in ms
 * @typedef {{points: Point[], scale: import('./scale.js').Scale, newest: number,
 *   median: number | null}} Drawing
 */

/**
 * @param {string} title
 * @returns {{node: HTMLElement, draw: (drawing: Drawing) => void, tell: (text: string) => void}}
 */
export function createPlot(title) {
  const [grid, middle, ranges, dots, losses, misses] = ['grid', 'middle', 'range', 'dot', 'loss',
    'miss']
    .map((name) => path(name));
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${SHOWN} 100`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(grid, losses, misses, ranges, middle, dots);
  const axis = element('div', { className: 'axis', ariaHidden: 'true' });
  const field = element('div', { className: 'plot-field', role: 'img' }, svg);
  const node = element('figure', { className: 'plot' },
    element('figcaption', { textContent: title }), axis, field);
  /** @type {unknown} */
  let ticked = null;

  /** @param {import('./scale.js').Scale} scale */
  function tick(scale) {
    const { ticks, from, to } = scale;
    const shown = `${from} ${to}`;
    if (ticked === shown) return;
    ticked = shown;
    const heights = ticks.map((ms) => 100 * (1 - position(scale, ms)));
    set(grid, heights.map((y) => `M0 ${y}H${SHOWN}`));
    axis.replaceChildren(...ticks.map((ms, index) => {
      const label = element('span', { textContent: race.tick(ms) });
      label.style.top = `${heights[index]}%`;
      return label;
    }));
  }

  return {
    node,
    draw({ points, scale, newest, median }) {
      tick(scale);
      const x = (/** @type {Point} */ { n }) => SHOWN - (newest - n) - 0.5;
      const y = (/** @type {number} */ ms) => (100 * (1 - position(scale, ms))).toFixed(1);
      set(ranges, points.map((point) => point.from === null || point.to === null ? ''
        : `M${x(point)} ${y(point.from)}V${y(point.to)}`));
      set(dots, points.map((point) => point.to === null ? '' : `M${x(point)} ${y(point.to)}h0`));
      set(losses, points.map((point) => point.fate === 'lost' ? `M${x(point)} 0V100` : ''));
      set(misses, points.map((point) => MISSED.has(point.fate) ? `M${x(point)} 90V100` : ''));
      set(middle, median === null ? [] : [`M0 ${y(median)}H${SHOWN}`]);
    },
    tell: (text) => field.setAttribute('aria-label', text),
  };
}

/** @param {SVGPathElement} node @param {string[]} parts */
function set(node, parts) {
  const d = parts.join('');
  if (node.getAttribute('d') !== d) node.setAttribute('d', d);
}

/** @param {string} name @returns {SVGPathElement} */
function path(name) {
  const made = document.createElementNS(SVG, 'path');
  made.setAttribute('class', name);
  return made;
}
