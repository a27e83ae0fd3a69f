/** The question before a message is taken back: nobody can bring it back. */

import { element, setText } from '../views/dom.js';
import { loadStyles } from '../views/style_sheets.js';
import { opened } from '../words/opened.js';

/** @returns {Promise<(take: () => boolean, line: HTMLElement) => void>} asks */
export async function createQuestion() {
  await loadStyles(new URL('../views/dialog.css', import.meta.url));
  const said = opened.tools;
  const problem = element('p', { className: 'problem', role: 'alert' });
  const keep = element('button', { type: 'button', textContent: said.keep, autofocus: true });
  const take = element('button', { type: 'button', className: 'primary', textContent: said.takeBack });
  const title = element('h2', { id: 'unsay-title', textContent: said.sure });
  const more = element('p', { className: 'lead', id: 'unsay-more', textContent: said.forAll });
  const dialog = element('dialog', { className: 'card asking', id: 'unsay' },
    element('div', { className: 'sheet' }, title, more, problem,
      element('div', { className: 'pair' }, keep, take)));
  dialog.setAttribute('aria-labelledby', title.id);
  dialog.setAttribute('aria-describedby', more.id);
  let doIt = () => false;
  /** @type {HTMLElement | null} */
  let about = null;

  keep.addEventListener('click', () => dialog.close());
  take.addEventListener('click', () => {
    const done = doIt();
    setText(problem, done ? '' : said.offline);
    if (!done) return;
    dialog.close();
    about?.focus({ preventScroll: true }); // the message's tools will go
  });
  document.body.append(dialog);

  return (act, line) => {
    [doIt, about] = [act, line];
    setText(problem, '');
    dialog.showModal();
  };
}
