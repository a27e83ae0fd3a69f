/** The inspector's small parts: icons, buttons, choices. */

import { element } from '../views/dom.js';
import { icon } from '../views/icon.js';

const ICONS = {
  pause: 'M7.5 5v10M12.5 5v10',
  resume: 'M7 4.5v11l8.5-5.5z',
  clear: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5.5 5.5l9 9',
  copy: 'M7.5 7.5h8v8h-8zM12.5 7.5v-3h-8v8h3',
  close: 'm5.5 5.5 9 9M14.5 5.5l-9 9',
  legend: 'M7.5 7.75a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.8M10 14.5v.01M10 2.75a7.25 7.25 0 1 0 0 '
    + '14.5 7.25 7.25 0 0 0 0-14.5',
  drop: 'M8 6.5 6.75 5.2a2.8 2.8 0 0 0-4 4L5 11.5M12 13.5l1.25 1.3a2.8 2.8 0 0 0 4-4L15 8.5'
    + 'M4.5 3.5l11 13',
  probe: 'M10 3.5 17 16H3zM10 8.5V12M10 14v.01',
  stall: 'M7.5 3.5h5l4 4v5l-4 4h-5l-4-4v-5zM8.25 7.5v5M11.75 7.5v5',
  back: 'm11.5 5-5 5 5 5',
};

/**
 * @param {keyof typeof ICONS} name @param {string} words
 * @param {{bare?: boolean, title?: string, click?: () => void}} [more]  bare: hides the words
 */
export function iconButton(name, words, { bare = false, title = words, click } = {}) {
  const label = element('span', { className: bare ? 'unseen' : 'caption', textContent: words });
  const button = element('button', { type: 'button', title }, icon(ICONS[name]), label);
  button.dataset.part = name;
  if (click) button.addEventListener('click', click);
  return {
    button,
    /** @param {keyof typeof ICONS} other @param {string} text */
    become(other, text) {
      if (label.textContent === text) return;
      button.replaceChildren(icon(ICONS[other]), label);
      label.textContent = text;
      button.title = text;
    },
  };
}

/**
 * Radio buttons that look like the page's other choices.
 *
 * @template {string} Key
 * @param {string} legend @param {Record<Key, string>} options @param {(key: Key) => void} choose
 */
export function choice(legend, options, choose) {
  const entries = /** @type {[Key, string][]} */ (Object.entries(options));
  const labels = entries.map(([key, text], index) => {
    const input = element('input', { type: 'radio', name: `inspector ${legend}`, value: key,
      checked: index === 0 });
    input.addEventListener('change', () => choose(key));
    return element('label', {}, input, element('span', { textContent: text }));
  });
  return element('fieldset', { className: 'choice' },
    element('legend', { className: 'unseen', textContent: legend }), ...labels);
}
