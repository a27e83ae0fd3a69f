/** The views' helpers for the document. They insert text only as text, never as HTML. */

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

/** Safari sends the Enter that ends an IME input after the input. @param {KeyboardEvent} event */
export const composes = ({ isComposing, keyCode }) => isComposing || keyCode === 229;

/** Changes the document only if the text changes. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {string} name @returns {HTMLElement} a round mark with the name's first letters */
export function avatar(name) {
  const letters = name.split(/\s+/u).slice(0, 2).map((word) => [...word][0] ?? '').join('');
  const mark = element('span', { className: 'avatar', textContent: letters.toUpperCase() });
  mark.setAttribute('aria-hidden', 'true');
  mark.dataset.hue = `${hues.get(name) ?? hue(name)}`;
  return mark;
}

const HUES = 8;
/** Of the people in the room. @type {Map<string, number>} */
const hues = new Map();

/**
 * Gives other hues to people whose names lead to one hue, as long as there are enough.
 *
 * @param {readonly string[]} names  of the people in the room
 */
export function tellApart(names) {
  const taken = new Set();
  const known = (/** @type {string} */ name) => Number(hues.has(name));
  for (const name of [...names].sort((one, other) => known(other) - known(one))) {
    let own = hues.get(name) ?? hue(name);
    while (taken.has(own) && taken.size < HUES) own = (own + 1) % HUES;
    taken.add(own);
    hues.set(name, own);
  }
}

/** @param {string} name @returns {number} the same for the same name everywhere */
function hue(name) {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 8191;
  return sum % HUES;
}

/**
 * Shows a field's problem at the field.
 *
 * @param {any} field  its problem is shown in `#ID-problem`
 * @param {string | null} problem  in words; null if there is none
 */
export function complain(field, problem) {
  field.setAttribute('aria-invalid', `${problem !== null}`);
  setText(byId(`${field.id}-problem`), problem ?? '');
}

/** Characters that change the text direction, or are written from right to left. */
const TURNING = /\p{Bidi_Control}|\p{Script=Arabic}|\p{Script=Hebrew}/u;
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * @param {string} name
 * @returns {string} for use in a sentence: it does not change the sentence's direction
 */
export function isolated(name) {
  return TURNING.test(name) ? `\u2068${name.replace(OVERRIDES, '')}\u2069` : name;
}
