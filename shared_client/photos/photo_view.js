/** Photos on their way in, by button, paste and drop, and one of them seen large. */

import { byId, setText } from '../views/dom.js';
import { words } from '../words/words.js';

/** @param {import('../actions.js').Actions} actions @param {() => boolean} inRoom */
export function mountPhotoEntries(actions, inRoom) {
  const chooser = byId('files');
  const target = byId('talk');
  target.dataset.drop = words.photo.drop;
  byId('attach').addEventListener('click', () => chooser.click());
  chooser.addEventListener('change', () => {
    actions.attach([...chooser.files]);
    chooser.value = ''; // so that the same file can be chosen again
    byId('draft').focus();
  });

  document.addEventListener('paste', (event) => {
    const files = [...event.clipboardData?.files ?? []];
    if (!inRoom() || files.length === 0) return;
    event.preventDefault();
    actions.attach(files);
  });

  // A file that is dropped beside the target must not replace the page either.
  for (const type of ['dragover', 'drop']) {
    document.addEventListener(type, (event) => {
      if (carriesFiles(/** @type {DragEvent} */ (event))) event.preventDefault();
    });
  }
  target.addEventListener('dragover', (/** @type {DragEvent} */ event) => {
    target.classList.toggle('dropping', carriesFiles(event));
  });
  target.addEventListener('dragleave', (/** @type {DragEvent} */ event) => {
    if (!target.contains(event.relatedTarget)) target.classList.remove('dropping');
  });
  target.addEventListener('drop', (/** @type {DragEvent} */ event) => {
    target.classList.remove('dropping');
    actions.attach([...event.dataTransfer?.files ?? []]);
    byId('draft').focus();
  });
}

/** @param {DragEvent} event */
function carriesFiles({ dataTransfer }) {
  return dataTransfer !== null && [...dataTransfer.types].includes('Files');
}

/**
 * One photo large, and from it to the others of the conversation; behind the viewer the
 * conversation goes along, so that one comes out where one looked last.
 *
 * @returns {(source: string, caption: string) => void} opens it
 */
export function mountViewer() {
  const viewer = byId('viewer');
  const image = byId('viewer-image');
  const turns = { ArrowLeft: byId('viewer-before'), ArrowRight: byId('viewer-after') };
  let shown = '';

  for (const button of Object.values(turns)) {
    button.addEventListener('click', () => turn(button === turns.ArrowLeft ? -1 : 1));
  }
  viewer.addEventListener('keydown', (/** @type {KeyboardEvent} */ { key }) => {
    if (key in turns) turns[/** @type {keyof typeof turns} */ (key)].click();
  });
  viewer.addEventListener('click', (/** @type {Event} */ { target }) => {
    if (target === image && viewer.classList.contains('larger')) viewer.classList.toggle('full');
    else if (target === viewer || target === byId('viewer-stage')) viewer.close();
  });
  image.addEventListener('load', () => {
    const { naturalWidth, clientWidth } = image;
    viewer.classList.toggle('larger', naturalWidth > clientWidth);
  });
  viewer.addEventListener('close', () => {
    image.removeAttribute('src');
    neighbour(0)?.focus({ preventScroll: true });
  });

  return (source, caption) => {
    show(source, caption);
    viewer.showModal();
  };

  /** @param {string} source @param {string} caption */
  function show(source, caption) {
    shown = source;
    viewer.classList.remove('full', 'larger');
    image.src = source;
    image.alt = caption;
    setText(byId('viewer-caption'), caption);
    turns.ArrowLeft.disabled = neighbour(-1) === undefined;
    turns.ArrowRight.disabled = neighbour(1) === undefined;
  }

  /** @param {number} step */
  function turn(step) {
    const next = neighbour(step);
    if (next === undefined) return;
    next.scrollIntoView({ block: 'center' });
    show(`${next.dataset.source}`, next.querySelector('img')?.alt ?? '');
  }

  /** @param {number} step @returns {HTMLElement | undefined} of the photos in the conversation */
  function neighbour(step) {
    const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#timeline .photo')]);
    const at = all.findIndex(({ dataset }) => dataset.source === shown);
    return at < 0 ? undefined : all[at + step];
  }
}
