/** The page's address: `?backend=fastapi&room=lobby`, so that a link opens a room. Pure. */

import { roomProblem } from '../network/protocol.js';

export const VIEWS = /** @type {const} */ (['race', 'split']);

/**
 * @typedef {typeof VIEWS[number]} View
 * @typedef {{backend: string | null, room: string | null, view?: View | null}} Address
 *   `view` is the room's view if it is not the chat
 */

/**
 * @param {string} search  the query, with or without its question mark
 * @returns {Address} null for a part without a usable value
 */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  const room = query.get('room') ?? '';
  return { backend: query.get('backend'), room: roomProblem(room) === null ? room : null,
    view: VIEWS.find((view) => view === query.get('view')) ?? null };
}

/** @param {Address} address @returns {string} a query, or "" for the entrance */
export function writeAddress({ backend, room, view = null }) {
  const query = new URLSearchParams();
  if (view !== null) query.set('view', view);
  if (backend !== null) query.set('backend', backend);
  if (room !== null) query.set('room', room);
  return String(query) ? `?${query}` : '';
}
