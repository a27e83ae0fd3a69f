/** Style sheets of the parts that are loaded when they are first wanted. */

/** @type {Map<string, Promise<void>>} */
const wanted = new Map();

/**
 * @param {string | URL} href
 * @returns {Promise<void>} once the rules apply; without them, where they do not arrive, the part
 *   is plain and works
 */
export function loadStyles(href) {
  const known = wanted.get(`${href}`);
  if (known !== undefined) return known;
  const loaded = new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = `${href}`;
    for (const end of ['load', 'error']) link.addEventListener(end, () => resolve(undefined));
    document.head.append(link);
  });
  wanted.set(`${href}`, loaded);
  return loaded;
}
