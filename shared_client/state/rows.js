/** The rows of the timeline: messages, notices, days and gaps. Pure. */

import { HOLE_MS, TRIES } from './book.js';
import { seqOf } from './timeline.js';

/**
 * @typedef {import('./timeline.js').Entry} Entry
 * @typedef {import('./outgoing.js').Outgoing} Outgoing
 * @typedef {{kind: 'day', at: number}} Day
 * @typedef {{kind: 'gap', from: number, to: number, failed: boolean}} Gap
 * @typedef {Readonly<{key: string, item: Entry | Day | Gap | Outgoing, grouped: boolean}>} Row
 * @typedef {{entries: readonly Entry[], gaps: readonly Gap[], rows: Row[], ends: number[]}} Lines
 *   the rows of entries and gaps; `ends` has the number of rows up to each entry
 */

/** Messages of one author within this time are under one name. */
const GROUP_MS = 5 * 60_000;

/**
 * @param {import('./state.js').State} state @param {number} now  ms since the epoch
 * @param {(at: number) => string} [dayOf]  the same for all times of a day
 * @returns {readonly Row[]}
 */
export function rowsOf(state, now, dayOf) {
  return createRows(dayOf)(state, now);
}

/**
 * Like `rowsOf`, but makes only the rows after the first change since the last call. A new last
 * message costs one row and not five thousand, and the other rows stay the same objects.
 *
 * @param {(at: number) => string} [dayOf]
 * @returns {(state: import('./state.js').State, now: number) => readonly Row[]}
 */
export function createRows(dayOf = createDays()) {
  /** @type {Lines} */
  let lines = { entries: [], gaps: [], rows: [], ends: [] };
  /** @type {readonly Row[]} */
  let all = [];
  /** @type {unknown[]} */
  let last = [];
  return ({ entries, book, outbox, user }, now) => {
    const gaps = gapsOf(book, now);
    const alike = sameGaps(gaps, lines.gaps);
    if (entries !== lines.entries || !alike) {
      lines = linesOf(entries, gaps, alike && gaps.length === 0 ? lines : null, dayOf);
    }
    const parts = [lines, outbox, user];
    if (parts.some((part, index) => part !== last[index])) {
      last = parts;
      all = withOutbox(lines.rows, outbox, user, all);
    }
    return all;
  };
}

/**
 * @param {readonly Entry[]} entries @param {readonly Gap[]} gaps
 * @param {Lines | null} before @param {(at: number) => string} dayOf @returns {Lines}
 */
function linesOf(entries, gaps, before, dayOf) {
  const same = before === null ? 0 : commonStart(entries, before.entries);
  const ends = before?.ends.slice(0, same) ?? [];
  const rows = before?.rows.slice(0, ends.at(-1) ?? 0) ?? [];
  const dated = entries.slice(0, same).findLast(({ kind }) => kind !== 'notice');
  let day = dated === undefined ? '' : dayOf(dated.at);
  let gap = 0;
  for (const entry of entries.slice(same)) {
    while (gap < gaps.length && gaps[gap].to < seqOf(entry)) putGap(rows, gaps[gap++]);
    if (entry.kind !== 'notice' && dayOf(entry.at) !== day) {
      day = dayOf(entry.at);
      put(rows, `day ${entry.key}`, { kind: 'day', at: entry.at });
    }
    put(rows, entry.key, entry);
    ends.push(rows.length);
  }
  for (const rest of gaps.slice(gap)) putGap(rows, rest);
  return { entries, gaps, rows, ends };
}

/** @param {readonly unknown[]} one @param {readonly unknown[]} other @returns {number} */
export function commonStart(one, other) {
  const most = Math.min(one.length, other.length);
  let same = 0;
  while (same < most && one[same] === other[same]) same += 1;
  return same;
}

/** The user's messages in the outbox are last. */
function withOutbox(/** @type {Row[]} */ rows, /** @type {readonly Outgoing[]} */ outbox,
  /** @type {string} */ user, /** @type {readonly Row[]} */ before) {
  if (outbox.length === 0) return rows;
  const all = [...rows];
  for (const message of outbox) {
    put(all, `${user}/${message.id}`, message);
    const [made, old] = [all[all.length - 1], before[all.length - 1]];
    if (old?.item === message && old.grouped === made.grouped) all[all.length - 1] = old;
  }
  return all;
}

/** @param {Row[]} rows @param {string} key @param {Row['item']} item */
function put(rows, key, item) {
  rows.push({ key, item, grouped: isGrouped(rows.at(-1)?.item ?? null, item) });
}

/** @param {Row[]} rows @param {Gap} gap */
function putGap(rows, gap) {
  put(rows, `gap ${gap.to}`, gap);
}

/** A hole that was just noticed is no gap yet. @returns {Gap[]} */
function gapsOf(/** @type {import('./book.js').Book | null} */ book, /** @type {number} */ now) {
  return (book?.holes ?? []).filter(({ tries, dueAt }) => tries > 0 || dueAt <= now - HOLE_MS)
    .map(({ from, to, tries }) => ({ kind: 'gap', from, to, failed: tries >= TRIES }));
}

/** @param {readonly Gap[]} one @param {readonly Gap[]} other */
function sameGaps(one, other) {
  return one.length === other.length && one.every(({ from, to, failed }, index) =>
    other[index].from === from && other[index].to === to && other[index].failed === failed);
}

/** @param {any} previous @param {any} item */
function isGrouped(previous, item) {
  if (!isMessage(previous) || !isMessage(item)) return false;
  return authorOf(previous) === authorOf(item) && item.at - previous.at < GROUP_MS;
}

/** @param {any} item @returns {boolean} whether a user wrote it */
function isMessage(item) {
  return item !== null && item.kind !== 'notice' && item.kind !== 'day' && item.kind !== 'gap';
}

/** @param {any} item  a message @returns {string | null} its author; null if it is the user's */
export function authorOf(item) {
  return 'user' in item && !item.own ? item.user : null;
}

/** Local days. The calendar is used once per day, not once per message. */
export function createDays() {
  let [start, end, day] = [0, 0, ''];
  return (/** @type {number} */ at) => {
    if (at < start || at >= end) {
      const date = new Date(at);
      const [year, month, dayOfMonth] = [date.getFullYear(), date.getMonth(), date.getDate()];
      start = new Date(year, month, dayOfMonth).getTime();
      end = new Date(year, month, dayOfMonth + 1).getTime();
      day = `${year}-${month + 1}-${dayOfMonth}`;
    }
    return day;
  };
}
