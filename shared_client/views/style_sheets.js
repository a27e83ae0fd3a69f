/** Style sheets of the parts that are loaded when they are first needed. */

/** @type {Map<string, Promise<void>>} */
const wanted = new Map();

/**
 * @param {string | URL} href
 * @returns {Promise<void>} once the rules apply; also if they do not load: then the part is
 *   plain, but works
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
