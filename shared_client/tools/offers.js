/** What the tools offer for a message. Pure. */

/** @typedef {{react: boolean, unsay: boolean, discard: boolean}} Offers */

/**
 * The server knows an account, but of a guest only the connection: a guest cannot take back what
 * was said over an earlier connection.
 *
 * @param {any} item  of a line, or null
 * @param {Pick<import('../state/state.js').State, 'account' | 'book' | 'limits' | 'link'>} state
 * @returns {Offers}
 */
export function offersFor(item, { account, book, limits, link }) {
  const kept = book !== null && link.status === 'online'
    && (item?.kind === 'message' || item?.kind === 'image') && item.seq !== null;
  return {
    react: kept && (limits.reactions?.length ?? 0) > 0,
    unsay: kept && item.own && (account !== null || item.seq > book.welcomed),
    discard: item?.status === 'waiting',
  };
}
