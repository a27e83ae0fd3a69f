/** The columns of the table, for the screen and for CSV. Pure. */

import { PARTS } from './data.js';
import { hasRatios, keyOf } from './rows.js';
import { PART_NAMES } from './words.js';

/**
 * @typedef {import('./rows.js').Shown} Shown
 * @typedef {{key: string, title: string, kind: 'arm' | 'part' | 'figure' | 'ratio' | 'count'}}
 *   Column  `figure`: in the metric's unit; `ratio`: a quotient
 */

/**
 * @param {import('./state.js').View} view
 * @param {readonly Shown[]} rows  parts that are the same in all of them are left out
 * @returns {Column[]}
 */
export function columnsOf({ metric, all, second, baseline }, rows) {
  if (all !== null) {
    return [{ key: 'arm', title: 'Arm', kind: 'arm' }, ...all.map((table) =>
      /** @type {Column} */ ({ key: keyOf(table), title: table.label,
        kind: baseline === null ? 'figure' : 'ratio' }))];
  }
  const parts = PARTS.filter((part) => new Set(rows.map(({ parts: own }) => own[part])).size > 1);
  const isRatio = second !== null && baseline !== null;
  const figures = /** @type {Column['kind']} */ (isRatio ? 'ratio' : 'figure');
  const unit = isRatio ? '÷ baseline' : metric.unit;
  /** @type {Column[]} */
  const columns = [
    { key: 'arm', title: 'Arm', kind: 'arm' },
    ...parts.map((part) => /** @type {Column} */ ({ key: part, title: PART_NAMES[part],
      kind: 'part' })),
    { key: 'first', title: second ? `first run, ${unit}` : unit, kind: figures },
  ];
  if (second) {
    columns.push({ key: 'second', title: `second run, ${unit}`, kind: figures });
  }
  if (hasRatios({ second, baseline })) {
    columns.push({ key: 'ratio', title: second ? 'second ÷ first' : '÷ baseline', kind: 'ratio' });
  }
  return [...columns, { key: 'n', title: `n, ${metric.counts}`, kind: 'count' }];
}

/** @param {Shown} row @param {string} key @returns {import('./ratios.js').Figure | null} */
export function figureAt(row, key) {
  switch (key) {
    case 'first': return row.first;
    case 'second': return row.second;
    case 'ratio': return row.ratio;
    default: return row.cells[key]?.figure ?? null;
  }
}
