/** What the timeline shows, line by line: messages, notices, days, and what is missing. Pure. */

import { HOLE_MS, TRIES } from './book.js';
import { seqOf } from './timeline.js';

/**
 * @typedef {import('./timeline.js').Entry} Entry
 * @typedef {import('./outgoing.js').Outgoing} Outgoing
 * @typedef {{kind: 'day', key: string, at: number}} Day
 * @typedef {{kind: 'gap', key: string, from: number, to: number, failed: boolean}} Gap
 * @typedef {{kind: 'outgoing', key: string, message: Outgoing, at: number, user: string}} Pending
 * @typedef {(Entry | Day | Gap | Pending) & {grouped?: boolean}} Row
 */

/** Messages of one author within this time stand under one name. */
const GROUP_MS = 5 * 60_000;

/**
 * @param {import('./state.js').State} state @param {number} now  ms since the epoch
 * @param {(at: number) => string} [dayOf]  the same for all times of a day
 * @returns {{key: string, item: Entry | Day | Gap | Outgoing, grouped: boolean}[]}
 */
export function rowsOf(state, now, dayOf = localDay) {
  /** @type {{key: string, item: any, grouped: boolean}[]} */
  const rows = [];
  const holes = [...(state.book?.holes ?? [])];
  let day = '';
  /** @type {any} */
  let previous = null;
  const put = (/** @type {string} */ key, /** @type {any} */ item) => {
    rows.push({ key, item, grouped: isGrouped(previous, item) });
    previous = item;
  };
  for (const entry of state.entries) {
    while (holes.length > 0 && holes[0].to < seqOf(entry)) putGap(holes.shift());
    if (entry.kind !== 'notice' && dayOf(entry.at) !== day) {
      day = dayOf(entry.at);
      put(`day ${entry.key}`, { kind: 'day', at: entry.at });
    }
    put(entry.key, entry);
  }
  for (const hole of holes) putGap(hole);
  for (const message of state.outbox) put(`${state.user}/${message.id}`, message);
  return rows;

  /** A hole that is only just noticed is no gap yet. */
  function putGap(/** @type {import('./book.js').Hole | undefined} */ hole) {
    if (hole === undefined || (hole.tries === 0 && hole.dueAt > now - HOLE_MS)) return;
    const { from, to, tries } = hole;
    put(`gap ${to}`, { kind: 'gap', from, to, failed: tries >= TRIES });
  }
}

/** @param {any} previous @param {any} item */
function isGrouped(previous, item) {
  if (!isMessage(previous) || !isMessage(item)) return false;
  return authorOf(previous) === authorOf(item) && item.at - previous.at < GROUP_MS;
}

/** @param {any} item @returns {boolean} whether somebody said it */
export function isMessage(item) {
  return item !== null && item.kind !== 'notice' && item.kind !== 'day' && item.kind !== 'gap';
}

/** @param {any} item  a message @returns {string | null} its author; null for oneself */
export function authorOf(item) {
  return 'user' in item && !item.own ? item.user : null;
}

/** @param {number} at */
function localDay(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
