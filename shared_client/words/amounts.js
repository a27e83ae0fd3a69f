/** Amounts in the form that all languages here use. */

/** @param {number} size */
export const bytes = (size) => size < 1024 * 1024 ? `${Math.max(1, Math.round(size / 1024))} KB`
  : `${(size / 1024 / 1024).toFixed(size % (1024 * 1024) === 0 ? 0 : 1)} MB`;

/** @param {number} part @param {number} whole */
export const percent = (part, whole) => `${Math.floor(100 * part / whole)} %`;
