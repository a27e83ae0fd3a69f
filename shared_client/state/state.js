/**
 * The page's state, and how each event changes it: `(state, event) → state`. Pure: events carry
 * their times and ids, and the arguments are never changed in place. The parts are
 * in `conversation.js`, `amendments.js`, `timeline.js`, `book.js`, `outgoing.js`, `presence.js`.
 */

import { amended, reacted, refusedChange } from './amendments.js';
import * as books from './book.js';
import {
  acknowledged, bounded, numbered, paged, resumeFrom, said, settled, skipped, withBook,
} from './conversation.js';
import * as outgoing from './outgoing.js';
import * as presences from './presence.js';
import { LIMITS } from '../network/protocol.js';
import * as timeline from './timeline.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Event} Event
 * @typedef {import('./types.js').Link} Link
 * @typedef {import('./types.js').Attachment} Attachment
 * @typedef {import('../network/protocol.js').ServerFrame} ServerFrame
 * @typedef {import('./timeline.js').Notice} Notice
 */

export const ROUND_TRIPS_KEPT = 20;
const MINE_KEPT = 500;

/** @type {Link} */
const IDLE = { status: 'idle', attempt: 0, retryAt: null, code: null, reason: '' };

/** @type {State} */
export const initial = Object.freeze({
  room: null, backend: null, origin: '', visit: 0, view: null, user: '', account: null,
  link: IDLE, server: null,
  limits: { text: LIMITS.text, image: LIMITS.image, presence: LIMITS.presence },
  arrival: null,
  entries: [], book: null, nextKey: 0, atEnd: true, seek: null,
  early: [], heard: null,
  outbox: [], drainedAt: 0, mine: [], attached: [],
  presence: presences.NOBODY, roundTrips: [], draft: '',
});

/** @param {State} state @param {Event} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case 'entered':
      return entered(state, event);
    case 'exited':
      return exited(state, event);
    case 'identified':
      return { ...state, account: event.account };
    case 'connecting':
      return { ...state,
        link: { ...state.link, status: 'connecting', attempt: event.attempt, retryAt: null } };
    case 'frame':
      return received(state, event.frame, event.at);
    case 'closed':
      return closed(state, event);
    case 'measured':
      return { ...state, roundTrips: [...state.roundTrips, event.ms].slice(-ROUND_TRIPS_KEPT) };
    case 'paged':
      return paged(state, event);
    case 'pageFailed':
      return settled(withBook(state, (book) => books.pageFailed(book, event.before, event.at)));
    case 'olderWanted':
      return withBook(state, books.wantsOlder);
    case 'gapWanted':
      return withBook(state, (book) => books.wantsAgain(book, event.to, event.at));
    case 'scrolled':
      return state.atEnd === event.atEnd ? state : { ...state, atEnd: event.atEnd, seek: null };
    case 'passed': {
      const drainedAt = event.draining ? event.at : state.drainedAt;
      return { ...state, drainedAt, presence: presences.passed(state.presence, event.at),
        outbox: outgoing.resumed(outgoing.overdue(state.outbox, event.at, drainedAt), event.at) };
    }
    default:
      return written(state, event);
  }
}

/** The user's draft and messages. @param {State} state @param {Event} event @returns {State} */
function written(state, event) {
  const { outbox } = state;
  switch (event.type) {
    case 'drafted':
      return { ...state, draft: event.text };
    case 'attached':
      return { ...state, attached: [...state.attached, ...event.files] };
    case 'detached':
      return { ...state, attached: state.attached.filter(({ id }) => id !== event.id) };
    case 'composed':
      return { ...state, outbox: outgoing.composed(outbox, event),
        mine: [...state.mine, event.id].slice(-MINE_KEPT),
        draft: event.photo ? state.draft : '',
        attached: state.attached.filter(({ id }) => id !== event.id) };
    case 'sent':
      return { ...state, outbox: outgoing.sent(outbox, event.ids, event.at, resumeFrom(state)) };
    case 'retried':
      return { ...state, outbox: outgoing.retried(outbox, event.id) };
    case 'restored':
      return { ...state, outbox: outgoing.rejoined(event.outbox, outbox, state.book !== null),
        mine: [...new Set([...event.mine, ...state.mine])] };
    case 'reacted':
      return reacted(state, event);
    case 'discarded':
      return { ...state, outbox: outgoing.without(outbox, event.id) };
    default:
      return state;
  }
}

/**
 * A message waits for an earlier message in doubt, so that their order stays the same.
 *
 * @param {State} state @returns {string[]} the ids of the messages to send now, oldest first
 */
export function waiting({ outbox }) {
  const doubtful = outbox.findIndex(({ status }) => status === 'unsure' || status === 'doubted');
  return outbox.filter(({ status }, index) =>
    status === 'waiting' && (doubtful < 0 || index < doubtful)).map(({ id }) => id);
}

/** @param {State} state @returns {boolean} whether something in it changes by time alone */
export function isTimed({ presence, outbox, book }) {
  return presence.typing.length > 0
    || outbox.some(({ status }) => status === 'sent' || status === 'doubted')
    || (book !== null && books.awaits(book));
}

