/** A segmented control with one radio button per backend. */

import { frameworkLabel } from '../network/backends.js';
import { element } from './dom.js';
import { words } from '../words/words.js';

/**
 * @param {HTMLElement} fieldset  for the buttons
 * @param {string} name  of the radio group
 * @param {import('../network/backends.js').Backend[]} list
 * @param {(key: string) => void} [chosen]  called with the backend that the user chose
 * @returns {{get: () => string | null, set: (key: string | null) => void}}
 */
export function backendChoice(fieldset, name, list, chosen = () => {}) {
  const radios = list.map(({ key, label }) => {
    const radio = element('input', { type: 'radio', name, value: key });
    radio.addEventListener('change', () => chosen(key));
    fieldset.append(element('label', {}, radio, element('span', { textContent: label })));
    return radio;
  });
  return {
    get: () => radios.find(({ checked }) => checked)?.value ?? null,
    set(key) {
      for (const radio of radios) radio.checked = radio.value === key;
    },
  };
}
/**
 * An unreachable backend is not to blame if the browser is offline.
 *
 * @param {string} key  of the backend
 */
export function awayWords(key, said = words.away) {
  return navigator.onLine ? said(frameworkLabel(key)) : words.offline;
}
