/** What the reader chose, in the address and back; and what of it there is. Pure. */

import { PARTS, findTable, runsWith, tablesOf } from './data.js';

/** The condition that stands for all of them, with a column each. */
export const ALL = 'all';

/**
 * @typedef {{metric: string, at: string, run: string, compare: string, baseline: string,
 *   sort: string, down: boolean | null, filters: Record<string, string[]>}} State
 *   an empty text is no choice; `down`: null for the order in which the best is first
 * @typedef {{metric: import('./data.js').Metric, run: import('./data.js').Run,
 *   table: import('./data.js').Table, all: import('./data.js').Table[] | null,
 *   second: {run: import('./data.js').Run, table: import('./data.js').Table} | null,
 *   baseline: string | null, notice: string}} View  `all`: the tables of all conditions, if these
 *   are shown; then there is no second run
 */

/** @type {readonly ('metric' | 'at' | 'run' | 'compare' | 'baseline' | 'sort')[]} */
const TEXTS = ['metric', 'at', 'run', 'compare', 'baseline', 'sort'];

/** @param {string} search  of the address @returns {State} */
export function fromAddress(search) {
  const given = new URLSearchParams(search);
  const [metric, at, run, compare, baseline, sort] = TEXTS.map((name) => given.get(name) ?? '');
  const order = given.get('order');
  return { metric, at, run, compare, baseline, sort,
    down: order === null ? null : order === 'down',
    filters: Object.fromEntries(PARTS.map((part) => [part, given.getAll(part)])) };
}

/** @param {State} state @returns {string} a query, or nothing */
export function toAddress(state) {
  const query = new URLSearchParams();
  for (const name of TEXTS) if (state[name] !== '') query.set(name, state[name]);
  if (state.down !== null) query.set('order', state.down ? 'down' : 'up');
  for (const part of PARTS) for (const value of state.filters[part]) query.append(part, value);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * What there is of what was chosen; otherwise the first metric, the newest run, the first
 * condition.
 *
 * @param {import('./data.js').Data} data @param {State} state @returns {View}
 */
export function viewOf(data, state) {
  const metric = data.metrics.find(({ id }) => id === state.metric) ?? data.metrics[0];
  const runs = runsWith(data, metric.id);
  const run = runs.find(({ id }) => id === state.run) ?? runs[0];
  const tables = tablesOf(run, metric.id);
  const table = tables.find(({ at }) => at === state.at) ?? tables[0];
  const all = state.at === ALL && tables.length > 1 ? tables : null;
  const other = all ? undefined
    : runs.find(({ id }) => id === state.compare && id !== run.id);
  const second = other && findTable(other, metric.id, table.at);
  const hasBaseline = (all ?? [table]).some(({ rows }) =>
    rows.some(([arm, value]) => arm === state.baseline && value !== null));
  const asked = [
    [state.run, run.id, 'The run in the address is not here; the newest one is shown.'],
    [state.at, all ? ALL : table.at, 'This run has no such condition; the first one is shown.'],
    [state.compare, second ? state.compare : '', all
      ? 'With all conditions, there is room for one run.' : 'The other run has no such figures.'],
    [state.baseline, hasBaseline ? state.baseline : '', 'This run has no figure of the baseline.'],
  ];
  return { metric, run, table, all, baseline: hasBaseline ? state.baseline : null,
    second: other && second ? { run: other, table: second } : null,
    notice: asked.filter(([wanted, found]) => wanted !== '' && wanted !== found)
      .map(([, , words]) => words).join(' ') };
}

/**
 * The choices that a new metric keeps: of the run's machine, if that has the metric.
 *
 * @param {import('./data.js').Data} data @param {State} state @param {Partial<State>} change
 * @returns {State}
 */
export function changed(data, state, change) {
  const next = { ...state, ...change };
  if (!change.metric || change.metric === state.metric) return next;
  const runs = runsWith(data, change.metric);
  const before = viewOf(data, state);
  const run = runs.find(({ id }) => id === before.run.id)
    ?? runs.find(({ machine }) => machine === before.run.machine) ?? runs[0];
  const keeps = runs.some(({ id }) => id === state.compare) && run.id !== state.compare;
  const hasAt = state.at === ALL || findTable(run, change.metric, state.at) !== null;
  const hasArm = tablesOf(run, change.metric).some(({ rows }) =>
    rows.some(([arm]) => arm === state.baseline));
  return { ...next, run: run.id, at: hasAt ? state.at : '', sort: '', down: null,
    compare: keeps ? state.compare : '', baseline: hasArm ? state.baseline : '' };
}
