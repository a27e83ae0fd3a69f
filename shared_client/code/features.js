/** The feature of the chats that handles a frame or an event of the connection. Pure. */

import { isFrame } from '../inspector/log.js';

/**
 * @typedef {keyof typeof import('../words/code_english.js').codeEnglish.features} Feature
 *   as in docs/side-by-side/
 */

/** By the type of a frame from the client. @type {Record<string, Feature>} */
export const SENT = {
  say: 'receive', image: 'receive', typing: 'receive', ping: 'receive', unsay: 'taking-back',
  react: 'reactions',
};

/** By the type of a frame from the server. @type {Record<string, Feature>} */
export const RECEIVED = {
  welcome: 'connect', joined: 'connect', left: 'disconnect', message: 'deliver', image: 'deliver',
  ack: 'persist', typing: 'deliver', pong: 'receive', gap: 'replay', error: 'receive',
  unsaid: 'taking-back', reactions: 'reactions',
};

/** By the close code. @type {Record<number, Feature>} */
export const CLOSED = {
  1000: 'disconnect', 1001: 'start', 1003: 'receive', 1006: 'disconnect', 1007: 'receive',
  1008: 'receive', 1009: 'receive', 1011: 'receive', 1012: 'start', 1013: 'deliver',
  4400: 'connect', 4401: 'authenticate', 4403: 'private-rooms', 4408: 'disconnect',
  4409: 'disconnect', 4410: 'disconnect',
};

/**
 * @param {import('../inspector/log.js').Entry} entry  of the inspector's list
 * @returns {Feature | null} null for what no chat handles
 */
export function featureOf(entry) {
  if (isFrame(entry)) {
    const features = entry.what === 'out' ? SENT : RECEIVED;
    const { type } = entry.frame;
    // A frame that the contract does not have is refused where frames are received.
    return Object.hasOwn(features, type) ? features[type] : entry.what === 'out' ? 'receive' : null;
  }
  if (entry.what === 'opening' || entry.what === 'open') return 'connect';
  return entry.what === 'closed' ? CLOSED[entry.code] ?? 'disconnect' : null;
}
