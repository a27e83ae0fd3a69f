/** Shows one photo large. Loaded when the first photo is opened. */

import { element, setText } from '../views/dom.js';
import { loadStyles } from '../views/style_sheets.js';
import { words } from '../words/words.js';

/** @typedef {Awaited<ReturnType<typeof createViewer>>} Viewer */

/**
 * The user can go to the other photos of the conversation. The conversation scrolls along behind
 * the viewer, so that it shows the last seen photo when the viewer closes.
 */
export async function createViewer() {
  await loadStyles(new URL('./viewer.css', import.meta.url));
  const image = element('img', { id: 'viewer-image', crossOrigin: 'use-credentials' });
  const stage = element('div', { className: 'stage' }, image);
  const caption = element('p', { id: 'viewer-caption', role: 'status' });
  const close = element('button', { type: 'button', className: 'close',
    textContent: words.page.close });
  const turns = { ArrowLeft: turnTo(-1, '‹', words.photo.before),
    ArrowRight: turnTo(1, '›', words.photo.after) };
  const viewer = element('dialog', { id: 'viewer', className: 'viewer' }, close, stage,
    element('div', { className: 'pages' }, turns.ArrowLeft, caption, turns.ArrowRight));
  let shown = '';
  /** The seq of the shown photo's message. @type {string | undefined} */
  let seq;

  viewer.addEventListener('keydown', (/** @type {KeyboardEvent} */ { key }) => {
    if (key in turns) turns[/** @type {keyof typeof turns} */ (key)].click();
  });
  viewer.addEventListener('click', (/** @type {Event} */ { target }) => {
    if (target === image && viewer.classList.contains('larger')) viewer.classList.toggle('full');
    else if ([viewer, stage, close].includes(target)) viewer.close();
  });
  image.addEventListener('load', () => {
    viewer.classList.toggle('larger', image.naturalWidth > image.clientWidth);
  });
  viewer.addEventListener('close', () => {
    image.removeAttribute('src');
    seq = undefined;
    neighbour(0)?.focus({ preventScroll: true });
  });
  document.body.append(viewer);

  return {
    /** @param {string} source @param {string} text */
    open(source, text) {
      show(source, text);
      viewer.showModal();
    },
    /** The photo of this message is gone. @param {number | null} gone */
    forget(gone) {
      if (seq === `${gone}`) viewer.close();
    },
  };

  /** @param {string} source @param {string} text */
  function show(source, text) {
    shown = source;
    seq = neighbour(0)?.dataset.seq;
    viewer.classList.remove('full', 'larger');
    image.src = source;
    image.alt = text;
    viewer.ariaLabel = text;
    setText(caption, text);
    turns.ArrowLeft.ariaDisabled = `${neighbour(-1) === undefined}`;
    turns.ArrowRight.ariaDisabled = `${neighbour(1) === undefined}`;
  }

  /**
   * A button without a next photo keeps the focus.
   *
   * @param {number} step @param {string} sign @param {string} name
   */
  function turnTo(step, sign, name) {
    const button = element('button', { type: 'button', textContent: sign, ariaLabel: name,
      title: name });
    button.addEventListener('click', () => {
      const next = neighbour(step);
      if (next === undefined) return;
      next.scrollIntoView({ block: 'center' });
      show(`${next.dataset.source}`, next.querySelector('img')?.alt ?? '');
    });
    return button;
  }

  /** @param {number} step @returns {HTMLElement | undefined} of the conversation's photos */
  function neighbour(step) {
    const all = /** @type {HTMLElement[]} */ ([
      ...document.querySelectorAll(':is(#timeline, #split-lines) .photo')])
      .filter(({ offsetParent }) => offsetParent !== null);
    const at = all.findIndex(({ dataset }) => dataset.source === shown);
    return at < 0 ? undefined : all[at + step];
  }
}
