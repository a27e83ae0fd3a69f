/** The explorer's rules: ratios of independent and of paired figures, and the address. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairOf } from '../../docs/explorer/data.js';
import { ratio, ratioOfRows, verdictOf } from '../../docs/explorer/ratios.js';
import { filtered, sorted } from '../../docs/explorer/rows.js';
import { changed, fromAddress, toAddress, viewOf } from '../../docs/explorer/state.js';
import { toCsv } from '../../docs/explorer/csv.js';

/** @param {string} arm @param {(number | null)[]} figures */
const row = (arm, ...figures) => [arm, ...figures, 5, ''];
const TABLE = { metric: 'cost', at: '65', label: 'busy', rows: [row('a', 8, 4, 16),
  row('b', 2, 1, 4), row('c', 1, 0.5, null), row('d', null, null, null)],
  pairs: [[4, 1.1], [8, 1.2], null, [2, 1.5], null, null] };
const ALONE = { ...TABLE, pairs: [] };
const METRIC = { id: 'cost', title: 'Cost', unit: 'µs', better: 'less', range: '' };
const DATA = { metrics: [METRIC, { ...METRIC, id: 'memory' }],
  arms: Object.fromEntries(['a', 'b', 'c', 'd'].map((id) =>
    [id, { framework: id, server: 's', fanout: 'f', variant: 'v', history: 'off' }])),
  runs: [{ id: 'm/2', machine: 'm', tables: [TABLE] }, { id: 'm/1', machine: 'm', raw: 'r',
    tables: [TABLE, { ...ALONE, metric: 'memory' }] }] };

test('the ratio of independent figures has an interval of both', () => {
  const found = ratio({ value: 8, low: 4, high: 16 }, { value: 2, low: 1, high: 4 });
  const reach = Math.exp(Math.hypot(Math.log(2), Math.log(2)));
  assert.equal(found.value, 4);
  assert.ok(Math.abs(found.low - 4 / reach) < 1e-9);
  assert.ok(Math.abs(found.high - 4 * reach) < 1e-9);
});

test('an open end stays open, and a range gives no interval', () => {
  assert.equal(ratioOfRows(ALONE, 2, 1, true).high, null);
  assert.equal(ratioOfRows(ALONE, 1, 2, true).low, 0);
  assert.deepEqual(ratioOfRows(ALONE, 0, 1, false), { value: 4, low: null, high: null });
  assert.equal(ratioOfRows(ALONE, 0, 3, true).value, null);
});

test('a paired ratio is taken as it is, in both directions', () => {
  assert.deepEqual(ratioOfRows(TABLE, 0, 1, true), { value: 4, low: 4 / 1.1, high: 4 * 1.1 });
  assert.deepEqual(ratioOfRows(TABLE, 1, 0, true), { value: 0.25, low: 0.25 / 1.1,
    high: 0.25 * 1.1 });
  assert.deepEqual(pairOf(TABLE, 1, 2), [2, 1.5]);
  assert.equal(ratioOfRows(TABLE, 3, 0, true).value, null);
});

test('a difference whose interval contains 1 is noise', () => {
  assert.equal(verdictOf({ value: 1.2, low: 0.9, high: 1.5 }, 'less'), 'noise');
  assert.equal(verdictOf({ value: 1.2, low: 0.9, high: null }, 'less'), 'noise');
  assert.equal(verdictOf({ value: 1.2, low: 1.1, high: 1.5 }, 'less'), 'worse');
  assert.equal(verdictOf({ value: 1.2, low: 1.1, high: 1.5 }, 'more'), 'better');
  assert.equal(verdictOf({ value: 1.2, low: null, high: null }, 'less'), 'unknown');
});

test('the address keeps every choice', () => {
  const query = '?metric=cost&at=65&run=m%2F1&compare=m%2F2&baseline=b&sort=n&order=up'
    + '&framework=a&framework=b';
  assert.equal(toAddress(fromAddress(query)), query);
  const view = viewOf(DATA, fromAddress(query));
  assert.deepEqual([view.run.id, view.second?.run.id, view.baseline, view.notice],
    ['m/1', 'm/2', 'b', '']);
});

test('what an address names and is not there is told', () => {
  const view = viewOf(DATA, fromAddress('?metric=cost&run=gone&baseline=d'));
  assert.equal(view.run.id, 'm/2');
  assert.equal(view.baseline, null);
  assert.match(view.notice, /The run in the address is not here.*no figure of the baseline/);
});

test('another metric keeps the machine and what it has', () => {
  const state = changed(DATA, fromAddress('?run=m/2&at=65&baseline=b'), { metric: 'memory' });
  assert.deepEqual([state.run, state.at, state.baseline], ['m/1', '65', 'b']);
});

test('rows are filtered and sorted, the baseline first, and those without a value last', () => {
  const shown = (arm, value, verdict = null) => ({ arm, parts: DATA.arms[arm], verdict,
    ratio: { value, low: null, high: null }, first: {}, second: null, n: 1, note: '=x,' });
  const rows = [shown('d', null), shown('a', 3), shown('b', 1, 'baseline'), shown('c', 2)];
  assert.deepEqual(sorted(rows, 'ratio', false).map(({ arm }) => arm), ['b', 'c', 'a', 'd']);
  assert.deepEqual(sorted(rows, 'ratio', true).map(({ arm }) => arm), ['b', 'a', 'c', 'd']);
  const filters = { ...fromAddress('').filters, framework: ['a'] };
  assert.deepEqual(filtered(rows, filters).map(({ arm }) => arm), ['a', 'b']);
  const view = viewOf(DATA, fromAddress('?run=m/1'));
  assert.match(toCsv(view, rows.slice(1, 2)), /^arm,[^\r]*\r\na,a,s,.*,"'=x,",m\/1,r\r\n$/);
});
