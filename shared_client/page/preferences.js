/**
 * What this browser remembers: the name, the last rooms, theme, language, who is signed in. The
 * name is the tab's own, for in another tab one may be somebody else; a new tab proposes the last.
 */

/**
 * @typedef {'name' | 'room' | 'rooms' | 'theme' | `account.${string}` | 'language' | 'inspector'
 *   | 'inspectorHeight'} Preference
 */

const PREFIX = 'chat.';

/** @param {Preference} key @returns {string | null} */
export function recall(key) {
  try {
    return sessionStorage.getItem(PREFIX + key) ?? localStorage.getItem(PREFIX + key);
  } catch {
    return null; // storage can be switched off, and nothing here is worth failing for
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
