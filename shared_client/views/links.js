/** Finds addresses in a text: only http and https, and only as they were written. Pure. */

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef]+/giu;
/** These characters end a sentence, not an address. */
const TRAILING = /[.,;:!?…]+$/u;

/**
 * @param {string} text
 * @returns {{text: string, href: string | null}[]} joined, the parts are the text
 */
export function linked(text) {
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = trimmed(found);
    if (!URL.canParse(address)) continue;
    if (index > end) parts.push({ text: text.slice(end, index), href: null });
    parts.push({ text: address, href: new URL(address).href });
    end = index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}

/** A closing bracket belongs to the address if its opening one does. @param {string} found */
function trimmed(found) {
  let address = found.replace(TRAILING, '');
  while (/[)\]}]$/u.test(address)) {
    const close = /** @type {')' | ']' | '}'} */ (address.at(-1));
    const open = { ')': '(', ']': '[', '}': '{' }[close];
    if (address.split(open).length >= address.split(close).length) break;
    address = address.slice(0, -1).replace(TRAILING, '');
  }
  return address;
}
