/** The contract's HTTP calls about private rooms. */

import { call, fetchRooms } from './api.js';

/** @typedef {{room: string, members: number, private?: boolean}} BusyRoom */
/** The origins that list no rooms for guests. @type {Set<string>} */
const closed = new Set();

/** @typedef {{status: number, invitation: string | null}} Answer  `status` is 0 if there is none */

/** @param {string} origin @param {string} room @returns {Promise<Answer>} 201 if it is made */
export const createRoom = (origin, room) =>
  ask(origin, 'rooms', 'POST', JSON.stringify({ room, private: true }));

/** @param {string} origin @param {string} room @returns {Promise<Answer>} 200, with an invitation */
export const invite = (origin, room) => ask(origin, invitationsTo(room), 'POST', '{}');

/** @param {string} origin @param {string} room @returns {Promise<Answer>} 204 */
export const withdraw = (origin, room) => ask(origin, invitationsTo(room), 'DELETE');

/**
 * A private room is listed for its members alone, so a room that a guest does not get is private.
 *
 * @param {string} origin @param {string | null} account
 * @returns {Promise<BusyRoom[]>} as `fetchRooms`, with private ones marked
 */
export async function fetchMarkedRooms(origin, account) {
  /** @type {BusyRoom[]} */
  const rooms = await fetchRooms(origin);
  if (account === null || rooms.length === 0 || closed.has(origin)) return rooms;
  const open = await openRooms(origin);
  return open === null ? rooms
    : rooms.map((each) => ({ ...each, private: each.private || !open.has(each.room) }));
}

/** @param {string} origin @returns {Promise<Set<string> | null>} null if that is not known */
async function openRooms(origin) {
  try {
    const answer = await call(origin, 'rooms', { credentials: 'omit' });
    if (answer.status === 401) closed.add(origin);
    /** @type {BusyRoom[]} */
    const rooms = answer.ok ? await answer.json() : [];
    return answer.ok ? new Set(rooms.map(({ room }) => room)) : null;
  } catch {
    return null;
  }
}

/** @param {string} room */
function invitationsTo(room) {
  return `rooms/${encodeURIComponent(room)}/invitations`;
}

/**
 * @param {string} origin @param {string} path @param {string} method @param {string} [body]
 * @returns {Promise<Answer>}
 */
async function ask(origin, path, method, body) {
  try {
    const answer = await call(origin, path, { method, body,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' } });
    const { invitation } = await answer.json().catch(() => ({}));
    return { status: answer.status, invitation: invitation ? `${invitation}` : null };
  } catch {
    return { status: 0, invitation: null };
  }
}
