/** The known sizes of pictures, from their bytes or from an earlier display. */

/** @typedef {import('./picture_size.js').Size} Size */

/** @type {WeakMap<Blob, Size>} */
const ofBlobs = new WeakMap();
/** @type {Map<string, Size>} */
const ofAddresses = new Map();
const MOST_ADDRESSES = 5000;
/** How many bytes of a file tell its size: cameras put a small preview before it. */
export const SIZE_BYTES = 128 * 1024;

/**
 * The first picture loads the reader, and is drawn without its size. The size of each later picture
 * is known before it is drawn.
 *
 * @param {Blob} picture @param {string | null} mime @param {Uint8Array} bytes  as for `pictureSize`
 */
export async function readSize(picture, mime, bytes) {
  const reader = await import('./picture_size.js').catch(() => null); // a picture shows without it
  if (reader !== null) learnSize(picture, reader.pictureSize(mime, bytes));
}

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
