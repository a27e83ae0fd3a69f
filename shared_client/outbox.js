/** Sends what waits, in order, at a pace that the servers' rate limit lets through. */

import { waiting } from './state.js';

/** Half of the servers' default, so that typing and pings have their place too. */
export const PER_SECOND = 10;

/**
 * @param {{readonly state: import('./state.js').State,
 *   dispatch: (event: import('./state.js').Event) => void}} store
 * @param {(frame: import('./protocol.js').ClientFrame) => boolean} send
 * @returns {() => void} to call whenever something may be waiting
 */
export function createOutbox(store, send) {
  let allowance = PER_SECOND;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let refill;

  function flush() {
    if (store.state.link.status !== 'online' || allowance === 0) return;
    const due = new Set(waiting(store.state).slice(0, allowance));
    const ids = store.state.outgoing
      .filter(({ id }) => due.has(id))
      .filter(({ id, text }) => send({ type: 'say', id, text }))
      .map(({ id }) => id);
    if (ids.length === 0) return;
    allowance -= ids.length;
    refill ??= setTimeout(renew, 1000);
    store.dispatch({ type: 'sent', ids, at: Date.now() });
  }

  function renew() {
    refill = undefined;
    allowance = PER_SECOND;
    flush();
  }

  return flush;
}
