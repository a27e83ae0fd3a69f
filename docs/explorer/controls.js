/** What the reader chooses from: selects, and a group of boxes for each part of an arm. */

import { PARTS, runsWith, tablesOf } from './data.js';
import { ALL } from './state.js';
import { byId, element } from './dom.js';
import { PART_NAMES, runName } from './words.js';

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./state.js').View} View
 * @typedef {(change: Partial<State>) => void} Choose
 * @typedef {{value: string, text: string, group?: string}} Option
 */

/** @param {import('./data.js').Data} data @param {Choose} choose @param {() => View} view */
export function listenToControls(data, choose, view) {
  byId('controls').addEventListener('submit', (/** @type {Event} */ event) =>
    event.preventDefault());
  for (const name of /** @type {const} */ (['metric', 'at', 'run', 'compare', 'baseline'])) {
    byId(name).onchange = () => choose({ [name]: byId(name).value });
  }
  byId('machine').onchange = () => {
    const run = runsWith(data, view().metric.id)
      .find(({ machine }) => machine === byId('machine').value);
    choose({ run: run?.id ?? '' });
  };
  byId('sorting').onchange = () => {
    const [sort, order] = byId('sorting').value.split(' ');
    choose({ sort, down: order === 'down' });
  };
}

/**
 * @param {import('./data.js').Data} data @param {State} state @param {View} view
 * @param {readonly import('./columns.js').Column[]} columns
 * @param {{key: string, down: boolean}} order
 */
export function drawControls(data, state, view, columns, order) {
  const { metric, run, table, all, second, baseline } = view;
  const runs = runsWith(data, metric.id);
  fill('metric', metric.id,
    data.metrics.map(({ id, title, group }) => ({ value: id, text: title, group })));
  byId('by').textContent = metric.by;
  const tables = tablesOf(run, metric.id);
  fill('at', all ? ALL : table.at, [
    ...tables.map(({ at, label }) => ({ value: at, text: label })),
    ...(tables.length > 1 ? [{ value: ALL, text: 'all, a column each' }] : [])]);
  const machines = new Map(runs.map(({ machine, machineWords }) => [machine, machineWords]));
  fill('machine', run.machine, [...machines].map(([value, text]) => ({ value, text })));
  fill('run', run.id, runs.filter(({ machine }) => machine === run.machine)
    .map((each) => ({ value: each.id, text: runName(each) })));
  const others = all ? [] : runs.filter(({ id }) => id !== run.id);
  fill('compare', second?.run.id ?? '', [
    { value: '', text: others.length > 0 ? 'none'
      : all ? 'none (all conditions are shown)' : 'none (there is no other run)' },
    ...others.map((each) => ({ value: each.id, text: each.machine === run.machine
      ? runName(each) : `${runName(each)}, ${each.machineWords}` }))]);
  fill('baseline', baseline ?? '', [{ value: '', text: 'none: show figures' },
    ...table.rows.filter(([, value]) => value !== null)
      .map(([arm]) => ({ value: arm, text: arm }))]);
  fill('sorting', `${order.key} ${order.down ? 'down' : 'up'}`, columns.flatMap(({ key, title }) =>
    [{ value: `${key} up`, text: `${title} ▴` }, { value: `${key} down`, text: `${title} ▾` }]));
}

/**
 * @param {import('./data.js').Data} data @param {State} state @param {View} view
 * @param {Choose} choose
 */
export function drawFilters(data, state, view, choose) {
  const focused = document.activeElement?.id;
  const arms = view.table.rows.map(([arm]) => data.arms[arm]);
  const groups = PARTS.map((part) => ({ part, values: [...new Set([
    ...arms.map((arm) => arm[part]), ...state.filters[part]])].sort() }))
    .filter(({ part, values }) => values.length > 1 || state.filters[part].length > 0);
  byId('filters').replaceChildren(...groups.map(({ part, values }) => element('fieldset', {},
    element('legend', { textContent: PART_NAMES[part] }),
    ...values.map((value) => box(state, part, value, choose)))));
  if (focused) document.getElementById(focused)?.focus();
}

/** @param {State} state @param {string} part @param {string} value @param {Choose} choose */
function box(state, part, value, choose) {
  const chosen = state.filters[part];
  const input = element('input', { type: 'checkbox', id: `${part} ${value}`,
    checked: chosen.includes(value) });
  input.onchange = () => choose({ filters: { ...state.filters, [part]: input.checked
    ? [...chosen, value] : chosen.filter((each) => each !== value) } });
  return element('label', {}, input, value);
}

/** @param {string} id @param {string} value @param {readonly Option[]} options */
function fill(id, value, options) {
  const select = byId(id);
  const groups = Map.groupBy(options, ({ group }) => group ?? '');
  select.replaceChildren(...[...groups].flatMap(([label, members]) => {
    const made = members.map((each) => element('option', { value: each.value,
      textContent: each.text }));
    return label === '' ? made : [element('optgroup', { label }, ...made)];
  }));
  select.value = value;
  select.disabled = options.length < 2;
}
