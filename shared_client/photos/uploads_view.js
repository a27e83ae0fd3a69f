/** Shows the upload progress of each photo that is being sent. */

import { setText } from '../views/dom.js';
import { uploadsOf } from './uploads.js';
import { words } from '../words/words.js';

const LOOK_EVERY_MS = 100;

/**
 * @param {() => number} buffered  bytes that the socket must still send
 * @returns {(state: import('../state/state.js').State) => void}
 */
export function mountUploads(buffered) {
  /** @type {import('../state/outgoing.js').Outbox} */
  let outbox = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  function look() {
    const uploads = uploadsOf(outbox, buffered());
    uploads.forEach(show);
    if (uploads.length === 0) {
      clearInterval(timer);
      timer = undefined;
    } else timer ??= setInterval(look, LOOK_EVERY_MS);
  }

  return (state) => {
    if (state.outbox === outbox) return;
    outbox = state.outbox;
    look();
  };
}

/** @param {import('./uploads.js').Upload} upload */
function show({ id, sent, size }) {
  const bar = /** @type {HTMLProgressElement | null} */ (document.getElementById(`upload ${id}`));
  if (bar === null || bar.nextSibling === null) return; // scrolled away, so not drawn
  bar.hidden = sent === size; // the backend must still confirm it
  bar.value = sent / size;
  const text = sent === size ? words.outgoing.sent : words.photo.uploaded(sent, size);
  bar.setAttribute('aria-valuetext', text);
  setText(bar.nextSibling, text);
}
