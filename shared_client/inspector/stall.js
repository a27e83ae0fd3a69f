/** Reading that stands still on purpose: what there is of it now. Pure. */

/**
 * @typedef {{status: 'reading' | 'preparing' | 'stalled', since: number}} Stall
 *   `preparing`: connecting anew over a socket that can be paused; `since` in ms
 * @typedef {{type: 'wanted' | 'welcomed' | 'ended' | 'closed', at: number}} StallEvent
 */

/** @type {Stall} */
export const READING = Object.freeze({ status: 'reading', since: 0 });

/** @param {Stall} stall @param {StallEvent} event @returns {Stall} */
export function reduceStall(stall, { type, at }) {
  if (type === 'wanted' && stall.status === 'reading') return { status: 'preparing', since: at };
  if (type === 'welcomed' && stall.status === 'preparing') return { status: 'stalled', since: at };
  // A connection that ends while one waits for the next one ends nothing: that is how it begins.
  if (type === 'closed' && stall.status === 'preparing') return stall;
  return type === 'ended' || type === 'closed' ? READING : stall;
}
