/**
 * All that the page knows, and how each event changes it: `(state, event) → state`. Pure: events
 * carry their own times and ids, and nothing that comes in is ever changed in place.
 */

import { LIMITS } from './protocol.js';

/**
 * @typedef {import('./protocol.js').ServerFrame} ServerFrame
 * @typedef {import('./protocol.js').ServerInfo} ServerInfo
 *
 * @typedef {{kind: 'message', key: string, id: string, user: string, text: string, at: number,
 *   own: boolean}} Said  a message that the server has sent to the room
 * @typedef {{kind: 'notice', key: string, at: number, notice: 'entered' | 'switched' |
 *   'returned' | 'lost' | 'joined' | 'left' | 'refused', detail: string}} Notice
 *   `detail` is a user, a backend's key, or the server's words
 * @typedef {Said | Notice} Entry
 * @typedef {{id: string, text: string, at: number, status: 'waiting' | 'sent' | 'failed',
 *   sentAt: number, problem: string | null}} Outgoing  a message of one's own that has not come
 *   back yet; `problem` is an error code, a close code, or `unanswered`
 *
 * @typedef {{status: 'idle' | 'connecting' | 'online' | 'waiting' | 'refused', attempt: number,
 *   retryAt: number | null, code: number | null, reason: string}} Link
 *   `code` and `reason` are those of the last close
 *
 * @typedef {Readonly<{
 *   room: string | null, backend: string | null, user: string,
 *   link: Link, server: ServerInfo | null, limits: {text: number, presence: number},
 *   arrival: 'entered' | 'switched' | 'returned' | null,
 *   entries: readonly Entry[], outgoing: readonly Outgoing[], nextKey: number,
 *   count: number, members: readonly string[],
 *   typing: readonly {user: string, until: number}[],
 *   roundTrips: readonly number[], draft: string,
 * }>} State
 *
 * @typedef {{type: 'entered', room: string, user: string, backend: string}
 *   | {type: 'exited'}
 *   | {type: 'switched', backend: string}
 *   | {type: 'connecting', attempt: number}
 *   | {type: 'frame', frame: ServerFrame, at: number}
 *   | {type: 'closed', code: number, reason: string, at: number, retryAt: number | null}
 *   | {type: 'measured', ms: number}
 *   | {type: 'drafted', text: string}
 *   | {type: 'composed', id: string, text: string, at: number}
 *   | {type: 'sent', ids: string[], at: number}
 *   | {type: 'retried', id: string}
 *   | {type: 'discarded', id: string}
 *   | {type: 'passed', at: number}} Event  the last one: it is so late now
 */

export const ENTRIES_KEPT = 500;
export const TYPING_MS = 4000;
/** A message that did not come back for so long was dropped on the way: some fan-outs do that. */
export const UNANSWERED_MS = 10_000;
const ROUND_TRIPS_KEPT = 20;
/** Closes that a frame of ours brought about: sending it again would only bring the next one. */
const OUR_FAULT = new Set([1003, 1007, 1008, 1009]);

/** @type {Link} */
const IDLE = { status: 'idle', attempt: 0, retryAt: null, code: null, reason: '' };

/** @type {State} */
export const initial = Object.freeze({
  room: null, backend: null, user: '',
  link: IDLE, server: null, limits: { text: LIMITS.text, presence: LIMITS.presence },
  arrival: null,
  entries: [], outgoing: [], nextKey: 0,
  count: 0, members: [], typing: [], roundTrips: [], draft: '',
});

/** @param {State} state @param {Event} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case 'entered':
      return entered(state, event);
    case 'exited':
      return { ...initial, draft: state.draft, user: state.user };
    case 'switched':
      return { ...offline(state), backend: event.backend, arrival: 'switched', link: IDLE };
    case 'connecting':
      return connecting(state, event.attempt);
    case 'frame':
      return received(state, event.frame, event.at);
    case 'closed':
      return closed(state, event);
    case 'measured':
      return { ...state, roundTrips: [...state.roundTrips, event.ms].slice(-ROUND_TRIPS_KEPT) };
    case 'drafted':
      return { ...state, draft: event.text };
    case 'composed':
      return composed(state, event);
    case 'sent':
      return withOutgoing(state, (message) => event.ids.includes(message.id)
        ? { ...message, status: 'sent', sentAt: event.at } : message);
    case 'retried':
      return withOutgoing(state, (message) =>
        message.id === event.id ? { ...message, status: 'waiting', problem: null } : message);
    case 'discarded':
      return { ...state, outgoing: state.outgoing.filter(({ id }) => id !== event.id) };
    case 'passed':
      return passed(state, event.at);
    default:
      return state;
  }
}

/** @param {State} state @returns {string[]} the ids of what waits to be sent, oldest first */
export function waiting(state) {
  return state.outgoing.filter(({ status }) => status === 'waiting').map(({ id }) => id);
}

/** @param {State} state @returns {boolean} whether something in it changes by time alone */
export function isTimed(state) {
  return state.typing.length > 0 || state.outgoing.some(({ status }) => status === 'sent');
}

/** @param {State} state @returns {number | null} ms, the median of the last measurements */
export function roundTrip(state) {
  const sorted = [...state.roundTrips].sort((one, other) => one - other);
  return sorted.length ? sorted[Math.floor(sorted.length / 2)] : null;
}

/** @param {State} state @param {Extract<Event, {type: 'entered'}>} event @returns {State} */
function entered(state, { room, user, backend }) {
  const base = room === state.room ? offline(state) : { ...initial, draft: state.draft };
  return { ...base, room, user, backend, arrival: 'entered', link: IDLE };
}

