/** The account as a CSV table: one line per message and side, with all measured values. Pure. */

import { size, soonest } from './ledger.js';

/**
 * A value that starts as a formula gets an apostrophe before it. A spreadsheet then reads it as
 * text, so that no message can run a formula.
 */
const FORMULA = /^[=+\-@\t\r\n]/;
const PART = 500;
const SPECIAL = /[",\r\n]/;

/** @typedef {import('./ledger.js').Message} Message */

/** @type {readonly [string, (row: Message) => string | number | null][]} */
const COLUMNS = [
  ['kind', ({ kind }) => kind],
  ['size', (row) => row.size],
  ['fate', ({ fate }) => fate],
  ['error', ({ code }) => code],
  ['written', ({ order }) => order || null],
  ['sent_ms', ({ at, order }) => order === 0 ? null : round(at)],
  ['round_trip_ms', ({ trip }) => round(trip)],
  ['first_ms', (row) => round(soonest(row))],
  ['last_ms', (row) => row.last === null && row.crew?.last == null ? null
    : round(Math.max(row.last ?? 0, row.crew?.last ?? 0))],
  ['members', ({ members }) => members],
  ['had', ({ had }) => size(had)],
  ['lost', ({ lost }) => lost],
  ['late', ({ late }) => late],
  ['duplicates', ({ copies }) => copies],
  ['synthetic_members', ({ crew }) => crew?.members ?? null],
  ['synthetic_had', ({ crew }) => crew?.had ?? null],
  ['synthetic_late', ({ crew }) => crew?.late ?? null],
  ['synthetic_first_ms', ({ crew }) => round(crew?.first ?? null)],
  ['synthetic_last_ms', ({ crew }) => round(crew?.last ?? null)],
  ['clock_uncertainty_ms', ({ crew }) => round(crew?.give ?? null)],
  ['text', ({ text }) => text],
];

/**
 * @param {readonly {key: string, rows: readonly Message[]}[]} sides
 * @param {number} startedAt  start of the page's clock, in ms since the epoch
 * @returns {Generator<string, void>} by RFC 4180, ordered by message; in parts, so that the
 *   caller can do other work while it writes a long table
 */
export function* toCsv(sides, startedAt) {
  yield line(['message', 'side', 'sent_at', ...COLUMNS.map(([name]) => name)]);
  const all = sides.flatMap(({ key, rows }) => rows.map((row) => ({ key, row })))
    .sort((a, b) => a.row.n - b.row.n);
  for (let from = 0; from < all.length; from += PART) {
    yield all.slice(from, from + PART).map(({ key, row }) => line([row.n, key,
      row.order === 0 ? '' : new Date(startedAt + row.at).toISOString(),
      ...COLUMNS.map(([, value]) => value(row))])).join('');
  }
}

/** @param {(string | number | null)[]} values */
function line(values) {
  return `${values.map(cell).join(',')}\r\n`;
}

/** @param {string | number | null} value @returns {string} */
export function cell(value) {
  if (value === null) return '';
  if (typeof value === 'number') return `${value}`;
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {number | null} ms @returns {number | null} as exact as a browser's clock */
function round(ms) {
  return ms === null ? null : Math.round(ms * 1000) / 1000;
}
