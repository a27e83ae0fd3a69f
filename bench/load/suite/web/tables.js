/** Tables of numbers, made of their words. */

/** @param {string[]} heads @param {string[][]} rows The first cell of each row is its head. */
export function tableOf(heads, rows) {
  const table = document.createElement('table');
  table.createTHead().insertRow().append(...heads.map((words) => cell('th', words)));
  const body = table.createTBody();
  for (const [name, ...values] of rows) {
    const head = cell('th', name);
    head.scope = 'row';
    body.insertRow().append(head, ...values.map((words) => cell('td', words)));
  }
  return table;
}

/** @param {string} words */
export function titled(words) {
  const heading = document.createElement('h2');
  heading.textContent = words;
  return heading;
}

/**
 * On a narrow screen the tables scroll sideways, and a keyboard must reach them for that.
 * @param {HTMLElement} place @param {string} name
 */
export function reachable(place, name) {
  place.tabIndex = 0;
  place.setAttribute('role', 'region');
  place.setAttribute('aria-label', name);
}

/** @param {'th' | 'td'} kind @param {string} words */
function cell(kind, words) {
  const found = document.createElement(kind);
  found.textContent = words;
  return /** @type {HTMLTableCellElement} */ (found);
}
