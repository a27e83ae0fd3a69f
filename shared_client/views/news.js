/** Finds new entries since the last call: after the last entry, or with an unknown seq. Pure. */

import { seqOf } from '../state/timeline.js';

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../state/timeline.js').Entry} Entry
 * @typedef {import('../state/outgoing.js').Outgoing} Outgoing
 */

/**
 * @returns {(state: State) => {fresh: Entry[], wrote: boolean, failed: readonly Outgoing[]}}
 *   `fresh`: the new entries, oldest first, without history pages and messages that fill a gap.
 *   `wrote`: whether the user wrote a message. `failed`: the user's messages that failed since the
 *   last call. Messages that were kept for the entered room are not new
 */
export function createNews() {
  let visit = -1;
  /** The key of the last entry. @type {string | null} */
  let last = null;
  /** The highest seq that counts as known. @type {number | null} */
  let newest = null;
  /** @type {readonly Outgoing[]} */
  let outbox = [];

  return (state) => {
    const entered = state.visit !== visit;
    if (entered) [visit, last, newest, outbox] = [state.visit, null, null, []];
    newest ??= state.book?.welcomed ?? null;
    const fresh = entered ? [] : cameAfter(state.entries, last, newest);
    last = state.entries.at(-1)?.key ?? null;
    if (newest !== null) newest = fresh.map(seqOf).reduce((one, other) => Math.max(one, other), newest);
    const before = outbox;
    outbox = state.outbox;
    const known = entered || outbox === before;
    const was = (/** @type {string} */ id) => before.find((message) => message.id === id);
    return { fresh,
      wrote: !known && outbox.some(({ id, status }) => status !== 'failed' && was(id) === undefined),
      failed: known ? []
        : outbox.filter(({ id, status }) => status === 'failed' && was(id)?.status !== 'failed') };
  };
}

/**
 * Searches from the end back to the known entries.
 *
 * @param {readonly Entry[]} entries @param {string | null} last @param {number | null} newest
 */
function cameAfter(entries, last, newest) {
  /** @type {Entry[]} */
  const fresh = [];
  let behind = true;
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    const seq = seqOf(entry);
    behind &&= entry.key !== last;
    if (seq > 0 && newest !== null ? seq > newest : behind) fresh.push(entry);
    else if (!behind && (newest === null || seq > 0)) break;
  }
  return fresh.reverse();
}
