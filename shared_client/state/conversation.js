/**
 * Takes in the room's messages: live, replayed, or in pages over HTTP. Every message is counted
 * by its seq and shown once. The user's message leaves the outbox when it is here. Pure.
 */

import { reread, upToDate } from './amendments.js';
import * as books from './book.js';
import * as outgoing from './outgoing.js';
import * as presences from './presence.js';
import { has } from './seqs.js';
import * as timeline from './timeline.js';

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./state.js').Event} Event
 * @typedef {import('../network/protocol.js').Message} Message
 * @typedef {import('../network/protocol.js').Image} Image
 */

/** The limit while the newest is in view; older entries load again as the user scrolls up. */
export const ENTRIES_KEPT = 500;
/** The limit while the user reads above. */
export const MOST_ENTRIES = 5000;
/** The excess at which entries are dropped together, not with a new list for each message. */
export const SLACK = 0.1;

/** @param {State} state @returns {number | null} `since` for the next handshake */
export function resumeFrom({ book, outbox }) {
  return book === null ? outgoing.doubtfulAfter(outbox) : books.resumePoint(book);
}

/** @param {State} state @param {number | null} seq  the room's newest seq @param {number} at */
export function numbered(state, seq, at) {
  if (seq === null) {
    const atEnd = state.atEnd || state.seek !== null; // there is no history to seek in
    return { ...state, book: null, seek: null, atEnd, outbox: outgoing.settled(state.outbox) };
  }
  const since = resumeFrom(state);
  if (since !== null && since > seq) { // the history began again: the old seqs mean nothing
    const entries = state.entries.filter((entry) => timeline.seqOf(entry) === 0);
    const doubtful = { ...state, entries, book: books.opened(seq + 1, seq) };
    return { ...doubtful, outbox: outgoing.settled(state.outbox) };
  }
  const known = state.book ?? books.opened((since ?? seq) + 1, seq);
  const book = state.limits.reactions === undefined ? known : books.stale(known);
  return sought(settled({ ...state, book: books.welcomed(book, seq, at) }));
}

/** @param {State} state @returns {boolean} whether the sought place is here or out of reach */
export function isFound({ seek, book, entries }) {
  if (seek === null || book === null || book.older === 'end') return true;
  const first = entries.find(({ kind }) => kind !== 'notice');
  return (first !== undefined && first.at <= seek.at) || entries.length >= MOST_ENTRIES;
}

/** Loads older pages until the sought place is here. @param {State} state @returns {State} */
function sought(state) {
  if (state.seek === null) return state;
  return withBook(state, isFound(state) ? books.wantsLittle : books.wantsMuch);
}

/** @param {State} state @param {Message | Image} record @param {number} at @returns {State} */
export function said(state, record, at) {
  const { seq } = record;
  const numberless = seq === null || state.book === null;
  if (!numberless && has(state.book.held, seq)) return state;
  const presence = presences.silent(state.presence, record.user);
  const next = { ...state, presence };
  if (numberless) return bounded(shown(next, record, true), at);
  if (seq < state.book.floor) return withoutOwn(next, record);
  const live = seq > state.book.welcomed && seq >= state.book.newest;
  const book = books.taken(state.book, seq, at);
  return settled(bounded(shown({ ...next, book }, record, live), at));
}

/** A message that was sent again keeps its id and is shown once. */
function shown(/** @type {State} */ state, /** @type {Message | Image} */ record,
  /** @type {boolean} */ last) {
  const next = withoutOwn(state, record);
  const entry = entryOf(state, record);
  if (timeline.hasKey(state.entries, entry.key)) return next;
  const put = last ? timeline.appended : timeline.inserted;
  return { ...next, entries: put(state.entries, entry) };
}

/** @param {State} state @param {Message | Image} record @returns {State} */
function withoutOwn(state, record) {
  if (!isOwn(state, record)) return state;
  return { ...state, outbox: outgoing.without(state.outbox, record.id) };
}

function entryOf(/** @type {State} */ state, /** @type {Message | Image} */ record) {
  return upToDate(timeline.entryOf(pictured(state, record), isOwn(state, record), state), state,
    record.reactions);
}

