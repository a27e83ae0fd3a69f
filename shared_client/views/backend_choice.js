/** A segmented control with one radio button per backend. */

import { element } from './dom.js';

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
