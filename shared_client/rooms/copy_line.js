/** The link to a room, and the button that copies it. */

import { element, setText } from '../views/dom.js';
import { words } from '../words/words.js';

const SHOWN_MS = 2500;

/** @param {() => string} link */
export function createCopyLine(link) {
  const field = element('input', { className: 'address', readOnly: true,
    ariaLabel: words.roomsPanel.link });
  const button = element('button', { type: 'button', id: 'copy-link' });
  const status = element('p', { className: 'hint', role: 'status' });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  field.addEventListener('focus', () => field.select());
  button.addEventListener('click', copy);

  async function copy() {
    const done = await copied(field);
    clearTimeout(timer);
    timer = setTimeout(rest, SHOWN_MS);
    button.classList.toggle('done', done);
    setText(button, done ? words.roomsPanel.copied : words.roomsPanel.copy);
    setText(status, done ? words.roomsPanel.copiedLong : words.roomsPanel.notCopied);
  }

  function rest() {
    button.classList.remove('done');
    setText(button, words.roomsPanel.copy);
    setText(status, '');
  }

  return {
    node: element('div', { className: 'share' },
      element('div', { className: 'joined' }, field, button), status),
    begin() {
      clearTimeout(timer);
      field.value = link();
      rest();
    },
  };
}

/**
 * The clipboard is there in secure contexts only, and a chat opened by plain http under a LAN
 * address is none: then the old way, and else the text stands selected.
 *
 * @param {HTMLInputElement} field @returns {Promise<boolean>}
 */
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand('copy');
  }
}
