/** When to try again: exponential backoff with full jitter. Pure. */

export const FIRST_MS = 500;
export const LONGEST_MS = 15_000;
/** After a connection that lasted this long, the next loss starts from the first step. */
export const STABLE_MS = 10_000;

/**
 * A random time up to the step's ceiling, so that a thousand clients that lost a server at the
 * same moment do not all come back at the same moment.
 *
 * @param {number} attempt  0 for the first try after a loss
 * @param {() => number} [random]  in [0, 1)
 * @returns {number} ms to wait
 */
export function delay(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(random() * ceiling);
}

/**
 * @param {number} attempt  the try that led to this connection
 * @param {number | null} heldMs  how long the connection lasted; null if it never opened
 * @returns {number} the number of the next try
 */
export function nextAttempt(attempt, heldMs) {
  return heldMs !== null && heldMs >= STABLE_MS ? 0 : attempt + 1;
}
