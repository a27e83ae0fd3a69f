/** The photos that wait in the split view's field, by room: they are there when it opens again. */

import { newId } from '../page/identity.js';
import { readPhoto } from '../photos/photo.js';

/** @typedef {import('../state/state.js').Attachment} Attachment */

const waiting = /** @type {Map<string, readonly Attachment[]>} */ (new Map());

/**
 * @param {string} room @param {() => void} changed
 * @returns {{all: () => readonly Attachment[], clear: () => void, remove: (id: string) => void,
 *   add: (files: readonly File[], limit: number) => Promise<void>}}
 */
export function createAttachments(room, changed) {
  const all = () => waiting.get(room) ?? [];

  /** @param {readonly Attachment[]} files */
  function set(files) {
    waiting.set(room, files);
    changed();
  }

  return {
    all,
    clear: () => set([]),
    remove: (id) => set(all().filter((file) => file.id !== id)),
    async add(files, limit) {
      const read = await Promise.all(files.map((file) => readPhoto(file, limit)));
      if (read.length > 0) set([...all(), ...read.map((file) => ({ id: newId(), ...file }))]);
    },
  };
}
