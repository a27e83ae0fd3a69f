/** The explorer: loads the data, keeps the choices in the address, and draws them. */

import { columnsOf } from './columns.js';
import { drawControls, drawFilters, listenToControls } from './controls.js';
import { toCsv } from './csv.js';
import { byId, element } from './dom.js';
import { filtered, hasRatios, rowsOf, sorted } from './rows.js';
import { ALL, changed, fromAddress, toAddress, viewOf } from './state.js';
import { drawTable } from './table_view.js';
import { runName } from './words.js';

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./state.js').View} View
 * @typedef {import('./rows.js').Shown} Shown
 */

const ROOT = '../../';
const TOLD_MS = 2000;

/** @param {import('./data.js').Data} data */
function explore(data) {
  let state = fromAddress(location.search);
  let view = viewOf(data, state);
  /** @type {Shown[]} */
  let rows = [];

  /** @param {Partial<State>} change */
  const choose = (change) => {
    state = changed(data, state, change);
    draw();
    history.pushState(null, '', toAddress(settled()) || location.pathname);
  };
  /** @returns {State} with what is shown, so that a link shows the same after the next run */
  const settled = () => ({ ...state, metric: view.metric.id, at: view.all ? ALL : view.table.at,
    run: view.run.id });

  const draw = () => {
    view = viewOf(data, state);
    const all = rowsOf(data, view);
    const columns = columnsOf(view, all);
    const order = orderOf(state, view, columns);
    rows = sorted(filtered(all, state.filters), order.key, order.down);
    drawControls(data, state, view, columns, order);
    drawFilters(data, state, view, choose);
    drawTable(view, all, rows, order, {
      sortBy: (key) => choose({ sort: key, down: order.key === key ? !order.down
        : isBestFirstDown(view, key) }),
      compareWith: (arm) => choose({ baseline: arm }),
    });
    drawWords(view, all, rows, data.pairedRatio);
  };

  listenToControls(data, choose, () => view);
  addEventListener('popstate', () => {
    state = fromAddress(location.search);
    draw();
  });
  byId('reset').onclick = () => choose(fromAddress(''));
  byId('share').onclick = () => void share(toAddress(settled()));
  byId('download').onclick = () => download(
    view.all === null ? toCsv(view, rows) : view.all.map(csvOf).join(''),
    `${view.metric.id} ${settled().at} ${view.run.name}.csv`);
  /** @param {import('./data.js').Table} table @param {number} place  0 has the heading of all */
  const csvOf = (table, place) => {
    const alone = { ...view, table, all: null };
    const found = new Map(rowsOf(data, alone).map((row) => [row.arm, row]));
    const text = toCsv(alone, rows.flatMap(({ arm }) => found.get(arm) ?? []));
    return place === 0 ? text : text.replace(/^.*\r\n/, '');
  };
  draw();
  // On a phone, what filters is closed until it is opened or the address has a filter.
  byId('filtering').open = matchMedia('(min-width: 40rem)').matches
    || Object.values(state.filters).some((values) => values.length > 0);
  for (const id of ['controls', 'result', 'method']) byId(id).hidden = false;
}

/**
 * @param {State} state @param {View} view
 * @param {readonly import('./columns.js').Column[]} columns
 */
function orderOf(state, view, columns) {
  const isThere = columns.some(({ key }) => key === state.sort);
  const key = isThere ? state.sort
    : view.all ? columns[1].key : hasRatios(view) ? 'ratio' : 'first';
  return { key, down: isThere && state.down !== null ? state.down : isBestFirstDown(view, key) };
}

/** @param {View} view @param {string} key @returns {boolean} whether the best is the largest */
const isBestFirstDown = ({ metric }, key) => key === 'n'
  || (/^(first|second|ratio|at:.*)$/.test(key) && metric.better === 'more');

/**
 * @param {View} view @param {readonly Shown[]} all @param {readonly Shown[]} rows
 * @param {string} pairedRatio
 */
