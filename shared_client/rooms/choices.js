/** Selects the rooms to offer, and finds the room that the user typed. Pure. */

import { readAddress } from '../page/address.js';

/**
 * @typedef {{room: string, members: number | null, private?: boolean}} Choice
 *   `members` is null if nobody is in it
 */

/**
 * @param {readonly import('../network/private_rooms.js').BusyRoom[]} busy  rooms with members
 * @param {readonly string[]} recent
 * @param {{typed?: string, current?: string | null}} [view]  only rooms that match
 *   `typed`; the user's room `current` comes first
 * @returns {{busy: Choice[], recent: Choice[]}}
 */
export function choicesFor(busy, recent, { typed = '', current = null } = {}) {
  const wanted = meant(typed).toLowerCase();
  const matches = (/** @type {{room: string}} */ { room }) => room.toLowerCase().includes(wanted);
  const known = new Set([current, ...busy.map(({ room }) => room)]);
  const rank = (/** @type {{room: string, members: number}} */ { room, members }) =>
    room === current ? Infinity : members;
  return {
    busy: busy.filter(matches).sort((one, other) => rank(other) - rank(one)
      || (one.room < other.room ? -1 : 1)),
    recent: recent.filter((room) => !known.has(room))
      .map((room) => ({ room, members: null })).filter(matches),
  };
}

/** @param {string} typed @returns {boolean} whether it is a link with an invitation to this page */
export function isInvitation(typed) {
  const text = typed.trim();
  if (!URL.canParse(text)) return false;
  const { origin, hash } = new URL(text);
  return origin === location.origin && hash.startsWith('#invitation=');
}

/** @param {string} typed  a name, with or without its `#`, or a link to a room */
export function meant(typed) {
  const text = typed.trim();
  const linked = URL.canParse(text) ? readAddress(new URL(text).search).room : null;
  return linked ?? text.replace(/^#/, '');
}
