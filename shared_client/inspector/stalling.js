/** Reading that stands still on purpose: what of it there is now. */

import { canPause, PausableSocket } from './pausable_socket.js';

/**
 * @typedef {{status: 'reading' | 'preparing' | 'stalled', since: number}} Stall
 *   `preparing`: connecting anew over a socket that can be paused; `since` in ms
 * @typedef {{type: 'wanted' | 'welcomed' | 'ended' | 'closed', at: number}} StallEvent
 */

/** @type {Stall} */
export const READING = Object.freeze({ status: 'reading', since: 0 });

/** Pure. @param {Stall} stall @param {StallEvent} event @returns {Stall} */
export function reduceStall(stall, { type, at }) {
  if (type === 'wanted' && stall.status === 'reading') return { status: 'preparing', since: at };
  if (type === 'welcomed' && stall.status === 'preparing') return { status: 'stalled', since: at };
  // A connection that ends while one waits for the next one ends nothing: that is how it begins.
  if (type === 'closed' && stall.status === 'preparing') return stall;
  return type === 'ended' || type === 'closed' ? READING : stall;
}

/**
 * Makes of the connection what the state says.
 *
 * @param {import('../network/connection.js').Connection} connection
 */
export function createStaller(connection) {
  /** @type {PausableSocket | null} */
  let socket = null;
  const native = globalThis.WebSocket;

  class Kept extends PausableSocket {
    /** @param {string} url @param {string} protocol */
    constructor(url, protocol) {
      super(url, protocol);
      socket = this;
    }
  }

  return {
    possible: canPause(),

    /** @param {Stall} before @param {Stall} after */
    follow(before, after) {
      if (before.status === after.status) return;
      if (after.status === 'preparing') {
        connection.use(/** @type {any} */ (Kept));
        connection.renew();
      } else if (after.status === 'stalled') {
        connection.rest(true);
        socket?.pause();
      } else if (before.status === 'stalled') {
        socket?.resume();
        connection.rest(false);
      }
      // The next one is an ordinary one again: this one works as such until then.
      if (after.status === 'reading') connection.use(native);
    },
  };
}
