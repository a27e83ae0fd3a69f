/** Fills in the words and the tooltips of index.html. Mounts the language button. */

import { byId } from './dom.js';
import { remember } from '../page/preferences.js';
import { language, languages, words } from '../words/words.js';

/** @type {Record<string, string>} */
const NAMES = { en: 'English', ja: '日本語' };

const AT_RISK = '#attached:not([hidden]), #timeline [data-status] .photo, #race:not([hidden])';

/** Called once, before all views: a change of language reloads the page. */
export function mountLanguage() {
  document.documentElement.lang = language;
  const page = /** @type {Record<string, string>} */ (words.page);
  for (const node of document.querySelectorAll('[data-words]')) {
    node.textContent = page[`${node.getAttribute('data-words')}`];
  }
  for (const node of document.querySelectorAll('[data-label]')) {
    node.setAttribute('aria-label', page[`${node.getAttribute('data-label')}`]);
  }
  for (const node of document.querySelectorAll('[data-placeholder]')) {
    node.setAttribute('placeholder', page[`${node.getAttribute('data-placeholder')}`]);
  }
  for (const node of document.querySelectorAll('button :is(.unseen, .words)[data-words]')) {
    const text = `${node.textContent}`.replace(/^: /, '');
    node.closest('button')?.setAttribute('title', text[0].toUpperCase() + text.slice(1));
  }
  const other = languages.find((each) => each !== language) ?? language;
  const button = byId('language');
  button.textContent = NAMES[other];
  button.lang = other;
  button.addEventListener('click', () => {
    if (document.querySelector(AT_RISK) !== null && !confirm(words.reloads)) return;
    remember('language', other);
    location.reload();
  });
}
