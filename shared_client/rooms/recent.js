/** The rooms that this browser was in last, newest first. */

import { roomProblem } from '../network/protocol.js';
import { recall, remember } from '../page/preferences.js';

export const MOST_RECENT = 8;

/** @param {string | null} kept @returns {string[]} what valid rooms `kept` contains */
export function readRecent(kept) {
  try {
    const rooms = JSON.parse(kept ?? '[]');
    return Array.isArray(rooms) ? rooms.filter(isRoom) : [];
  } catch {
    return [];
  }
}

/** @param {unknown} room */
function isRoom(room) {
  return typeof room === 'string' && roomProblem(room) === null;
}

/** @param {readonly string[]} rooms @param {string} room @returns {string[]} it has `room` first */
export function withNewest(rooms, room) {
  return [room, ...rooms.filter((other) => other !== room)].slice(0, MOST_RECENT);
}

export const recentRooms = () => readRecent(recall('rooms'));

/** @param {string} room */
export function rememberRoom(room) {
  remember('rooms', JSON.stringify(withNewest(recentRooms(), room)));
}