/** The user's own photo is here already. @param {State} state @param {Message | Image} record */
function pictured({ outbox }, record) {
  const photo = outbox.find(({ id }) => id === record.id)?.photo;
  return record.type === 'image' && photo ? { ...record, picture: photo.blob } : record;
}

/** Guests may share a name: a guest's own messages are the ones that this page sent. */
function isOwn(/** @type {State} */ state, /** @type {{id: string, user: string}} */ { id, user }) {
  return user === state.user && (state.account === user || state.mine.includes(id)
    || state.outbox.some((message) => message.id === id));
}

/** @param {State} state @param {Extract<Event, {type: 'paged'}>} event @returns {State} */
export function paged(state, { before, limit, records, at }) {
  if (state.book === null) return state;
  const floor = before === state.book.floor ? records[0]?.seq ?? before : state.book.floor;
  const { held } = state.book;
  const keys = new Set(state.entries.map(({ key }) => key));
  const added = [];
  const again = [];
  let next = state;
  for (const record of records) {
    const seq = Number(record.seq);
    if (seq < floor) continue;
    const entry = entryOf(next, record);
    if (has(held, seq)) {
      again.push(entry);
      continue;
    }
    next = withoutOwn(next, record);
    if (keys.has(entry.key)) continue;
    keys.add(entry.key);
    added.push(entry);
  }
  const entries = timeline.merged(state.entries, added);
  const seqs = records.map(({ seq }) => Number(seq));
  const book = books.paged(state.book, { before, limit, seqs }, at);
  return sought(settled(reread({ ...next, entries, book }, again)));
}

/**
 * For a message that was sent again, `seq` is from the first time, and nobody gets it again: it
 * may be here already, or among older messages that are not loaded.
 *
 * @param {State} state @param {import('../network/protocol.js').Ack} frame @param {number} at
 * @returns {State}
 */
export function acknowledged(state, { id, seq }, at) {
  const { book, outbox } = state;
  if (book === null) return { ...state, outbox: outgoing.acknowledged(outbox, id) };
  const known = seq < book.floor || has(book.held, seq);
  return { ...state, book: books.learned(book, seq, at),
    outbox: known ? outgoing.without(outbox, id) : outgoing.acknowledged(outbox, id) };
}

/** @param {State} state @param {import('../network/protocol.js').Gap} frame @param {number} at */
export function skipped(state, { after, before }, at) {
  if (state.book === null) return state;
  const book = books.skipped(state.book, after, before, at);
  if (book.floor === state.book.floor) return { ...state, book };
  return { ...state, book, entries: timeline.cut(state.entries, book.floor),
    outbox: outgoing.unsettled(state.outbox, true) };
}

/**
 * Limits memory: dropped entries are loaded again when the user scrolls up to them. Nothing is
 * dropped while it is unknown whether a message of the user arrived.
 */
export function bounded(/** @type {State} */ state, /** @type {number} */ at) {
  const { atEnd, outbox } = state;
  const kept = atEnd ? ENTRIES_KEPT : MOST_ENTRIES;
  if (state.entries.length <= kept * (1 + SLACK)) return state;
  if (outbox.some(({ status }) => status === 'unsure')) return state;
  const entries = timeline.newest(state.entries, kept);
  return withBook({ ...state, entries }, (book) =>
    books.raised(book, timeline.lowest(entries) ?? book.newest + 1, at));
}

/**
 * Settles unsure messages when all messages up to the welcome are here, or some will not come.
 *
 * @param {State} state @returns {State}
 */
export function settled(state) {
  const { book, outbox } = state;
  if (book === null) return state;
  if (books.isCaughtUp(book)) return { ...state, outbox: outgoing.settled(outbox) };
  return books.isGivenUp(book) ? { ...state, outbox: outgoing.unsettled(outbox, true) } : state;
}

/** @param {State} state @param {(book: books.Book) => books.Book} change @returns {State} */
export function withBook(state, change) {
  return state.book === null ? state : { ...state, book: change(state.book) };
}
