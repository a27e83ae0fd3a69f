/** A short message about a failure. It goes away by itself. */

import { byId, setText } from './dom.js';

const SHOWN_MS = 6000;

/** @returns {(message: string) => void} */
export function mountToast() {
  const toast = byId('toast');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return (message) => {
    clearTimeout(timer);
    setText(toast, message);
    timer = setTimeout(() => setText(toast, ''), SHOWN_MS);
  };
}
