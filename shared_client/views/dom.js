/** The few things that views need of the document. Text only ever goes in as text. */

/**
 * @param {string} id
 * @returns {any} the element of index.html; a missing one is a mistake in this program
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found;
}

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]  of the element, such as `className`, `textContent`
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Safari's Enter that ends a conversion comes after its end. @param {KeyboardEvent} event */
export const composes = ({ isComposing, keyCode }) => isComposing || keyCode === 229;

/** Leaves the document alone where nothing changes. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {string} name @returns {HTMLElement} a round mark with the name's first letters */
export function avatar(name) {
  const letters = name.split(/\s+/u).slice(0, 2).map((word) => [...word][0] ?? '').join('');
  const mark = element('span', { className: 'avatar', textContent: letters.toUpperCase() });
  mark.setAttribute('aria-hidden', 'true');
  mark.dataset.hue = `${hue(name)}`;
  return mark;
}

/** @param {string} name @returns {number} 0 to 7, the same for the same name everywhere */
function hue(name) {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 8191;
  return sum % 8;
}

/**
 * Says at a field what is wrong with it.
 *
 * @param {any} field  one whose problem is told in `#ID-problem`
 * @param {string | null} problem  in words
 */
export function complain(field, problem) {
  field.setAttribute('aria-invalid', `${problem !== null}`);
  setText(byId(`${field.id}-problem`), problem ?? '');
}

/** What turns the direction of writing, or is written from right to left. */
const TURNING = /\p{Bidi_Control}|\p{Script=Arabic}|\p{Script=Hebrew}/u;
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * @param {string} name
 * @returns {string} for the middle of a sentence, of which it turns nothing round
 */
export function isolated(name) {
  return TURNING.test(name) ? `\u2068${name.replace(OVERRIDES, '')}\u2069` : name;
}
