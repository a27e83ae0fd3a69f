/** Makes reading stand still, and go on. */

import { canPause, PausableSocket } from './pausable_socket.js';

/** @typedef {import('./stall.js').Stall} Stall */

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
