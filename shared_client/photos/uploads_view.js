/** Shows the upload progress of each photo that is being sent. */

import { setText } from '../views/dom.js';
import { uploadsOf } from './uploads.js';
import { words } from '../words/words.js';

const LOOK_EVERY_MS = 100;

/**
 * @param {() => number} buffered  bytes that the socket must still send
 * @param {string} [within]  the selector of the messages' place, if there are several
 * @returns {(state: Pick<import('../state/state.js').State, 'outbox'>) => void}
 */
export function mountUploads(buffered, within = '') {
  /** @type {import('../state/outgoing.js').Outbox} */
  let outbox = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  function look() {
    const uploads = uploadsOf(outbox, buffered());
    for (const upload of uploads) show(upload, within);
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

/** @param {import('./uploads.js').Upload} upload @param {string} within */
function show({ id, sent, size }, within) {
  const bar = /** @type {HTMLProgressElement | null} */ (
    document.querySelector(`${within} [data-upload="${CSS.escape(id)}"]`));
  if (bar === null || bar.nextSibling === null) return; // scrolled away, so not drawn
  bar.hidden = sent === size; // the backend must still confirm it
  bar.value = sent / size;
  const text = sent === size ? words.outgoing.sent : words.photo.uploaded(sent, size);
  bar.setAttribute('aria-valuetext', text);
  setText(bar.nextSibling, text);
}
