/** Object URLs of pictures in memory, revoked as soon as no row of the view shows them. */

/** @param {Pick<typeof URL, 'createObjectURL' | 'revokeObjectURL'>} urls */
export function createPictures(urls = URL) {
  /** @type {Map<Blob, string>} */
  const made = new Map();
  return {
    /** @param {Blob} blob @returns {string} the same URL for the same blob */
    of(blob) {
      const known = made.get(blob);
      if (known !== undefined) return known;
      const url = urls.createObjectURL(blob);
      made.set(blob, url);
      return url;
    },
    /** @param {Set<Blob>} shown */
    keepOnly(shown) {
      for (const [blob, url] of made) {
        if (shown.has(blob)) continue;
        urls.revokeObjectURL(url);
        made.delete(blob);
      }
    },
  };
}
