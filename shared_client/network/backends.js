/** The backends and their origins for this page, from `GET /client/backends.json`. */

/** @typedef {{key: string, label: string, origin: string}} Backend */
/**
 * @typedef {{self: string, list: Backend[], companion: string | null,
 *   originOf: (key: string | null) => string, isNear: (key: string) => boolean}} Backends
 *   `companion` is the origin of the race's synthetic members; `originOf` gives the page's origin
 *   for an unknown backend; `isNear` tells whether this page can use a backend: cookies only go
 *   to the same site
 */

const DIRECTORY = '../backends.json';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** @type {Record<string, string>} */
const LABELS = { 'django-channels': 'Django Channels', fastapi: 'FastAPI' };

/**
 * @param {string} pageOrigin  the page's own origin
 * @returns {Promise<Backends>} at least the server that this page came from
 */
export async function loadBackends(pageOrigin) {
  try {
    const answer = await fetch(new URL(DIRECTORY, import.meta.url));
    if (!answer.ok) throw new Error(`${answer.status}`);
    return readBackends(await answer.json(), pageOrigin);
  } catch {
    return readBackends({}, pageOrigin);
  }
}

/**
 * @param {{self?: string, backends?: Record<string, string>, companion?: string | null}} directory
 * @param {string} pageOrigin
 * @returns {Backends}
 */
export function readBackends({ self = 'this-server', backends = {}, companion }, pageOrigin) {
  const others = Object.entries(backends).filter(([key]) => key !== self);
  const places = new Map([...others, [self, pageOrigin]]);
  const order = Object.keys(backends).includes(self) ? Object.keys(backends) : [...places.keys()];
  const list = order.map((key) => ({
    key,
    label: frameworkLabel(key),
    origin: reachable(places.get(key) ?? pageOrigin, pageOrigin),
  }));
  const find = (/** @type {string | null} */ key) => list.find((backend) => backend.key === key);
  return {
    self,
    list,
    companion: companion ? reachable(companion, pageOrigin) : null,
    originOf: (key) => find(key)?.origin ?? pageOrigin,
    isNear: (key) => site(find(key)?.origin ?? '') === site(pageOrigin),
  };
}

/** @param {string} key @returns {string} the framework's name as people write it */
export function frameworkLabel(key) {
  return Object.hasOwn(LABELS, key) ? LABELS[key] : key;
}

/**
 * A backend that is configured as "localhost" is on the machine that served this page. That is
 * another machine if the page was opened over the network. Cookies and allowed origins also
 * depend on the host name, so the page's host name is used.
 *
 * @param {string} origin
 * @param {string} pageOrigin
 */
function reachable(origin, pageOrigin) {
  const url = new URL(origin);
  if (LOOPBACK.test(url.hostname)) url.hostname = new URL(pageOrigin).hostname;
  return url.origin;
}

/** An origin without its port. @param {string} origin */
function site(origin) {
  return origin.replace(/:\d+$/, '');
}