function drawWords(view, all, rows, pairedRatio) {
  const { metric, run, table, all: conditions, second, baseline, notice } = view;
  const label = conditions ? `${conditions.length} conditions` : table.label;
  byId('title').textContent = `${metric.title}, ${metric.unit}`;
  byId('about').replaceChildren(`${label[0].toUpperCase()}${label.slice(1)}. `,
    element('strong', { textContent: metric.better === 'less' ? 'Less is better.'
      : 'More is better.' }),
    ` ${metric.about} `, element('a', { href: `../${metric.page}`, textContent: 'More about it' }),
    '.');
  byId('summary').textContent = [
    rows.length === all.length ? `${all.length} arms.` : `${rows.length} of ${all.length} arms.`,
    ...(metric.range === '' ? [] : [`The brackets are ${metric.range}.`]),
    ...(hasRatios(view) ? [toldOf(rows, view, pairedRatio)] : []),
  ].join(' ');
  byId('notice').textContent = notice;
  byId('notice').hidden = notice === '';
  byId('sources').replaceChildren(...[run, ...(second ? [second.run] : [])].flatMap((each) => [
    element('span', {}, second ? `${runName(each)}, measured by ` : 'Measured by ', element('code', { textContent: each.command }),
      ` on ${each.machineWords} at commit ${each.commit}${each.dirty
        ? ' with changes that were not committed' : ''}: `,
      element('a', { href: ROOT + each.raw, textContent: each.raw }), ', ',
      element('a', { href: ROOT + each.info, textContent: 'run.json' }), '.'),
    ...unmeasured(each, table)]));
  document.title = `${metric.title}${baseline ? ` ÷ ${baseline}` : ''} · Explorer · Side by side`;
}

/** @param {import('./data.js').Run} run @param {import('./data.js').Table} table */
function unmeasured({ failed }, { rows }) {
  return Object.entries(failed).filter(([arm]) => rows.every(([known]) => known !== arm))
    .map(([arm, reason]) => element('span', {}, 'Not measured: ',
      element('code', { textContent: arm }), ` (${reason}).`));
}

/** @param {readonly Shown[]} rows @param {View} view @param {string} pairedRatio */
function toldOf(rows, { table, second, baseline }, pairedRatio) {
  const compared = rows.flatMap(({ verdict, cells }) => [verdict,
    ...Object.values(cells).map((each) => each.verdict)])
    .filter((verdict) => verdict !== null && verdict !== 'baseline');
  const unknown = compared.filter((verdict) => verdict === 'unknown').length;
  const noise = compared.filter((verdict) => verdict === 'noise').length;
  if (compared.length === unknown) return 'The ratios have no interval.';
  const paired = !second && (table.pairs ?? []).length > 0;
  const how = paired ? `The ratios are ${pairedRatio}.`
    : second && baseline ? 'Each run is divided by its baseline, and the second by the first.'
      : 'The ratios are of two independent figures each.';
  return `${how} Noise: ${noise} of ${compared.length} differences.`;
}

/** @param {string} query */
async function share(query) {
  const address = new URL(query, location.origin + location.pathname).href;
  history.replaceState(null, '', address);
  try {
    await navigator.clipboard.writeText(address);
    told('Copied');
  } catch {  // not allowed here; the address bar has it
    told('It is in the address bar');
  }
}

/** @param {string} words */
function told(words) {
  byId('share').textContent = words;
  setTimeout(() => { byId('share').textContent = 'Copy link'; }, TOLD_MS);
}

/** @param {string} text @param {string} name */
function download(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  element('a', { href: address, download: name.replaceAll(/[^\w.-]+/g, '-') }).click();
  setTimeout(() => URL.revokeObjectURL(address), TOLD_MS);
}

try {
  const answer = await fetch('data.json');
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  const data = await answer.json();
  if (data.runs.length === 0) throw new Error('nothing is measured yet: make bench');
  explore(data);
} catch (error) {
  byId('failure').textContent = `The figures could not be shown: ${
    error instanceof Error ? error.message : error}.`;
  byId('failure').hidden = false;
  throw error;
}
