/** Takes photos by button, paste and drop, and opens the viewer. */

import { byId } from '../views/dom.js';
import { words } from '../words/words.js';

/** @param {import('../actions.js').Actions} actions @param {() => boolean} inRoom */
export function mountPhotoEntries(actions, inRoom) {
  takePhotos({ button: byId('attach'), chooser: byId('files'), target: byId('talk'),
    draft: byId('draft'), take: actions.attach, wanted: inRoom });
  // A file that is dropped outside the target must not replace the page.
  for (const type of ['dragover', 'drop']) {
    document.addEventListener(type, (event) => {
      if (carriesFiles(/** @type {DragEvent} */ (event))) event.preventDefault();
    });
  }
}

/**
 * @param {{button: HTMLElement, chooser: any, target: HTMLElement, draft: HTMLElement,
 *   take: (files: File[]) => void, wanted: () => boolean, signal?: AbortSignal}} entry  `wanted`
 *   tells whether a paste is for it
 */
export function takePhotos({ button, chooser, target, draft, take, wanted, signal }) {
  target.dataset.drop = words.photo.drop;
  button.addEventListener('click', () => chooser.click());
  chooser.addEventListener('change', () => {
    take([...chooser.files]);
    chooser.value = ''; // so that the same file can be chosen again
    draft.focus();
  });

  document.addEventListener('paste', (event) => {
    const { files: pasted = [], types = [] } = event.clipboardData ?? {};
    const files = [...pasted];
    // Spreadsheet cells come with a picture of the cells. Then the text is pasted.
    const text = ['text/plain', 'text/html'].every((type) => types.includes(type));
    if (!wanted() || files.length === 0 || text) return;
    event.preventDefault();
    take(files);
  }, { signal });

  target.addEventListener('dragover', (/** @type {DragEvent} */ event) => {
    target.classList.toggle('dropping', carriesFiles(event));
  }, { signal });
  target.addEventListener('dragleave', (/** @type {DragEvent} */ { relatedTarget }) => {
    const to = /** @type {Node | null} */ (relatedTarget);
    if (!target.contains(to)) target.classList.remove('dropping');
  }, { signal });
  target.addEventListener('drop', (/** @type {DragEvent} */ event) => {
    target.classList.remove('dropping');
    take([...event.dataTransfer?.files ?? []]);
    draft.focus();
  }, { signal });
}

/** @param {DragEvent} event */
function carriesFiles({ dataTransfer }) {
  return dataTransfer !== null && [...dataTransfer.types].includes('Files');
}

/**
 * `open` shows a photo large; if the viewer does not load, the next try loads it again. `forget`
 * closes the viewer if it shows the photo with this seq.
 */
export function mountViewer() {
  /** @type {Promise<import('./viewer.js').Viewer> | null} */
  let loading = null;
  return {
    /** @param {string} source @param {string} caption */
    async open(source, caption) {
      loading ??= import('./viewer.js').then(({ createViewer }) => createViewer());
      try {
        (await loading).open(source, caption);
      } catch (error) {
        loading = null;
        console.error(error);
      }
    },
    /** @param {number | null} seq */
    forget: (seq) => loading?.then((viewer) => viewer.forget(seq)),
  };
}
