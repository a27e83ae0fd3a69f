/** Helpers for the document. They insert text only as text, never as HTML. */

/**
 * @param {string} id
 * @returns {any} the element in index.html; a missing element is a bug in this program
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found;
}

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]  of the element, like `className`, `textContent`
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
