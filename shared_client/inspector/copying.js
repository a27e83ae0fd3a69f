/** Puts a text on the clipboard. */

/**
 * `navigator.clipboard` needs a secure context. A chat opened by plain http under a LAN address
 * is not secure: it uses `execCommand`.
 *
 * @param {string} text @param {HTMLElement} near  gets the field for `execCommand`
 * @returns {Promise<boolean>} whether the text was copied
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
