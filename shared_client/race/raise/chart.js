/** The chart of the raise: the p99 of each step by its load, and both ceilings. */

import { element, setText } from '../../views/dom.js';
import { race } from '../../words/race.js';
import { raise } from '../../words/raise.js';
import { position, scaleFor } from '../scale.js';
import { ceilingOf } from './ceiling.js';
import { MOST_P99_MS } from './step.js';

const SVG = 'http://www.w3.org/2000/svg';
const LINES = /** @type {const} */ (['way', 'ceiling', 'step', 'hole']);

/**
 * @typedef {import('./plan.js').Plan} Plan
 * @typedef {import('./step.js').Step} Step
 * @typedef {{key: string, label: string}} Named
 */

/**
 * @param {readonly Named[]} list  of the sides
 * @returns {{node: HTMLElement, draw: (plan: Plan, text: string) => void}} `text` is the result,
 *   which assistive technology gets in place of the drawing
 */
export function createChart(list) {
  const grid = path('grid');
  const most = path('most');
  const sides = list.map((_, index) => {
    const group = document.createElementNS(SVG, 'g');
    group.dataset.side = `${index}`;
    const paths = LINES.map(path);
    group.append(...paths);
    return { group, paths };
  });
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 100 100');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(grid, most, ...sides.map(({ group }) => group));
  const field = element('div', { className: 'raise-field', role: 'img' }, svg);
  const [times, levels] = ['raise-times', 'raise-levels'].map((className) =>
    element('div', { className, ariaHidden: 'true' }));
  const axis = element('p', { className: 'raise-axis', ariaHidden: 'true' });
  const legend = list.map((_, index) => {
    const line = element('li');
    line.dataset.side = `${index}`;
    return line;
  });
  const node = element('figure', { className: 'raise-chart', hidden: true },
    element('figcaption', { textContent: raise.chart }),
    element('ul', { className: 'raise-legend' }, ...legend,
      element('li', { className: 'raise-most', textContent: raise.line(MOST_P99_MS) })),
    times, field, levels, axis, element('p', { className: 'hint', textContent: raise.marks }));

  return {
    node,
    draw(plan, text) {
      const steps = plan.steps.filter(({ p99 }) => p99 !== null);
      node.hidden = steps.length === 0;
      if (node.hidden) return;
      const x = scaleFor(steps.map(({ level }) => level));
      const y = scaleFor([MOST_P99_MS, ...steps.map(({ p99 }) => p99 ?? 0)]);
      tick(times, y, 'top', race.tick);
      tick(levels, x, 'left', (level) => level.toLocaleString(document.documentElement.lang));
      grid.setAttribute('d', lines(y.ticks.map((ms) => 100 * (1 - position(y, ms)))));
      most.setAttribute('d', lines([100 * (1 - position(y, MOST_P99_MS))]));
      setText(axis, raise.axis[plan.what]);
      field.setAttribute('aria-label', `${raise.chart}. ${text}`);
      list.forEach(({ key, label }, index) => {
        const ceiling = ceilingOf(plan, key);
        setText(legend[index], raise.ceiling(label, inWords(plan.what, ceiling)));
        drawSide(sides[index].paths, steps.filter((step) => step.key === key),
          ceiling.is === 'ceiling' ? ceiling.held : null, { x, y });
      });
    },
  };
}

/** @param {import('./plan.js').What} what @param {import('./ceiling.js').Ceiling} ceiling */
function inWords(what, { is, held, end, most }) {
  if (is === 'open') return raise.notYet;
  if (is === 'none') return raise.noneWithin(what, most);
  if (is === 'limit') return raise.noCeiling;
  return held !== null ? raise.level(what, held.level) : raise.below(what, end?.level ?? 0);
}

/**
 * @param {SVGPathElement[]} paths @param {Step[]} steps @param {Step | null} ceiling
 * @param {{x: import('../scale.js').Scale, y: import('../scale.js').Scale}} scales
 */
function drawSide([way, upright, dots, holes], steps, ceiling, { x, y }) {
  const at = (/** @type {Step} */ { level, p99 }) =>
    `${(100 * position(x, level)).toFixed(1)} ${(100 * (1 - position(y, p99 ?? 0))).toFixed(1)}`;
  const held = steps.filter(({ outcome }) => outcome === 'held')
    .sort((one, other) => one.level - other.level);
  const dot = (/** @type {Step} */ step) => `M${at(step)}h0`;
  way.setAttribute('d', held.map((step, index) => `${index === 0 ? 'M' : 'L'}${at(step)}`).join(''));
  upright.setAttribute('d', ceiling === null ? ''
    : `M${(100 * position(x, ceiling.level)).toFixed(1)} 0V100`);
  dots.setAttribute('d', steps.map(dot).join(''));
  holes.setAttribute('d', steps.filter(({ outcome }) => outcome !== 'held').map(dot).join(''));
}

/** @param {number[]} heights @returns {string} */
function lines(heights) {
  return heights.map((y) => `M0 ${y}H100`).join('');
}

/**
 * @param {HTMLElement} axis @param {import('../scale.js').Scale} scale @param {'top' | 'left'} edge
 * @param {(value: number) => string} inWords
 */
function tick(axis, scale, edge, inWords) {
  axis.replaceChildren(...scale.ticks.map((value) => {
    const label = element('span', { textContent: inWords(value) });
    const share = position(scale, value);
    label.style[edge] = `${100 * (edge === 'top' ? 1 - share : share)}%`;
    return label;
  }));
}

/** @param {string} name @returns {SVGPathElement} */
function path(name) {
  const made = document.createElementNS(SVG, 'path');
  made.setAttribute('class', name);
  return made;
}
