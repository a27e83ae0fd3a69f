/** The table: a head whose buttons sort, and a row for each arm. */

import { columnsOf, figureAt } from './columns.js';
import { byId, element } from './dom.js';
import { drawGraph, scaleOf } from './graph.js';
import { hasRatios } from './rows.js';
import { VERDICTS, factor, grouped, interval, number } from './words.js';

/**
 * @typedef {import('./columns.js').Column} Column
 * @typedef {import('./rows.js').Shown} Shown
 * @typedef {{sortBy: (key: string) => void, compareWith: (arm: string) => void}} Moves
 */

const TABLE = byId('result').querySelector('table');

/**
 * @param {import('./state.js').View} view
 * @param {readonly Shown[]} all  for the scale and the columns, whatever is filtered
 * @param {readonly Shown[]} rows
 * @param {{key: string, down: boolean}} order
 * @param {Moves} moves
 */
export function drawTable(view, all, rows, order, moves) {
  const columns = columnsOf(view, all);
  const focused = document.activeElement?.closest('table [data-key]')?.getAttribute('data-key');
  TABLE.tHead.replaceChildren(element('tr', {},
    ...columns.map((column) => headOf(column, order, moves))));
  const main = hasRatios(view) ? 'ratio' : 'first';
  TABLE.className = view.all ? 'many' : view.second ? 'two' : '';
  const scale = scaleOf(all.map((row) => figureAt(row, main)), main === 'ratio');
  TABLE.tBodies[0].replaceChildren(...rows.map((row) => {
    const cells = columns.map((column) => cellOf(row, column, column.key === main ? scale : null,
      moves));
    const line = element('tr', {}, ...cells);
    line.dataset.verdict = row.verdict ?? '';
    return line;
  }));
  if (focused) TABLE.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

/** @param {Column} column @param {{key: string, down: boolean}} order @param {Moves} moves */
function headOf({ key, title, kind }, order, moves) {
  const isSorted = order.key === key;
  const arrow = element('span', { ariaHidden: 'true', textContent: order.down ? '\u00a0▾' : '\u00a0▴' });
  const button = element('button', { type: 'button', onclick: () => moves.sortBy(key) }, title,
    ...(isSorted ? [arrow] : []));
  button.dataset.key = key;
  const head = element('th', { scope: 'col', className: kind }, button);
  if (isSorted) head.ariaSort = order.down ? 'descending' : 'ascending';
  return head;
}

/**
 * @param {Shown} row @param {Column} column
 * @param {import('./graph.js').Scale | null} scale  for the column with the graph
 * @param {Moves} moves
 */
function cellOf(row, { key, kind }, scale, moves) {
  switch (kind) {
    case 'arm': return armCell(row, moves);
    case 'part': return element('td', { className: kind,
      textContent: row.parts[/** @type {keyof Shown['parts']} */ (key)] });
    case 'count': return element('td', { className: kind,
      textContent: row.n === null ? '' : grouped(row.n) });
    default: return figureCell(row, key, kind === 'ratio', scale);
  }
}

/** @param {Shown} row @param {Moves} moves */
function armCell({ arm, parts, verdict, note }, moves) {
  const isBaseline = verdict === 'baseline';
  const button = element('button', { type: 'button', className: 'base', textContent: '÷',
    title: isBaseline ? 'Show figures again' : 'Divide all by this arm',
    ariaLabel: `Baseline ${arm}`, ariaPressed: `${isBaseline}`,
    onclick: () => moves.compareWith(isBaseline ? '' : arm) });
  button.dataset.key = `base ${arm}`;
  // An arm's name may break after each part.
  const name = element('code', {}, ...arm.split(/(?<=[-@])/).flatMap((part) =>
    [part, element('wbr')]));
  const base = arm.replace(/[#@].*/, '');
  const words = element('span', {}, element('a', { href: `../arms/${base}.md` }, name));
  if (note !== '') words.append(element('small', { textContent: note }));
  const look = element('span', { className: 'look', ariaHidden: 'true' });
  look.dataset.framework = parts.framework;
  look.dataset.variant = parts.variant;
  return element('th', { scope: 'row', className: 'arm' }, element('div', {}, button, look, words));
}

/**
 * @param {Shown} row @param {string} key @param {boolean} isRatio
 * @param {import('./graph.js').Scale | null} scale
 */
function figureCell(row, key, isRatio, scale) {
  const figure = figureAt(row, key);
  const cell = element('div');
  const shown = isRatio ? factor : number;
  if (figure === null || figure.value === null) {
    cell.append(element('span', { className: 'text', textContent: '—' }));
  } else {
    const ends = interval(figure, shown);
    const isOne = isRatio && row.verdict === 'baseline';
    cell.append(element('span', { className: 'text' },
      element('b', { textContent: shown(figure.value) }),
      ...(ends === '' || isOne ? [] : [' ', element('small', { textContent: `(${ends})` })])));
    if (scale) cell.append(drawGraph(figure, scale, isRatio));
  }
  if (key === 'ratio' && row.verdict !== null) {
    cell.append(element('span', { className: 'verdict', textContent: VERDICTS[row.verdict] }));
  }
  const verdict = row.cells[key]?.verdict;
  const className = `${isRatio ? 'ratio' : 'figure'}${scale ? ' main' : ''}`;
  const made = element('td', { className }, cell);
  if (verdict) {
    made.dataset.verdict = verdict;
    made.title = VERDICTS[verdict];
  }
  return made;
}
