/** Turns every file, from any source, into a photo that can be sent. */

import { mediaType } from './image_frames.js';
import { readSize, SIZE_BYTES } from './sizes.js';
import { codePoints, LIMITS } from '../network/protocol.js';

/** @typedef {'unsupported_media' | 'too_large' | 'unreadable'} PhotoProblem */

/**
 * @param {Blob & {name?: string}} file
 * @param {number} limit  in bytes, from the backend's welcome
 * @returns {Promise<{photo: import('../state/outgoing.js').Photo | null, name: string,
 *   problem: PhotoProblem | null}>}
 */
export async function readPhoto(file, limit) {
  const name = fileName(file.name ?? '');
  const refused = (/** @type {PhotoProblem} */ problem) => ({ photo: null, name, problem });
  if (file.size > limit) return refused('too_large');
  try {
    const start = new Uint8Array(await file.slice(0, SIZE_BYTES).arrayBuffer());
    const mime = mediaType(start);
    if (mime === null) return refused('unsupported_media');
    const blob = file.slice(0, file.size, mime);
    readSize(blob, mime, start);
    return { photo: { blob, mime, name }, name, problem: null };
  } catch {
    return refused('unreadable'); // the file is gone, or is a folder
  }
}

/** @param {string} name @returns {string} one that the backends accept, unchanged if possible */
export function fileName(name) {
  const plain = name.replace(/[\p{Cc}\p{Cs}]/gu, '');
  return codePoints(plain) <= LIMITS.fileName ? plain
    : [...plain].slice(-LIMITS.fileName).join('');
}