/** @param {State} state @returns {number | null} ms, the median of the last measurements */
export function roundTrip({ roundTrips }) {
  return roundTrips.length ? median(roundTrips) : null;
}

/** @param {readonly number[]} values  at least one */
export function median(values) {
  return [...values].sort((one, other) => one - other)[values.length >> 1];
}

/** @param {State} state @param {Extract<Event, {type: 'entered'}>} event @returns {State} */
function entered(state, event) {
  const { room, user, backend, origin = '', account = state.account, arrival = 'entered',
    outbox = [], mine = [], seek = null, whole = false } = event;
  // The draft and the files of another room stay there until the user comes back.
  const { draft, attached } = state.room === null || room === state.room ? state : initial;
  const same = room === state.room && backend === state.backend;
  const base = same ? offline(state, 1000) : { ...initial, visit: state.visit + 1 };
  return { ...base, room, user, backend, origin, account, arrival, link: IDLE,
    outbox: same ? base.outbox : outbox, mine: same ? base.mine : mine,
    book: whole ? base.book ?? books.opened(1, 0) : base.book,
    draft: event.draft || draft, attached: event.attached ?? attached,
    seek, atEnd: base.atEnd && seek === null };
}

/** A draft from outside a room is for the next room. A draft from a room is kept there. */
function exited(/** @type {State} */ state, /** @type {Extract<Event, {type: 'exited'}>} */ event) {
  const { backend = state.backend, origin = state.origin, account = state.account } = event;
  const { room, user, visit } = state;
  const draft = room === null ? state.draft : '';
  return { ...initial, backend, origin, account, draft, user, visit: visit + 1,
    view: event.view ?? null };
}

/** Clears the data that needs a connection. @param {State} state @param {number} code */
function offline(state, code) {
  const doubtful = outgoing.cutOff(state.outbox, code);
  return { ...state, server: null, presence: presences.NOBODY, roundTrips: [],
    outbox: state.book === null ? outgoing.settled(doubtful) : doubtful };
}

/** @param {State} state @param {Extract<Event, {type: 'closed'}>} event @returns {State} */
function closed(state, { code, reason, at, retryAt }) {
  const next = offline(state, code);
  const status = retryAt === null ? 'refused' : 'waiting';
  /** @type {Link} */
  const link = { ...state.link, code, reason, retryAt, status };
  if (state.link.status !== 'online') return { ...next, link };
  return { ...noticed(next, 'lost', `${code}`, at), link, arrival: 'returned' };
}

/** @param {State} state @param {ServerFrame} frame @param {number} at @returns {State} */
function received(state, frame, at) {
  const { presence } = state;
  switch (frame.type) {
    case 'welcome':
      return welcomed(state, frame, at);
    case 'joined': {
      const next = presences.joined(presence, frame);
      const told = next.news ? noticed(state, 'joined', frame.user, at) : state;
      return { ...told, presence: next.presence };
    }
    case 'left':
      return { ...noticed(state, 'left', frame.user, at),
        presence: presences.left(presence, frame) };
    case 'message':
    case 'image':
      return said(state, frame, at);
    case 'ack':
      return acknowledged(state, frame, at);
    case 'unsaid':
    case 'reactions':
      return amended(state, frame);
    case 'gap':
      return skipped(state, frame, at);
    case 'typing':
      return { ...state, presence: presences.typed(presence, frame.user, at) };
    case 'error':
      return refused(state, frame, at);
    default:
      return state;
  }
}

/**
 * @param {State} state @param {import('../network/protocol.js').ErrorFrame} frame
 * @param {number} at @returns {State}
 */
function refused(state, { id, code, detail }, at) {
  const change = id === undefined ? null : refusedChange(state, id);
  if (change !== null) return noticed(change.state, change.what, code, at);
  const { outbox } = state;
  if (!id?.startsWith('ping ') && !outbox.some((message) => message.id === id)) {
    return noticed(state, 'refused', detail || code, at);
  }
  return { ...state, outbox: code === 'unavailable' ? outgoing.doubted(outbox, `${id}`, at)
    : outgoing.refused(outbox, `${id}`, code) };
}

/** @param {State} state @param {import('../network/protocol.js').Welcome} frame @param {number} at */
function welcomed(state, { user, server, limits, count, members, seq }, at) {
  const arrived = state.arrival === null ? state
    : noticed(state, state.arrival, `${server.framework}#${state.room}`, at);
  return numbered({
    ...arrived, arrival: null, user, server, limits, early: [],
    presence: { count, members, typing: [] },
    link: { ...state.link, status: /** @type {const} */ ('online'), code: null, reason: '' },
  }, seq, at);
}

/**
 * @param {State} state @param {Notice['notice']} notice @param {string} detail @param {number} at
 * @returns {State}
 */
function noticed(state, notice, detail, at) {
  const key = `notice ${state.nextKey}`;
  const entry = { kind: /** @type {const} */ ('notice'), key, at, notice, detail };
  const entries = timeline.appended(state.entries, entry);
  return bounded({ ...state, entries, nextKey: state.nextKey + 1 }, at);
}
