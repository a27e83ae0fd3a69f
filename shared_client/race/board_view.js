/** The board between the sides: one row for each figure, with left and right values. */

import { element, setText } from '../views/dom.js';
import { race } from '../words/race.js';
import { words } from '../words/words.js';
import { overdue } from './ledger.js';
import { LEAST_FOR_P99 } from './statistics.js';

/**
 * @typedef {import('./side.js').Side} Side
 * @typedef {import('./figures.js').Figures} Figures
 * @typedef {{value: string, note?: string, bad?: boolean}} Figure
 * @typedef {{name: keyof typeof race.rows, of: (side: Side, figures: Figures) => Figure,
 *   main?: boolean, seldom?: boolean}} Row  `seldom`: hidden while all values are 0
 */

/** @type {Row[]} */
export const ROWS = [
  { name: 'delivery', main: true, of: (_, { delivery }) => median(delivery) },
  { name: 'deliveryP99', of: (_, { delivery }) => p99(delivery) },
  { name: 'trip', of: (_, { trip }) => median(trip) },
  { name: 'tripP99', of: (_, { trip }) => p99(trip) },
  { name: 'whole', of: ({ ledger: { totals } }) => ({ value: race.count(totals.whole),
    note: race.ofSent(totals.sent) }) },
  { name: 'late', seldom: true, of: ({ ledger }) => lateOf(ledger) },
  { name: 'lost', of: ({ ledger: { totals } }) => ({ value: race.count(totals.lost),
    note: race.ofDeliveries(totals.delivered + totals.lost), bad: totals.lost > 0 }) },
  { name: 'duplicates', of: ({ ledger: { totals } }) => counted(totals.duplicates) },
  { name: 'refused', of: ({ ledger: { totals } }) => counted(totals.refused) },
  { name: 'reconnects', of: ({ reconnects }) => counted(reconnects) },
  { name: 'unsent', seldom: true, of: ({ ledger: { totals } }) => counted(totals.unsent) },
  { name: 'cut', seldom: true, of: ({ ledger: { totals } }) => counted(totals.cut) },
  { name: 'unreported', seldom: true,
    of: ({ ledger: { totals } }) => counted(totals.unreported) },
];

/**
 * @param {readonly import('../network/backends.js').Backend[]} backends  one or two
 * @returns {{node: HTMLElement,
 *   draw: (state: import('./state.js').State, all: import('./figures.js').All) => void}}
 */
export function createBoard(backends) {
  const sides = backends.map(({ key }, index) => ({ key, index }));
  const heads = backends.map(({ label }, index) => {
    const head = element('th', { scope: 'col', textContent: label });
    head.dataset.side = `${index}`;
    return head;
  });
  heads.splice(1, 0, element('td'));
  const rows = ROWS.map((row) => {
    const cells = sides.map(({ key, index }) => {
      const value = element('span', { className: 'value' });
      const note = element('small');
      const node = element('td', {}, value, note);
      node.dataset.side = `${index}`;
      node.dataset.figure = row.name;
      return { key, node, value, note };
    });
    const [left, ...right] = cells.map(({ node }) => node);
    const node = element('tr', { className: row.main ? 'main' : '' }, left,
      element('th', { scope: 'row', textContent: race.rows[row.name] }), ...right);
    return { row, node, cells };
  });
  const node = element('table', { className: 'board' },
    element('caption', { className: 'unseen', textContent: race.board }),
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...rows.map(({ node: line }) => line)));

  return {
    node,
    draw(state, all) {
      for (const { row, node: line, cells } of rows) {
        let something = false;
        for (const { key, node: cell, value, note } of cells) {
          const figure = row.of(state.sides[key], all.sides[key]);
          setText(value, figure.value);
          setText(note, figure.note ?? '');
          cell.dataset.bad = `${figure.bad ?? false}`;
          something ||= figure.value !== race.count(0);
        }
        line.hidden = row.seldom === true && !something;
      }
    },
  };
}

/** @param {import('./statistics.js').Summary} summary @returns {Figure} */
function median({ count, median: ms }) {
  return ms === null ? { value: words.unknown }
    : { value: race.ms(ms), note: race.ofMessages(count) };
}

/** @param {import('./statistics.js').Summary} summary @returns {Figure} */
function p99({ count, p99: ms }) {
  return ms === null ? { value: words.unknown, note: race.tooFew(count, LEAST_FOR_P99) }
    : { value: race.ms(ms), note: race.ofMessages(count) };
}

/** @param {import('./ledger.js').Ledger} ledger @returns {Figure} those under way are not lost */
function lateOf(ledger) {
  const waiting = overdue(ledger);
  return { value: race.count(ledger.totals.late + waiting),
    note: waiting > 0 ? race.underWay(waiting) : '' };
}

/** @param {number} count @returns {Figure} */
function counted(count) {
  return { value: race.count(count) };
}
