/** The contract's HTTP calls to the backend at an origin, with its cookies. */

/** @typedef {import('./protocol.js').Message | import('./protocol.js').Image} Record */
/** @typedef {{username: string | null, status: number, detail: string}} Answer */

const PATIENCE_MS = 15_000;
/** How long a choice of backend waits for an answer. */
const KNOCK_MS = 5000;

/** @param {string} origin @returns {Promise<boolean>} whether a server answers there at all */
export async function answers(origin) {
  try {
    await fetch(`${origin}/healthz`,
      { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.timeout(KNOCK_MS) });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} origin
 * @returns {Promise<string | null | undefined>} who is signed in, or null; undefined if
 *   the server does not say
 */
export async function whoAmI(origin) {
  try {
    const answer = await call(origin, 'me');
    if (answer.ok) return `${(await answer.json()).username}`;
    return answer.status === 401 ? null : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} origin
 * @param {'login' | 'register'} how @param {string} username @param {string} password
 * @returns {Promise<Answer>} `status` is 0 if the server did not answer
 */
export async function enterAccount(origin, how, username, password) {
  try {
    const answer = await post(origin, how, { username, password });
    const body = await answer.json().catch(() => ({}));
    return { username: answer.ok ? `${body.username}` : null, status: answer.status,
      detail: `${body.detail ?? ''}` };
  } catch {
    return { username: null, status: 0, detail: '' };
  }
}

/** @param {string} origin @returns {Promise<boolean>} whether the session has ended */
export async function leaveAccount(origin) {
  try {
    const { ok, status } = await post(origin, 'logout', {});
    return ok || status === 401;
  } catch {
    return false;
  }
}

/**
 * @param {string} origin @param {string} room @param {{before: number, limit: number}} page
 * @returns {Promise<Record[]>} oldest first; rejects if the server fails
 */
export async function fetchPage(origin, room, { before, limit }) {
  const answer = await call(origin,
    `rooms/${encodeURIComponent(room)}/messages?before=${before}&limit=${limit}`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/**
 * @param {string} [origin]  by default the page's origin
 * @returns {Promise<{room: string, members: number}[]>} none if the server does not say
 */
export async function fetchRooms(origin = '') {
  try {
    const answer = await call(origin, 'rooms');
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}

/** @param {string} origin @param {string} path @param {object} body */
function post(origin, path, body) {
  return call(origin, path, { method: 'POST', body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' } });
}

/** @param {string} origin @param {string} path @param {RequestInit} [more] */
export function call(origin, path, more) {
  return fetch(`${origin}/api/${path}`,
    { credentials: 'include', signal: AbortSignal.timeout(PATIENCE_MS), ...more });
}
