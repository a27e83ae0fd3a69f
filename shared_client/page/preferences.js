/**
 * The browser's memory: the name, the last rooms, theme, language, accounts. Each tab has a name,
 * because the user may have another name in another tab. A new tab proposes the last name.
 */

/**
 * @typedef {'name' | 'room' | 'rooms' | 'theme' | `account.${string}` | 'language' | 'inspector'
 *   | 'inspectorHeight' | 'tip' | `private.${string}`} Preference  of a private room: its invitation, or ""
 */

const PREFIX = 'chat.';

/** @param {Preference} key @returns {string | null} */
export function recall(key) {
  try {
    return sessionStorage.getItem(PREFIX + key) ?? localStorage.getItem(PREFIX + key);
  } catch {
    return null; // storage may be off, and the page works without it
  }
}

/** @param {Preference} key @param {string} value */
export function remember(key, value) {
  try {
    if (key === 'name') sessionStorage.setItem(PREFIX + key, value);
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // as above
  }
}
