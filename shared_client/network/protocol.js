/**
 * The browser's version of `chat_core`: the limits, the names and the frames of `chat.v1`.
 * Pure: no socket, no document, no clock. Tested on the same vectors as the servers.
 */

import { decodeImage } from '../photos/image_frames.js';

export const SUBPROTOCOL = 'chat.v1';

/**
 * In code points; `presence` in members, `image` in bytes. A server's `welcome.limits` replaces
 * them.
 */
export const LIMITS = Object.freeze({
  room: 64, name: 32, text: 4000, presence: 50, fileName: 255, image: 8 * 1024 * 1024,
  password: Object.freeze([8, 256]),
});

/**
 * @typedef {{framework: string, server: string, fanout: string, history: string,
 *   version: string, pid: number, replica?: string}} ServerInfo
 *
 * @typedef {{type: 'welcome', user: string, room: string, server: ServerInfo,
 *   limits: Limits, seq: number | null, count: number, members: string[]}} Welcome
 * @typedef {{text: number, image: number, presence: number, reactions?: readonly string[]}} Limits
 *   a server without `reactions` has none
 * @typedef {{type: 'joined' | 'left', user: string, count: number}} Presence
 * @typedef {{type: 'message', seq: number | null, id: string, user: string, text: string,
 *   at: number, unsaid?: boolean, reactions?: Record<string, number>}} Message
 *   `unsaid`: a text or an image that was taken back; `reactions` are counts by emoji
 * @typedef {{type: 'image', seq: number | null, id: string, user: string, mime: string,
 *   name: string, at: number, picture?: Blob, size?: number, url?: string,
 *   reactions?: Record<string, number>}} Image  a live image has `picture`; in a replay and the
 *   HTTP history it has `size`, in bytes, and `url` instead
 * @typedef {{type: 'ack', id: string, seq: number}} Ack
 * @typedef {{type: 'unsaid', seq: number, user: string}} Unsaid
 * @typedef {{type: 'reactions', seq: number, counts: Record<string, number>, user: string,
 *   emoji: string, on: boolean}} ReactionsChange  `user` has set or removed `emoji`
 * @typedef {{type: 'gap', after: number, before: number}} Gap
 * @typedef {{type: 'typing', user: string}} UserTyping
 * @typedef {{type: 'pong', id: string}} Pong
 * @typedef {{type: 'error', code: string, detail: string, id?: string}} ErrorFrame
 * @typedef {Welcome | Presence | Message | Image | Ack | Unsaid | ReactionsChange | Gap |
 *   UserTyping | Pong | ErrorFrame} ServerFrame
 *
 * @typedef {{type: 'say', id: string, text: string} | {type: 'typing'} |
 *   {type: 'ping', id: string} | {type: 'unsay', id: string, seq: number} |
 *   {type: 'react', id: string, seq: number, emoji: string, on: boolean}} ClientFrame
 *
 * @typedef {'empty' | 'too_long' | 'not_allowed'} Problem  what is wrong with a field
 */

const ROOM = /^[A-Za-z0-9_-]+$/;
const CONTROL = /[\p{Cc}\p{Bidi_Control}]/u;
/** Invisible characters: a name needs other characters too. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]/gu;
const LONE_SURROGATE = /\p{Cs}/u;
/** The servers strip these from a name's ends; `String.prototype.trim` differs a little. */
const SPACE = '[\\s\\x1c-\\x1f\\x85]';
const ENDS = new RegExp(`^(?:(?!\\ufeff)${SPACE})+|(?:(?!\\ufeff)${SPACE})+$`, 'gu');

/** @param {string} text @returns {number} its length in code points, not UTF-16 units */
export function codePoints(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** @param {string} name @returns {string} the name as the servers will show it */
export function trimmedName(name) {
  return name.replace(ENDS, '');
}

/** @param {string} room @returns {Problem | null} */
export function roomProblem(room) {
  if (room === '') return 'empty';
  if (!ROOM.test(room)) return 'not_allowed';
  return room.length > LIMITS.room ? 'too_long' : null;
}

/** @param {string} name @returns {Problem | null} */
export function nameProblem(name) {
  const trimmed = trimmedName(name);
  if (trimmed === '') return 'empty';
  if (CONTROL.test(trimmed) || LONE_SURROGATE.test(trimmed)) return 'not_allowed';
  if (trimmed.normalize('NFKC').replace(UNSEEN, '').trim() === '') return 'not_allowed';
  return codePoints(trimmed) > LIMITS.name ? 'too_long' : null;
}

/**
 * @param {string} text
 * @param {number} [limit] in code points
 * @returns {Problem | null}
 */
export function textProblem(text, limit = LIMITS.text) {
  if (text === '') return 'empty';
  if (LONE_SURROGATE.test(text)) return 'not_allowed';
  return codePoints(text) > limit ? 'too_long' : null;
}

/** @param {string} password @returns {Problem | null} */
export function passwordProblem(password) {
  const [least, most] = LIMITS.password;
  const length = codePoints(password);
  if (length < least) return 'empty';
  if (LONE_SURROGATE.test(password)) return 'not_allowed';
  return length > most ? 'too_long' : null;
}

/** @param {ClientFrame} frame @returns {string} the text frame that goes out */
export function encode(frame) {
  return JSON.stringify(frame);
}

/**
 * @param {unknown} data  of a WebSocket's message event
 * @returns {ServerFrame | null} null for unknown data, which this client ignores
 */
export function decode(data) {
  if (data instanceof ArrayBuffer) return decodeImage(data);
  if (typeof data !== 'string') return null;
  try {
    const frame = JSON.parse(data);
    return typeof frame?.type === 'string' ? frame : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} origin  `http://host:port` or `https://…`
 * @param {string} room
 * @param {string | null} name  a guest's; null for a signed-in user
 * @param {number | null} [since]  the seq after which the replay begins
 * @returns {string} where the room's WebSocket is
 */
export function socketUrl(origin, room, name, since = null) {
  const url = new URL(`/ws/rooms/${encodeURIComponent(room)}`, origin);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  if (name !== null) url.searchParams.set('name', name);
  if (since !== null) url.searchParams.set('since', `${since}`);
  return url.href;
}
