/**
 * The user's messages until they have come back: `waiting` → `sent` → (with a history) `kept`.
 * A message is `unsure` when the connection was lost after it was sent, until the replay shows
 * whether it arrived. It is `doubted` when the server does not know whether it was kept: it is sent
 * again after a pause, under the same id, so it appears once. Or it has `failed`. Pure.
 */

/**
 * @typedef {{blob: Blob, mime: string, name: string}} Photo
 * @typedef {{id: string, text: string, photo: Photo | null, at: number, sentAt: number,
 *   after: number | null, status: 'waiting' | 'sent' | 'kept' | 'unsure' | 'doubted' | 'failed',
 *   problem: string | null, doubts?: number, dueAt?: number}} Outgoing
 *   when it was sent, all messages up to the seq `after` were here: if it arrived, its seq is
 *   higher; `problem` is an error code, a close code, `unanswered`, `unsure` or `photo_gone`;
 *   `doubts` counts how often in a row the server did not know; a doubted message is sent again at
 *   `dueAt`, in ms since the epoch
 * @typedef {readonly Outgoing[]} Outbox
 */

/** A message that did not come back for this long is lost: some fan-outs drop messages. */
export const UNANSWERED_MS = 10_000;
/** A photo takes longer. */
export const PHOTO_UNANSWERED_MS = 90_000;
/** After this many doubts in a row, the user has to try again. */
export const MOST_DOUBTS = 5;
/** The pause after the first doubt; each further pause is twice as long. */
export const DOUBT_MS = 1000;
/** Close codes that this page's frame caused: the same frame would cause the next close. */
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
 * The message is committed: it stays in the history.
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
 * The server does not know whether it kept the message.
 *
 * @param {Outbox} outbox @param {string} id @param {number} at @returns {Outbox}
 */
export function doubted(outbox, id, at) {
  const doubts = (outbox.find((message) => message.id === id)?.doubts ?? 0) + 1;
  return changed(outbox, id, doubts > MOST_DOUBTS ? { status: 'failed', problem: 'unavailable' }
    : { status: 'doubted', problem: null, doubts, dueAt: at + DOUBT_MS * 2 ** (doubts - 1) });
}

/** Doubted messages are sent again after their pause. @param {Outbox} outbox @param {number} at */
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
 * All messages from the meantime are here, and the unsure messages are not among them.
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
 * Some messages from the meantime are missing and will not come. With a history, an unsure message
 * is sent again under its id, which the server keeps once.
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
 * Adds the messages of a closed page after this page has connected: no replay will show which of
 * them arrived.
 *
 * @param {Outbox} left @param {Outbox} outbox @param {boolean} numbered  with a history
 * @returns {Outbox}
 */
export function rejoined(left, outbox, numbered) {
  const known = new Set(outbox.map(({ id }) => id));
  return [...unsettled(left.filter(({ id }) => !known.has(id)), numbered), ...outbox];
}

/**
 * A message without an answer fails: no server reports a lost message.
 *
 * @param {Outbox} outbox @param {number} at
 * @param {number} [drainedAt]  until then, sent data had not all left this machine: a message
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

/** @param {Outgoing} message @returns {boolean} a photo is lost when its page closes: then false */
export function sendable({ text, photo }) {
  return text !== '' || photo !== null;
}

/** @param {Outbox} outbox @returns {number | null} where a replay must begin to settle it */
export function doubtfulAfter(outbox) {
  const places = outbox.filter(({ status, after }) => status === 'unsure' && after !== null)
    .map(({ after }) => /** @type {number} */ (after));
  return places.length === 0 ? null : Math.min(...places);
}

/** @param {Outbox} outbox @param {string} id @param {Partial<Outgoing>} change @returns {Outbox} */
function changed(outbox, id, change) {
  return outbox.map((message) => message.id === id ? { ...message, ...change } : message);
}
