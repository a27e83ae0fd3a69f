/** The sizes of pictures that are known: by what was read of them, or by an earlier look. */

/** @typedef {import('./picture_size.js').Size} Size */

/** @type {WeakMap<Blob, Size>} */
const ofBlobs = new WeakMap();
/** @type {Map<string, Size>} */
const ofAddresses = new Map();
const MOST_ADDRESSES = 5000;

/** @param {Blob | string} picture  or its address @param {Size | null} size */
export function learnSize(picture, size) {
  if (size === null) return;
  if (typeof picture !== 'string') ofBlobs.set(picture, size);
  else if (ofAddresses.size < MOST_ADDRESSES) ofAddresses.set(picture, size);
}

/** @param {Blob | string} picture @returns {Size | null} */
export function sizeOf(picture) {
  return (typeof picture === 'string' ? ofAddresses.get(picture) : ofBlobs.get(picture)) ?? null;
}
