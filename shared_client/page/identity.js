/** Names for guests and ids for messages. */

import { recall, remember } from './preferences.js';
import { nameProblem } from '../network/protocol.js';

const MOODS = [
  'Amber', 'Brave', 'Calm', 'Clever', 'Coral', 'Early', 'Gentle', 'Golden', 'Happy', 'Kind',
  'Lucky', 'Merry', 'Misty', 'Mossy', 'Nimble', 'Quiet', 'Rapid', 'Silver', 'Sunny', 'Velvet',
];
const ANIMALS = [
  'Badger', 'Crane', 'Dolphin', 'Falcon', 'Finch', 'Fox', 'Gecko', 'Hare', 'Heron', 'Ibex',
  'Koala', 'Lynx', 'Marten', 'Newt', 'Otter', 'Panda', 'Puffin', 'Robin', 'Seal', 'Wren',
];

/** @returns {string} a new name, for example "Quiet Otter" */
export function friendlyName(random = Math.random) {
  /** @param {string[]} words */
  const pick = (words) => words[Math.floor(random() * words.length)];
  return `${pick(MOODS)} ${pick(ANIMALS)}`;
}

/** @returns {string} the last name in this tab, else in this browser, else a new name */
export function ownName() {
  const name = recall('name') ?? '';
  if (nameProblem(name) === null) return name;
  const made = friendlyName();
  remember('name', made);
  return made;
}

/**
 * A random UUID. `crypto.randomUUID` exists in secure contexts only. A chat over plain http at a
 * LAN address has no secure context.
 *
 * @param {Crypto} [source]
 * @returns {string}
 */
export function newId(source = globalThis.crypto) {
  if (typeof source.randomUUID === 'function') return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
