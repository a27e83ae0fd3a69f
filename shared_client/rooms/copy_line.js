/** The link to a room, and buttons that copy it. */

import { element, setText } from '../views/dom.js';
import { opened } from '../words/opened.js';
import { words } from '../words/words.js';

const SHOWN_MS = 2500;

/** @param {() => string} link @param {string} [label]  says what the link is */
export function createCopyLine(link, label = opened.roomsPanel.link) {
  const field = element('input', { className: 'address', readOnly: true, ariaLabel: label });
  const button = element('button', { type: 'button', textContent: words.page.copyLink });
  const status = element('p', { className: 'hint', role: 'status' });
  field.addEventListener('focus', () => field.select());
  button.addEventListener('click', async () => {
    const done = await copyLink(button, field);
    setText(status, done ? opened.roomsPanel.copiedLong : opened.roomsPanel.notCopied);
  });
  return {
    node: element('div', { className: 'share' },
      element('div', { className: 'joined' }, field, button), status),
    begin() {
      field.value = link();
      setText(status, '');
    },
  };
}

/** @param {HTMLButtonElement} button @param {string} link  that no field shows */
export async function copyUnseen(button, link) {
  const field = element('input', { className: 'unseen', value: link, tabIndex: -1 });
  button.before(field);
  await copyLink(button, field);
  field.remove();
}

/**
 * The button says for a short time that the link was copied.
 *
 * @param {HTMLButtonElement} button @param {HTMLInputElement} field  that holds the link
 */
async function copyLink(button, field) {
  const done = await copied(field);
  if (!done) return false;
  button.focus();
  button.classList.add('done');
  setText(button, opened.roomsPanel.copied);
  setTimeout(() => {
    button.classList.remove('done');
    setText(button, words.page.copyLink);
  }, SHOWN_MS);
  return true;
}

/**
 * `navigator.clipboard` needs a secure context. A chat opened by plain http under a LAN address
 * is not secure: it uses `execCommand`. If that fails, the text stays selected.
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
