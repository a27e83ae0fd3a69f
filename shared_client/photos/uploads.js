/** Computes the sent bytes of each photo from the bytes left in the socket. Pure. */

/** @typedef {{id: string, sent: number, size: number}} Upload  in bytes */

/**
 * @param {import('../state/outgoing.js').Outbox} outbox
 * @param {number} buffered  bytes left in the socket: the end of all data
 * @returns {Upload[]} of the photos that were given to the socket
 */
export function uploadsOf(outbox, buffered) {
  /** @type {Upload[]} */
  const uploads = [];
  let behind = 0;
  const underway = outbox.filter(({ status, photo }) => status === 'sent' && photo !== null)
    .sort((one, other) => other.sentAt - one.sentAt || outbox.indexOf(other) - outbox.indexOf(one));
  for (const { id, photo } of underway) {
    const size = photo?.blob.size ?? 0;
    const left = Math.min(size, Math.max(0, buffered - behind));
    uploads.push({ id, sent: size - left, size });
    behind += size;
  }
  return uploads.reverse();
}
