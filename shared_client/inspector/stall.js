/** Whether reading is stopped on purpose (a stall). Pure. */

/**
 * @typedef {{status: 'reading' | 'preparing' | 'stalled', since: number}} Stall
 *   `preparing`: connects again over a socket that can pause; `since` is in ms
 * @typedef {{type: 'wanted' | 'welcomed' | 'ended' | 'closed', at: number}} StallEvent
 */

/** @type {Stall} */
export const READING = Object.freeze({ status: 'reading', since: 0 });

/** @param {Stall} stall @param {StallEvent} event @returns {Stall} */
export function reduceStall(stall, { type, at }) {
  if (type === 'wanted' && stall.status === 'reading') return { status: 'preparing', since: at };
  if (type === 'welcomed' && stall.status === 'preparing') return { status: 'stalled', since: at };
  // A stall begins with a new connection, so the end of a connection does not end `preparing`.
  if (type === 'closed' && stall.status === 'preparing') return stall;
  return type === 'ended' || type === 'closed' ? READING : stall;
}
