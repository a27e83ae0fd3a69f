/** The page's address: `?backend=fastapi&room=lobby`, so that a link opens a room. Pure. */

import { roomProblem } from '../network/protocol.js';

export const VIEWS = /** @type {const} */ (['race', 'split']);

/**
 * @typedef {typeof VIEWS[number]} View
 * @typedef {{backend: string | null, room: string | null, view?: View | null,
 *   wrong?: string}} Address  `view` is the room's view if it is not the chat; `wrong` is a room that
 *   cannot be
 */

/**
 * @param {string} search  the query, with or without its question mark
 * @returns {Address} null for a part without a usable value
 */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  const room = query.get('room') ?? '';
  const backend = query.get('backend');
  if (room !== '' && roomProblem(room) !== null) {
    return { backend, room: null, view: null, wrong: room };
  }
  return { backend, room: room || null,
    view: VIEWS.find((view) => view === query.get('view')) ?? null };
}

/**
 * @param {Address} address
 * @param {string} [more]  a query whose other parts stay: a view may have added some
 * @returns {string} a query, or "" for the entrance
 */
export function writeAddress({ backend, room, view = null }, more) {
  const query = new URLSearchParams();
  if (view !== null) query.set('view', view);
  if (backend !== null) query.set('backend', backend);
  if (room !== null) query.set('room', room);
  for (const [key, value] of new URLSearchParams(more)) {
    if (!query.has(key)) query.set(key, value);
  }
  return String(query) ? `?${query}` : '';
}
