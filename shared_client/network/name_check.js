/** Asks a backend whether it accepts a guest's name, without leaving the room. */

import { newId } from '../page/identity.js';
import { socketUrl, SUBPROTOCOL } from './protocol.js';

const PATIENCE_MS = 10_000;
const LEFT = 1000;
const BAD_HANDSHAKE = 4400;
const NOT_SIGNED_IN = 4401;

/** @typedef {'free' | 'account' | 'not_allowed' | 'away'} Verdict  `away`: no answer */

/**
 * Only a handshake tells. This one is for a room that nobody else is in.
 *
 * @param {string} origin @param {string} name @returns {Promise<Verdict>}
 */
export function checkName(origin, name) {
  const socket = new WebSocket(socketUrl(origin, `name-check-${newId()}`, name), SUBPROTOCOL);
  return new Promise((resolve) => {
    const timer = setTimeout(() => end('away'), PATIENCE_MS);

    /** @param {Verdict} verdict */
    function end(verdict) {
      clearTimeout(timer);
      resolve(verdict);
      socket.close(LEFT);
    }

    socket.onmessage = () => end('free'); // the first frame is the welcome
    socket.onclose = ({ code }) => end(code === NOT_SIGNED_IN ? 'account'
      : code === BAD_HANDSHAKE ? 'not_allowed' : 'away');
  });
}
