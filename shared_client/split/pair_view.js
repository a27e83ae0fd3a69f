/** One line of the split view: a message's copies, and between them how much later one came. */

import { element, isolated, setText } from '../views/dom.js';
import { fill } from '../views/message_view.js';
import { differInReactions, fillReactions } from '../views/reactions_view.js';
import { split } from '../words/split.js';

/**
 * @typedef {import('./joined.js').Pair} Pair
 * @typedef {import('./side.js').Side} Side
 * @typedef {import('../views/message_view.js').Means} Means
 * @typedef {{cells: HTMLElement[], marks: {node: HTMLElement, lag: HTMLElement}[],
 *   pair: Pair | null, grouped: boolean}} Drawn
 */

/**
 * @param {readonly Side[]} sides
 * @returns {(node: HTMLElement, item: any, grouped: boolean, means: Means) => void} fills a line
 */
export function createPairs(sides) {
  /** @type {WeakMap<HTMLElement, Drawn>} */
  const drawn = new WeakMap();

  /** @param {HTMLElement} node @returns {Drawn} */
  function begin(node) {
    const cells = sides.map((_, side) => onSide(side, 'div', 'split-cell'));
    const marks = sides.map(({ label }, side) => {
      const lag = element('span', { className: 'split-lag' });
      const name = element('span', { className: 'split-name', textContent: label });
      const mark = onSide(side, 'span', 'split-mark');
      mark.append(name, ' ', lag);
      return { node: mark, lag };
    });
    const gutter = element('p', { className: 'split-gutter' }, ...marks.map((mark) => mark.node));
    node.replaceChildren(...cells.slice(0, 1), gutter, ...cells.slice(1));
    return { cells, marks, pair: null, grouped: false };
  }

  return (node, item, grouped, means) => {
    if (item.kind === 'day') {
      fill(node, item, grouped, means);
      return;
    }
    const known = drawn.get(node) ?? begin(node);
    /** @type {Pair} */
    const { parts, lag, alike } = item;
    sides.forEach((side, place) => {
      const part = parts[place];
      const before = known.grouped === grouped ? known.pair?.parts[place] ?? null : null;
      if (part !== before || part === null) fillCell(known.cells[place], part, before, grouped,
        { ...means, actions: side, complete: side.store.state.book !== null },
        sides[1 - place]?.label ?? '');
      const mark = known.marks[place];
      mark.node.hidden = part === null;
      const words = lag?.side !== place ? '' : lag.live ? split.later(lag.ms) : split.caughtUp;
      setText(mark.lag, words);
    });
    node.className = `split-line${parts.includes(null) ? '' : ' coupled'}${alike ? ' alike' : ''}${
      grouped ? ' grouped' : ''}`;
    drawn.set(node, { ...known, pair: item, grouped });
  };
}

/**
 * @param {HTMLElement} cell @param {any} part  null if the side has no copy
 * @param {any} before  null if the cell has to be filled anew @param {boolean} grouped
 * @param {Means} means @param {string} other  the other backend
 */
function fillCell(cell, part, before, grouped, means, other) {
  const line = /** @type {HTMLElement | null} */ (cell.firstElementChild);
  if (part === null) line?.remove();
  else if (line !== null && before !== null && differInReactions(before, part)) {
    fillReactions(line, part, means.actions); // keeps the focus on a reaction
  } else if (line !== null) fillPart(line, part, grouped, means, other);
  else {
    const made = element('div');
    fillPart(made, part, grouped, means, other);
    cell.append(made);
  }
}

/**
 * @param {HTMLElement} node @param {any} part @param {boolean} grouped @param {Means} means
 * @param {string} other
 */
function fillPart(node, part, grouped, means, other) {
  fill(node, part, grouped, means);
  if (part.switch === undefined) return;
  const said = part.switch === 'to' ? split.switchedTo : split.cameFrom;
  setText(/** @type {HTMLElement} */ (node.firstElementChild), said(isolated(part.detail), other));
}

/** @param {number} side @param {string} tag @param {string} className @returns {HTMLElement} */
function onSide(side, tag, className) {
  const made = element(tag, { className });
  made.dataset.side = `${side}`;
  return made;
}
