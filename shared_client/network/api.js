/** HTTP calls of the contract, to the server that this page came from. */

/** @typedef {import('./protocol.js').Message | import('./protocol.js').Image} Record */
/** @typedef {{username: string | null, status: number, detail: string}} Answer */

const PATIENCE_MS = 15_000;

/** @returns {Promise<string | null>} who is signed in here */
export async function whoAmI() {
  try {
    const answer = await fetch('/api/me', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? `${(await answer.json()).username}` : null;
  } catch {
    return null;
  }
}

/**
 * @param {'login' | 'register'} call @param {string} username @param {string} password
 * @returns {Promise<Answer>} `status` 0 where the server did not answer
 */
export async function enterAccount(call, username, password) {
  try {
    const answer = await post(call, { username, password });
    const body = await answer.json().catch(() => ({}));
    return { username: answer.ok ? `${body.username}` : null, status: answer.status,
      detail: `${body.detail ?? ''}` };
  } catch {
    return { username: null, status: 0, detail: '' };
  }
}

/** @returns {Promise<boolean>} whether the session has ended */
export async function leaveAccount() {
  try {
    const { ok, status } = await post('logout', {});
    return ok || status === 401;
  } catch {
    return false;
  }
}

/**
 * @param {string} room @param {{before: number, limit: number}} page
 * @returns {Promise<Record[]>} oldest first; fails where the server does
 */
export async function fetchPage(room, { before, limit }) {
  const path = `/api/rooms/${encodeURIComponent(room)}/messages?before=${before}&limit=${limit}`;
  const answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** @returns {Promise<{room: string, members: number}[]>} none where the server does not say */
export async function fetchRooms() {
  try {
    const answer = await fetch('/api/rooms', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}

/** @param {string} call @param {object} body */
function post(call, body) {
  return fetch(`/api/${call}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}
