/**
 * One's own messages until they have come back: `waiting` → `sent` → (with a history) `kept`.
 * A message is `unsure` when the connection was lost after it was sent, until the replay shows
 * whether it arrived. It is `doubted` when the server does not know whether it was kept: it is sent
 * again after a pause, under the same id, and so appears once. Or it has `failed`. Pure.
 */

/**
 * @typedef {{blob: Blob, mime: string, name: string}} Photo
 * @typedef {{id: string, text: string, photo: Photo | null, at: number, sentAt: number,
 *   after: number | null, status: 'waiting' | 'sent' | 'kept' | 'unsure' | 'doubted' | 'failed',
 *   problem: string | null, doubts?: number, dueAt?: number}} Outgoing
 *   `after` is the seq up to which all was here when it was sent: if it arrived, it is behind that;
 *   `problem` an error code, a close code, `unanswered`, `unsure` or `photo_gone`; `doubts` how
 *   often in a row the server did not know; a doubted one is sent again at `dueAt`, in ms since the
 *   epoch
 * @typedef {readonly Outgoing[]} Outbox
 */

/** A message that did not come back for so long was dropped on the way: some fan-outs do that. */
export const UNANSWERED_MS = 10_000;
/** A photo takes its time. */
export const PHOTO_UNANSWERED_MS = 90_000;
/** After so many doubts in a row, it is the person who tries again. */
export const MOST_DOUBTS = 5;
/** The pause after the first doubt; each further one is twice as long. */
export const DOUBT_MS = 1000;
/** Closes that a frame of ours brought about: sending it again would only bring the next one. */
const OUR_FAULT = new Set([1003, 1007, 1008, 1009]);

/**
 * @param {Outbox} outbox
 * @param {{id: string, text?: string, photo?: Photo | null, at: number}} one
 */
export function composed(outbox, { id, text = '', photo = null, at }) {
  /** @type {Outgoing} */
  const message = { id, text, photo, at, sentAt: 0, after: null, status: 'waiting', problem: null };
  return [...outbox, message];
}

/**
 * @param {Outbox} outbox @param {readonly string[]} ids
 * @param {number} at @param {number | null} after
 */
export function sent(outbox, ids, at, after) {
  return outbox.map((message) => ids.includes(message.id)
    ? { ...message, status: /** @type {const} */ ('sent'), sentAt: at, after } : message);
}

/**
 * Committed: whatever happens now, it is in the history.
 *
 * @param {Outbox} outbox @param {string} id
 */
export function acknowledged(outbox, id) {
  return changed(outbox, id, { status: 'kept', problem: null });
}

/** @param {Outbox} outbox @param {string} id @param {string} code */
export function refused(outbox, id, code) {
  return changed(outbox, id, { status: 'failed', problem: code });
}

/**
 * The server does not know whether it was kept.
 *
 * @param {Outbox} outbox @param {string} id @param {number} at @returns {Outbox}
 */
export function doubted(outbox, id, at) {
  const doubts = (outbox.find((message) => message.id === id)?.doubts ?? 0) + 1;
  return changed(outbox, id, doubts > MOST_DOUBTS ? { status: 'failed', problem: 'unavailable' }
    : { status: 'doubted', problem: null, doubts, dueAt: at + DOUBT_MS * 2 ** (doubts - 1) });
}

/** Those whose pause is over are sent again. @param {Outbox} outbox @param {number} at */
export function resumed(outbox, at) {
  const due = (/** @type {Outgoing} */ { status, dueAt = 0 }) =>
    status === 'doubted' && at >= dueAt;
  return outbox.some(due) ? outbox.map((message) => due(message)
    ? { ...message, status: /** @type {const} */ ('waiting') } : message) : outbox;
}

/** @param {Outbox} outbox @param {string} id */
export function retried(outbox, id) {
  return changed(outbox, id, { status: 'waiting', problem: null, doubts: 0 });
}

/** @param {Outbox} outbox @param {string} id */
export function without(outbox, id) {
  return outbox.some((message) => message.id === id)
    ? outbox.filter((message) => message.id !== id) : outbox;
}

/**
 * @param {Outbox} outbox @param {number} code  of the close
 * @returns {Outbox} nothing is on its way any more
 */
export function cutOff(outbox, code) {
  return outbox.map((message) => {
    if (message.status !== 'sent') return message;
    return OUR_FAULT.has(code) ? { ...message, status: 'failed', problem: `${code}` }
      : { ...message, status: 'unsure' };
  });
}

/**
 * All is here that was said meanwhile, and these were not among it.
 *
 * @param {Outbox} outbox @returns {Outbox}
 */
export function settled(outbox) {
  if (!outbox.some(({ status }) => status === 'unsure')) return outbox;
  return outbox.map((message) => {
    if (message.status !== 'unsure') return message;
    return sendable(message) ? { ...message, status: 'waiting' }
      : { ...message, status: 'failed', problem: 'photo_gone' };
  });
}

/**
 * What was said meanwhile is not all here, and will not be. With a history it is said again under
 * its id, which the server keeps once.
 *
 * @param {Outbox} outbox @param {boolean} numbered  with a history @returns {Outbox}
 */
export function unsettled(outbox, numbered) {
  if (!outbox.some(({ status }) => status === 'unsure')) return outbox;
  return outbox.map((message) => {
    if (message.status !== 'unsure') return message;
    return numbered && sendable(message) ? { ...message, status: 'waiting' }
      : { ...message, status: 'failed', problem: 'unsure' };
  });
}

/**
 * What a page that was closed left, found when this one was connected already: no replay will show
 * what of it arrived.
 *
 * @param {Outbox} left @param {Outbox} outbox @param {boolean} numbered  with a history
 * @returns {Outbox}
 */
export function rejoined(left, outbox, numbered) {
  const known = new Set(outbox.map(({ id }) => id));
  return [...unsettled(left.filter(({ id }) => !known.has(id)), numbered), ...outbox];
}

/**
 * No server says that it lost one.
 *
 * @param {Outbox} outbox @param {number} at
 * @param {number} [drainedAt]  until then something sent had not left this machine: what one says
 *   after a large photo waits behind it
 * @returns {Outbox}
 */
export function overdue(outbox, at, drainedAt = 0) {
  const late = (/** @type {Outgoing} */ { status, sentAt, photo }) => status === 'sent'
    && at - Math.max(sentAt, drainedAt) >= (photo === null ? UNANSWERED_MS : PHOTO_UNANSWERED_MS);
  return outbox.some(late) ? outbox.map((message) => late(message)
    ? { ...message, status: /** @type {const} */ ('failed'), problem: 'unanswered' } : message)
    : outbox;
}

/** @param {Outgoing} message @returns {boolean} a photo is not kept over the end of the page */
export function sendable({ text, photo }) {
  return text !== '' || photo !== null;
}

/** @param {Outbox} outbox @returns {number | null} where a replay has to begin to settle it */
export function doubtfulAfter(outbox) {
  const places = outbox.filter(({ status, after }) => status === 'unsure' && after !== null)
    .map(({ after }) => /** @type {number} */ (after));
  return places.length === 0 ? null : Math.min(...places);
}

/** @param {Outbox} outbox @param {string} id @param {Partial<Outgoing>} change @returns {Outbox} */
function changed(outbox, id, change) {
  return outbox.map((message) => message.id === id ? { ...message, ...change } : message);
}
