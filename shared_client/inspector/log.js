/** The inspector's entries: frames and connection events. Pure. The size is limited. */

import { withHead } from './frame.js';

export const MOST_ENTRIES = 2000;
/** The most that all entries keep together, in bytes or characters. */
export const MOST_KEPT = 8 * 1024 * 1024;

/**
 * @typedef {import('./frame.js').Frame} Frame
 * @typedef {'in' | 'out'} Direction
 *
 * @typedef {{what: Direction, at: number, frame: Frame, probe?: string}
 *   | {what: 'opening', at: number, url: string, attempt: number}
 *   | {what: 'open', at: number, protocol: string, ms: number}
 *   | {what: 'closed', at: number, code: number, reason: string, wait: number | null}
 *   | {what: 'stalled', at: number}
 *   | {what: 'readOn', at: number, ms: number}
 *   | {what: 'paused', at: number, missed: number}} Happened
 *   `at` is in ms since the page's start; `probe` is the name of an invalid frame
 * @typedef {Happened & {n: number}} Entry
 *
 * @typedef {{text: string, show: 'all' | Direction | 'events', type: string}} Filter
 *
 * @typedef {object} Log
 * @property {readonly Entry[]} entries  oldest first
 * @property {readonly Entry[]} shown  the entries that pass the filter
 * @property {Filter} filter
 * @property {readonly string[]} types  of the seen frames, sorted
 * @property {number} next  the number of the next entry
 * @property {number} kept
 * @property {boolean} paused
 * @property {number} missed  number of entries that came during the pause
 *
 * @typedef {{type: 'happened', all: readonly Happened[]}
 *   | {type: 'headRead', frame: Frame, head: Uint8Array}
 *   | {type: 'filtered', filter: Partial<Filter>}
 *   | {type: 'paused'}
 *   | {type: 'resumed', at: number}
 *   | {type: 'cleared'}} LogEvent
 */

/** @type {Log} */
export const EMPTY = {
  entries: [], shown: [], filter: { text: '', show: 'all', type: '' }, types: [], next: 0, kept: 0,
  paused: false, missed: 0,
};

/** @param {Log} log @param {LogEvent} event @returns {Log} */
export function reduceLog(log, event) {
  switch (event.type) {
    case 'happened':
      return log.paused ? { ...log, missed: log.missed + event.all.length }
        : appended(log, event.all);
    case 'headRead':
      return headRead(log, event.frame, event.head);
    case 'filtered': {
      const filter = { ...log.filter, ...event.filter };
      return { ...log, filter, shown: log.entries.filter((entry) => passes(entry, filter)) };
    }
    case 'paused':
      return { ...log, paused: true };
    case 'resumed': {
      const { missed } = log;
      const going = { ...log, paused: false, missed: 0 };
      return missed === 0 ? going : appended(going, [{ what: 'paused', at: event.at, missed }]);
    }
    case 'cleared':
      return { ...log, entries: [], shown: [], types: [], kept: 0, missed: 0 };
  }
}

/** @param {Happened} entry @returns {entry is Extract<Happened, {frame: Frame}>} */
export function isFrame(entry) {
  return entry.what === 'in' || entry.what === 'out';
}

/** @param {Entry} entry @param {Filter} filter @returns {boolean} */
export function passes(entry, { text, show, type }) {
  const direction = isFrame(entry) ? entry.what : 'events';
  if (show !== 'all' && show !== direction) return false;
  if (type !== '' && !(isFrame(entry) && entry.frame.type === type)) return false;
  return text === '' || searched(entry).toLowerCase().includes(text.toLowerCase());
}

/**
 * @param {readonly Entry[]} entries @param {number} n
 * @returns {number} the index of the first entry from `n` on
 */
export function indexFrom(entries, n) {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle].n < n) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {Log} log @param {readonly Happened[]} all @returns {Log} */
function appended(log, all) {
  const fresh = all.map((each, index) => ({ ...each, n: log.next + index }));
  let kept = fresh.reduce((sum, entry) => sum + weight(entry), log.kept);
  let entries = [...log.entries, ...fresh];
  let dropped = Math.max(0, entries.length - MOST_ENTRIES);
  for (let index = 0; index < dropped; index += 1) kept -= weight(entries[index]);
  while (kept > MOST_KEPT && dropped < entries.length - 1) {
    kept -= weight(entries[dropped]);
    dropped += 1;
  }
  const since = entries[dropped]?.n ?? 0;
  entries = entries.slice(dropped);
  const passing = fresh.filter((entry) => entry.n >= since && passes(entry, log.filter));
  const shown = log.shown.slice(indexFrom(log.shown, since)).concat(passing);
  return { ...log, entries, shown, kept, next: log.next + all.length,
    types: typesWith(log.types, fresh) };
}

/**
 * The first bytes of a blob are read only after the blob was sent.
 *
 * @param {Log} log @param {Frame} frame @param {Uint8Array} head @returns {Log}
 */
function headRead(log, frame, head) {
  const entry = log.entries.findLast((each) => isFrame(each) && each.frame === frame);
  if (entry === undefined || !isFrame(entry)) return log;
  const read = { ...entry, frame: withHead(frame.size, head) };
  const entries = log.entries.map((each) => each === entry ? read : each);
  return { ...log, entries, kept: log.kept + head.length, types: typesWith(log.types, [read]),
    shown: entries.filter((each) => passes(each, log.filter)) };
}

/** @param {readonly string[]} types @param {readonly Entry[]} fresh @returns {readonly string[]} */
function typesWith(types, fresh) {
  const missing = fresh.flatMap((each) => isFrame(each) && each.frame.type ? [each.frame.type] : [])
    .filter((type) => !types.includes(type));
  return missing.length === 0 ? types : [...new Set([...types, ...missing])].sort();
}

/** @param {Happened} entry */
function weight(entry) {
  if (!isFrame(entry)) return 0;
  return entry.frame.binary ? entry.frame.head?.length ?? 0 : entry.frame.text.length;
}

/** @param {Happened} entry */
function searched(entry) {
  if (isFrame(entry)) {
    const { frame } = entry;
    if (!frame.binary) return frame.text;
    return frame.head === null ? '' : new TextDecoder().decode(frame.head.subarray(4, 1024));
  }
  if (entry.what === 'opening') return entry.url;
  return entry.what === 'closed' ? `${entry.code} ${entry.reason}` : '';
}
