/** The room in which the race runs. Pure. */

import { LIMITS } from '../network/protocol.js';

const SUFFIX = '-race';

/**
 * The load and the members of the race must not come into the conversation of the user's room, and
 * not into its history.
 *
 * @param {string} room  the room from which the user came @returns {string}
 */
export function roomOfRace(room) {
  return room.slice(0, LIMITS.room - SUFFIX.length) + SUFFIX;
}
