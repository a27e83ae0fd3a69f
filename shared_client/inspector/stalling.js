/** Stops reading and continues it. */

import { canPause, PausableSocket } from './pausable_socket.js';

/** @typedef {import('./stall.js').Stall} Stall */

/**
 * Applies each stall state to the connection.
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
      // The next connection gets an ordinary socket. This socket works like one until then.
      if (after.status === 'reading') connection.use(native);
    },
  };
}
