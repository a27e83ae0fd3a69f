/**
 * Images as binary frames: 4 bytes with the header's length (big-endian), a JSON header, the
 * picture. Also tells a picture's type from its first bytes. Pure, but decoding calls `readSize`.
 */

import { readSize } from './sizes.js';

/** @typedef {import('../network/protocol.js').Image} Image */

const LENGTH_BYTES = 4;
/** How many bytes of a file tell its type. */
export const TELLING_BYTES = 12;

/**
 * @param {Uint8Array} bytes  the first `TELLING_BYTES` of a file, or all of it
 * @returns {string | null} null if the backends do not accept the type
 */
export function mediaType(bytes) {
  const text = String.fromCharCode(...bytes.subarray(0, TELLING_BYTES));
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  return /^RIFF[^]{4}WEBP/.test(text) ? 'image/webp' : null;
}

/**
 * @param {{id: string, mime: string, name: string}} header @param {Blob} picture
 * @returns {Blob} the frame; the socket reads its bytes, not this function
 */
export function encodeImage({ id, mime, name }, picture) {
  const header = new TextEncoder().encode(JSON.stringify({ type: 'image', id, mime, name }));
  const length = new DataView(new ArrayBuffer(LENGTH_BYTES));
  length.setUint32(0, header.length);
  return new Blob([length, header, picture]);
}

/**
 * @param {ArrayBuffer} data  a binary frame
 * @returns {Image | null} with its picture; null if the frame is no image
 */
export function decodeImage(data) {
  if (data.byteLength < LENGTH_BYTES) return null;
  const start = LENGTH_BYTES + new DataView(data).getUint32(0);
  if (start > data.byteLength) return null;
  try {
    const header = JSON.parse(new TextDecoder().decode(data.slice(LENGTH_BYTES, start)));
    if (header?.type !== 'image') return null;
    const bytes = new Uint8Array(data, start);
    const mime = mediaType(bytes);
    const picture = new Blob([bytes], { type: mime ?? '' });
    readSize(picture, mime, bytes);
    return { ...header, picture };
  } catch {
    return null;
  }
}
