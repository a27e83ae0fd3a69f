/** Puts a text on the clipboard. */

/**
 * The clipboard is there in secure contexts only, and a chat opened by plain http under a LAN
 * address is none: then the old way.
 *
 * @param {string} text @param {HTMLElement} near  takes the field that the old way needs
 * @returns {Promise<boolean>} whether it is there
 */
export async function copied(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    field.value = text;
    field.className = 'unseen';
    near.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    focused?.focus();
    return done;
  }
}
