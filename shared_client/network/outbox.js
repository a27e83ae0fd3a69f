/** Sends waiting messages in order, at a pace that the servers' rate limit allows. */

import { encodeImage } from '../photos/image_frames.js';
import { waiting } from '../state/state.js';

/** Half of the servers' default, to leave room for typing frames and pings. */
export const PER_SECOND = 10;

/**
 * @param {{readonly state: import('../state/state.js').State,
 *   dispatch: (event: import('../state/state.js').Event) => void}} store
 * @param {(frame: import('./protocol.js').ClientFrame | Blob) => boolean} send
 * @returns {() => void} to call when messages may be waiting
 */
export function createOutbox(store, send) {
  let allowance = PER_SECOND;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let refill;

  function flush() {
    if (store.state.link.status !== 'online' || allowance === 0) return;
    const due = new Set(waiting(store.state).slice(0, allowance));
    const ids = store.state.outbox
      .filter(({ id }) => due.has(id))
      .filter((message) => send(frameOf(message)))
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

/** @param {import('../state/outgoing.js').Outgoing} message */
function frameOf({ id, text, photo }) {
  if (photo === null) return { type: /** @type {const} */ ('say'), id, text };
  return encodeImage({ id, mime: photo.mime, name: photo.name }, photo.blob);
}