/** @param {State} state @param {number} attempt @returns {State} */
function connecting(state, attempt) {
  return { ...state, link: { ...state.link, status: 'connecting', attempt, retryAt: null } };
}

/** What is not known while there is no connection. @param {State} state @returns {State} */
function offline(state) {
  return {
    ...state, server: null, members: [], count: 0, typing: [], roundTrips: [],
    outgoing: state.outgoing.map((message) =>
      message.status === 'sent' ? { ...message, status: 'waiting' } : message),
  };
}

/** @param {State} state @param {Extract<Event, {type: 'closed'}>} event @returns {State} */
function closed(state, { code, reason, at, retryAt }) {
  const wasOnline = state.link.status === 'online';
  const blamed = OUR_FAULT.has(code) ? withOutgoing(state, (message) =>
    message.status === 'sent' ? { ...message, status: 'failed', problem: `${code}` } : message)
    : state;
  const next = offline(blamed);
  const link = { ...state.link, code, reason, retryAt };
  link.status = retryAt === null ? 'refused' : 'waiting';
  if (!wasOnline) return { ...next, link };
  return { ...noticed(next, 'lost', `${code}`, at), link, arrival: 'returned' };
}

/** @param {State} state @param {Extract<Event, {type: 'composed'}>} event @returns {State} */
function composed(state, { id, text, at }) {
  /** @type {Outgoing} */
  const message = { id, text, at, status: 'waiting', sentAt: 0, problem: null };
  return { ...state, draft: '', outgoing: [...state.outgoing, message] };
}

/** Nobody says that they stopped typing, and no server that it lost a message. */
function passed(/** @type {State} */ state, /** @type {number} */ at) {
  const next = withOutgoing(state, (message) =>
    message.status === 'sent' && at - message.sentAt >= UNANSWERED_MS
      ? { ...message, status: 'failed', problem: 'unanswered' } : message);
  return { ...next, typing: state.typing.filter(({ until }) => until > at) };
}

/** @param {State} state @param {ServerFrame} frame @param {number} at @returns {State} */
function received(state, frame, at) {
  switch (frame.type) {
    case 'welcome':
      return welcomed(state, frame, at);
    case 'joined':
      return joined(state, frame, at);
    case 'left':
      return left(state, frame, at);
    case 'message':
      return said(state, frame);
    case 'typing':
      return { ...state, typing: [...without(state.typing, frame.user),
        { user: frame.user, until: at + TYPING_MS }] };
    case 'error':
      return refused(state, frame, at);
    default:
      return state;
  }
}

/** @param {State} state @param {import('./protocol.js').Welcome} frame @param {number} at */
function welcomed(state, { user, server, limits, count, members }, at) {
  const arrived = state.arrival === null ? state
    : noticed(state, state.arrival, server.framework, at);
  return {
    ...arrived, arrival: null, user, server, limits, count, members, typing: [],
    link: { ...state.link, status: /** @type {const} */ ('online'), code: null, reason: '' },
  };
}

/**
 * With several server processes a join can cross a welcome that already counted it: the count is
 * what holds, and a name that it has no place for is there already.
 *
 * @param {State} state @param {import('./protocol.js').Presence} frame @param {number} at
 * @returns {State}
 */
function joined(state, { user, count }, at) {
  const known = state.members.includes(user) && state.members.length >= count;
  if (known) return { ...state, count };
  const members = state.members.length < count ? [...state.members, user].sort() : state.members;
  return { ...noticed(state, 'joined', user, at), count, members };
}

/** @param {State} state @param {import('./protocol.js').Presence} frame @param {number} at */
function left(state, { user, count }, at) {
  const place = state.members.indexOf(user);
  const members = place < 0 || state.members.length <= count ? state.members
    : state.members.filter((_, index) => index !== place);
  const typing = without(state.typing, user);
  return { ...noticed(state, 'left', user, at), count, members, typing };
}

/**
 * A message sent again after a lost connection keeps its id, so whoever has it already shows it
 * once.
 *
 * @param {State} state @param {import('./protocol.js').Message} frame @returns {State}
 */
function said(state, { id, user, text, at }) {
  const key = `${user}/${id}`;
  if (state.entries.some((entry) => entry.key === key)) return state;
  const own = user === state.user && state.outgoing.some((message) => message.id === id);
  const outgoing = own ? state.outgoing.filter((message) => message.id !== id) : state.outgoing;
  const typing = without(state.typing, user);
  return { ...added(state, { kind: 'message', key, id, user, text, at, own }), outgoing, typing };
}

/** @param {State} state @param {import('./protocol.js').ErrorFrame} frame @param {number} at */
function refused(state, { id, code, detail }, at) {
  if (id === undefined) return noticed(state, 'refused', detail || code, at);
  return withOutgoing(state, (message) =>
    message.id === id ? { ...message, status: 'failed', problem: code } : message);
}

/**
 * @param {State} state @param {(message: Outgoing) => Outgoing} change @returns {State}
 */
function withOutgoing(state, change) {
  return { ...state, outgoing: state.outgoing.map(change) };
}

/** @param {State} state @param {Entry} entry @returns {State} */
function added(state, entry) {
  return { ...state, entries: [...state.entries, entry].slice(-ENTRIES_KEPT) };
}

/**
 * @param {State} state @param {Notice['notice']} notice @param {string} detail @param {number} at
 * @returns {State}
 */
function noticed(state, notice, detail, at) {
  const key = `notice ${state.nextKey}`;
  return { ...added(state, { kind: 'notice', key, at, notice, detail }),
    nextKey: state.nextKey + 1 };
}

/** @param {State['typing']} typing @param {string} user */
function without(typing, user) {
  return typing.filter((other) => other.user !== user);
}
