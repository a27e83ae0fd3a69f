/** The room in which the race runs. Pure. */

import { LIMITS } from '../network/protocol.js';

/**
 * The load and the members of the race must not come into the conversation of the user's room, and
 * not into its history.
 *
 * @param {string} room  the room from which the user came
 * @param {string} [suffix]  another one for what must not come into the race
 * @returns {string}
 */
export function roomOfRace(room, suffix = '-race') {
  return room.slice(0, LIMITS.room - suffix.length) + suffix;
}
