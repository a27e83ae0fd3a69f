/**
 * Changes of messages that are here already: taken back by the author. Pure.
 *
 * A change can overtake its message, which is then in a page of the history that was read before
 * the change, or still on its way. So changes of messages that are not here are kept for a while.
 */

import { replaced, seqOf } from './timeline.js';

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./timeline.js').Told} Told
 * @typedef {import('../network/protocol.js').Unsaid} Amendment
 */

/** The most changes that wait for their messages. */
export const MOST_EARLY = 100;

/** @param {State} state @param {Amendment} frame @returns {State} */
export function amended(state, frame) {
  const before = state.entries.findLast((entry) => seqOf(entry) === frame.seq);
  if (before === undefined || before.kind === 'notice') {
    return { ...state, early: [...state.early, frame].slice(-MOST_EARLY) };
  }
  if (before.kind === 'unsaid') return state;
  const entry = changed(before);
  return { ...state, heard: entry,
    entries: replaced(state.entries, new Map([[frame.seq, entry]])) };
}

/** @param {Told} entry @param {State} state @returns {Told} with the changes that came before it */
export function withEarly(entry, { early }) {
  return early.some(({ seq }) => seq === entry.seq) ? changed(entry) : entry;
}

/**
 * Nothing is left of the text, the picture and its name.
 *
 * @param {Told} entry @returns {import('./timeline.js').Unsaid}
 */
function changed({ key, seq, id, user, at, own }) {
  return { kind: 'unsaid', key, seq, id, user, at, own };
}
