/** The rows that are shown: filtered, as figures or ratios, sorted. Pure. */

import { PARTS } from './data.js';
import { NONE, figureOf, ratio, ratioOfRows, verdictOf } from './ratios.js';

/**
 * @typedef {import('./ratios.js').Figure} Figure
 * @typedef {import('./ratios.js').Verdict} Verdict
 * @typedef {{arm: string, parts: import('./data.js').Arm, first: Figure, second: Figure | null,
 *   ratio: Figure | null, verdict: import('./ratios.js').Verdict | null, n: number | null,
 *   note: string, cells: Record<string, {figure: Figure, verdict: Verdict | null}>}} Shown
 *   `first` and `second` are of the two runs: figures, or with a baseline and two runs ratios to
 *   it; `ratio` is to the baseline, or with two runs second ÷ first; `cells` are of all conditions,
 *   by `at:` and the condition, if these are shown
 */

/**
 * @param {import('./data.js').Data} data
 * @param {import('./state.js').View} view
 * @returns {Shown[]} of all arms, in the order of the run
 */
export function rowsOf(data, view) {
  const { metric, table, all, second, baseline } = view;
  if (all !== null) return rowsOfAll(data, view, all);
  const exact = metric.range === '';
  const figures = figuresOf(table, second === null ? null : baseline, exact);
  const others = second && figuresOf(second.table, baseline, exact);
  const place = table.rows.findIndex(([arm]) => arm === baseline);
  return table.rows.map(([arm, , , , n, note], index) => {
    const first = figures.get(arm) ?? NONE;
    const other = others && (others.get(arm) ?? NONE);
    const isBaseline = arm === baseline;
    const found = other ? (isBaseline ? null : ratio(other, first, exact))
      : place >= 0 ? ratioOfRows(table, index, place, exact) : null;
    const verdict = isBaseline ? 'baseline' : found && verdictOf(found, metric.better);
    return { arm, parts: data.arms[arm], first, second: other, ratio: found, verdict, n, note,
      cells: {} };
  });
}

/**
 * @param {import('./data.js').Data} data @param {import('./state.js').View} view
 * @param {readonly import('./data.js').Table[]} all
 * @returns {Shown[]} with a cell for each condition
 */
function rowsOfAll(data, view, all) {
  const arms = [...new Set(all.flatMap(({ rows }) => rows.map(([arm]) => arm)))];
  const found = all.map((table) => ({ key: keyOf(table),
    rows: new Map(rowsOf(data, { ...view, table, all: null }).map((row) => [row.arm, row])) }));
  return arms.map((arm) => ({ arm, parts: data.arms[arm], first: NONE, second: null, ratio: null,
    verdict: arm === view.baseline ? 'baseline' : null, n: null, note: '',
    cells: Object.fromEntries(found.map(({ key, rows }) => {
      const row = rows.get(arm);
      const figure = (view.baseline === null ? row?.first : row?.ratio) ?? NONE;
      return [key, { figure, verdict: row?.verdict ?? null }];
    })) }));
}

/** @param {import('./data.js').Table} table @returns {string} of its column beside others */
export const keyOf = ({ at }) => `at:${at}`;

/**
 * @param {import('./data.js').Table} table
 * @param {string | null} baseline  if given, ratios to it
 * @param {boolean} exact
 * @returns {Map<string, Figure>} by arm; empty without a figure of the baseline
 */
function figuresOf(table, baseline, exact) {
  const place = table.rows.findIndex(([arm]) => arm === baseline);
  if (baseline !== null && place < 0) return new Map();
  return new Map(table.rows.map((row, index) => [row[0],
    baseline === null ? figureOf(row) : ratioOfRows(table, index, place, exact)]));
}

/**
 * @param {readonly Shown[]} rows
 * @param {Record<string, string[]>} filters  accepted values by part; none accepts all
 * @returns {Shown[]} the baseline always
 */
export function filtered(rows, filters) {
  return rows.filter(({ parts, verdict }) => verdict === 'baseline' || PARTS.every((part) =>
    filters[part].length === 0 || filters[part].includes(parts[part])));
}

/**
 * @param {readonly Shown[]} rows
 * @param {string} key  a part of an arm, or a column
 * @param {boolean} down
 * @returns {Shown[]} rows without a value last, and the baseline first
 */
export function sorted(rows, key, down) {
  const sign = down ? -1 : 1;
  return rows.toSorted((a, b) => {
    if ((a.verdict === 'baseline') !== (b.verdict === 'baseline')) {
      return a.verdict === 'baseline' ? -1 : 1;
    }
    const [x, y] = [valueOf(a, key), valueOf(b, key)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (typeof x === 'string' ? x.localeCompare(`${y}`) : x - Number(y));
  });
}

/** @param {Shown} row @param {string} key @returns {string | number | null} */
function valueOf(row, key) {
  switch (key) {
    case 'arm': return row.arm;
    case 'n': return row.n;
    case 'first': return row.first.value;
    case 'second': return row.second?.value ?? null;
    case 'ratio': return row.ratio?.value ?? null;
    default: return key.startsWith('at:') ? row.cells[key]?.figure.value ?? null
      : row.parts[/** @type {keyof import('./data.js').Arm} */ (key)] ?? null;
  }
}

/**
 * @param {Pick<import('./state.js').View, 'second' | 'baseline'>} view
 * @returns {boolean} whether there is a column of ratios
 */
export const hasRatios = ({ second, baseline }) => second !== null || baseline !== null;
