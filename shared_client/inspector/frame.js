/** Reads the type and the parts of a frame. Pure. Keeps only the start of a large frame. */

import { mediaType } from '../photos/image_frames.js';

/** Kept characters of a text frame, or kept bytes of a binary frame. */
export const KEPT = 16 * 1024;
/** Bytes of a binary frame in the hex dump. */
export const HEX_BYTES = 256;
const LENGTH_BYTES = 4;
/** Client and backend write the type first. Any other text is parsed. */
const TYPE_FIRST = /^\{"type":"(\w{1,32})"/;
const encoder = new TextEncoder();

/**
 * @typedef {{binary: false, type: string, size: number, text: string}
 *   | {binary: true, type: string, size: number, head: Uint8Array | null}} Frame
 *   `type` is empty if the frame has none; `size` is in bytes; `head` is null until it is read
 *
 * @typedef {{headerBytes: number, header: string | null,
 *   picture: {mime: string | null, size: number} | null}} Parts
 *   of a binary frame; a missing or incomplete part is null
 */

/** @param {string | ArrayBuffer | Blob} data @returns {Frame} */
export function frameOf(data) {
  if (typeof data === 'string') {
    return { binary: false, type: typeOf(data), size: encoder.encode(data).length,
      text: data.slice(0, KEPT) };
  }
  if (data instanceof ArrayBuffer) {
    return withHead(data.byteLength, new Uint8Array(data.slice(0, KEPT)));
  }
  return { binary: true, type: '', size: data.size, head: null };
}

/** @param {number} size @param {Uint8Array} head @returns {Frame} */
export function withHead(size, head) {
  const { header } = partsOf(head, size);
  return { binary: true, type: header === null ? '' : typeOf(header), size, head };
}

/** @param {Frame} frame @returns {boolean} whether all of it was kept */
export function isWhole(frame) {
  if (frame.binary) return frame.head !== null && frame.head.length === frame.size;
  return frame.text.length < KEPT;
}

/** @param {Uint8Array} head  the first bytes @param {number} size  of the frame @returns {Parts} */
export function partsOf(head, size) {
  if (head.length < LENGTH_BYTES) return { headerBytes: 0, header: null, picture: null };
  const headerBytes = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const start = LENGTH_BYTES + headerBytes;
  if (start > size) return { headerBytes, header: null, picture: null };
  const rest = head.subarray(start);
  return {
    headerBytes,
    header: start > head.length ? null : new TextDecoder().decode(head.subarray(LENGTH_BYTES, start)),
    picture: { mime: mediaType(rest), size: size - start },
  };
}

/** @param {string} text @returns {string | null} its JSON in lines; null if the text is not JSON */
export function prettyJson(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

/** @param {string} text @param {string} name @returns {string} a field of a frame, or '' */
export function fieldOf(text, name) {
  try {
    const value = JSON.parse(text)?.[name];
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

/** @param {string} text */
function typeOf(text) {
  return TYPE_FIRST.exec(text)?.[1] ?? fieldOf(text, 'type').slice(0, 32);
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} as a hex dump: offset, sixteen bytes, their readable characters
 */
export function hexDump(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${text.join('')}`);
  }
  return lines.join('\n');
}
