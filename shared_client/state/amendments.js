/**
 * Changes of messages: taken back, or reacted to. A change can come before its message, which is
 * in a page of the history that was read earlier: then it waits for the message. Pure.
 */

import { replaced, seqOf } from './timeline.js';

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./timeline.js').Told} Told
 * @typedef {import('../network/protocol.js').Unsaid} Unsaid
 * @typedef {import('../network/protocol.js').ReactionsChange} ReactionsChange
 * @typedef {Unsaid | ReactionsChange} Amendment
 * @typedef {import('./timeline.js').Unsaid | {kind: 'reacted', seq: number, user: string,
 *   emoji: string}} Heard  a message was taken back, or the user's message reacted to
 */

/** The most changes that wait for their messages. */
export const MOST_EARLY = 100;
/** The ids of frames that change a message. The ids of messages are UUIDs. */
const CHANGE_ID = /^(?:(unsay) \d+|react (on|off) (\d+) (.+))$/;

/** @param {number} seq @returns {string} the id of the frame */
export const unsayId = (seq) => `unsay ${seq}`;
/** @param {number} seq @param {string} emoji @param {boolean} on @returns {string} likewise */
export const reactId = (seq, emoji, on) => `react ${on ? 'on' : 'off'} ${seq} ${emoji}`;

/** @param {State} state @param {Amendment} frame @returns {State} */
export function amended(state, frame) {
  const { seq, user, type } = frame;
  const next = type === 'reactions' && user === state.user
    ? { ...state, mine: toggled(state.mine, seq, frame.emoji, frame.on) } : state;
  const before = entryAt(next, seq);
  if (before === null) return { ...next, early: [...next.early, frame].slice(-MOST_EARLY) };
  if (before.kind === 'unsaid') return next;
  const entry = changed(before, frame, next);
  return { ...put(next, entry), heard: heardOf(entry, frame, next) };
}

/**
 * The user reacts: marked now, because the server says nothing if it is so already.
 *
 * @param {State} state @param {{seq: number, emoji: string, on: boolean}} reaction
 * @returns {State}
 */
export function reacted(state, { seq, emoji, on }) {
  const next = { ...state, mine: toggled(state.mine, seq, emoji, on) };
  const entry = entryAt(next, seq);
  if (entry === null || entry.kind === 'unsaid') return next;
  return put(next, withReactions(entry, entry.reactions?.counts ?? {}, next));
}

/**
 * The server refused a frame.
 *
 * @param {State} state @param {string} id  of the frame
 * @returns {{what: 'unsay' | 'react', state: State} | null} null if it changes no message
 */
export function refusedChange(state, id) {
  const [all, unsay, on, seq, emoji] = CHANGE_ID.exec(id) ?? [];
  if (all === undefined) return null;
  return unsay ? { what: 'unsay', state }
    : { what: 'react', state: reacted(state, { seq: Number(seq), emoji, on: on === 'off' }) };
}

/**
 * @param {Told} entry @param {State} state
 * @param {Record<string, number>} [counts]  of its reactions
 * @returns {Told} with the changes that came before it
 */
export function upToDate(entry, state, counts) {
  const now = counts === undefined ? entry : withReactions(entry, counts, state);
  return state.early.filter(({ seq }) => seq === entry.seq)
    .reduce((/** @type {Told} */ each, frame) => changed(each, frame, state), now);
}

/**
 * The messages were read again: changes may have been missed without a connection.
 *
 * @param {State} state @param {readonly Told[]} anew  messages that are here, as they are now
 * @returns {State}
 */
export function reread(state, anew) {
  const now = new Map(anew.map((entry) => [seqOf(entry), entry]));
  /** @type {Map<number, Told>} */
  const news = new Map();
  let { heard } = state;
  for (const before of state.entries) {
    const entry = now.get(seqOf(before));
    if (before.kind === 'notice' || before.kind === 'unsaid' || entry === undefined) continue;
    if (entry.kind === 'unsaid') heard = entry;
    if (entry.kind === 'unsaid') news.set(seqOf(before), entry);
    else if (JSON.stringify(entry.reactions) !== JSON.stringify(before.reactions)) {
      news.set(seqOf(before), { ...before, reactions: entry.reactions });
    }
  }
  return news.size === 0 ? state : { ...state, heard, entries: replaced(state.entries, news) };
}

/** @param {State} state @param {number} wanted @returns {Told | null} */
function entryAt({ entries }, wanted) {
  const found = entries.findLast((entry) => seqOf(entry) === wanted);
  return found === undefined || found.kind === 'notice' ? null : found;
}

/** @param {State} state @param {Told} entry @returns {State} */
function put(state, entry) {
  return { ...state, entries: replaced(state.entries, new Map([[seqOf(entry), entry]])) };
}

/** @param {Told} entry @param {Amendment} frame @param {State} state @returns {Told} */
function changed(entry, frame, state) {
  if (entry.kind === 'unsaid') return entry;
  if (frame.type === 'reactions') return withReactions(entry, frame.counts, state);
  // Nothing is left of the text, the picture and its name.
  const { key, seq, id, user, at, own } = entry;
  return { kind: 'unsaid', key, seq, id, user, at, own };
}

/** @param {Told} entry @param {Amendment} frame @param {State} state @returns {Heard | null} */
function heardOf(entry, frame, { user, heard }) {
  if (entry.kind === 'unsaid') return entry;
  if (frame.type === 'unsaid' || !frame.on || !entry.own || frame.user === user) return heard;
  return { kind: 'reacted', seq: frame.seq, user: frame.user, emoji: frame.emoji };
}

/**
 * @param {Told} entry @param {Record<string, number>} counts @param {State} state @returns {Told}
 */
function withReactions(entry, counts, state) {
  const place = `${entry.seq} `;
  const own = state.mine.filter((each) => each.startsWith(place))
    .map((each) => each.slice(place.length));
  return entry.kind === 'unsaid' ? entry : { ...entry, reactions: { counts, own } };
}

/**
 * @param {State['mine']} all @param {number} seq @param {string} emoji @param {boolean} on
 * @returns {State['mine']}
 */
function toggled(all, seq, emoji, on) {
  const one = `${seq} ${emoji}`;
  const others = all.filter((each) => each !== one);
  return on ? [...others, one] : others;
}
