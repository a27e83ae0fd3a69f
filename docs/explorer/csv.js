/** What the table shows, as CSV by RFC 4180, with the raw files. Pure. */

import { PARTS } from './data.js';

/** A value that starts as a formula is text for a spreadsheet with an apostrophe before it. */
const FORMULA = /^[=+\-@\t\r\n]/;
const SPECIAL = /[",\r\n]/;
const ENDS = /** @type {const} */ (['value', 'low', 'high']);

/**
 * @param {import('./state.js').View} view
 * @param {readonly import('./rows.js').Shown[]} rows  as they are sorted and filtered
 * @returns {string} without a value an empty cell; `high` is empty too where it has no upper end
 */
export function toCsv({ metric, table, run, second, baseline }, rows) {
  const figures = second && baseline ? 'ratio_to_baseline' : 'value';
  const head = ['arm', ...PARTS, 'metric', 'unit', 'condition', ...named(figures),
    ...(second ? named(`second_${figures}`) : []), 'baseline',
    ...named(second ? 'second_to_first' : 'ratio'), 'verdict', 'n', 'note', 'run', 'raw',
    ...(second ? ['second_run', 'second_raw'] : [])];
  const lines = rows.map((row) => [row.arm, ...PARTS.map((part) => row.parts[part]), metric.title,
    metric.unit, table.label, ...ends(row.first), ...(second ? ends(row.second) : []), baseline,
    ...ends(row.ratio), row.verdict, row.n, row.note, run.id, run.raw,
    ...(second ? [second.run.id, second.run.raw] : [])]);
  return [head, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** @param {string} name */
const named = (name) => [name, `${name}_low`, `${name}_high`];

/** @param {import('./ratios.js').Figure | null} figure */
const ends = (figure) => ENDS.map((end) => figure?.[end] ?? null);

/** @param {string | number | null} value @returns {string} */
function cell(value) {
  if (value === null) return '';
  if (typeof value === 'number') return `${value}`;
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
