/**
 * The moments at which this page itself paused, for garbage or for drawing. A message on its way at
 * such a moment tells nothing about the chat.
 */

const TICK_MS = 20;
/** Shorter pauses do not matter against the 100 ms of a step. */
const LEAST_MS = 20;

/** @typedef {Readonly<{from: number, to: number}>} Pause  on the clock of the messages */

/**
 * Watches from now on.
 *
 * @returns {{readonly list: readonly Pause[], stop: () => void}}
 */
export function watchPauses() {
  /** @type {Pause[]} */
  const list = [];
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    if (now - last > TICK_MS + LEAST_MS) list.push({ from: last, to: now });
    last = now;
    timer = setTimeout(tick, TICK_MS);
  };
  let timer = setTimeout(tick, TICK_MS);
  return { list, stop: () => clearTimeout(timer) };
}

/** @param {readonly Pause[]} pauses @param {number} at @param {number} until @returns {boolean} */
export function isDisturbed(pauses, at, until) {
  return pauses.some(({ from, to }) => at < to && until > from);
}
