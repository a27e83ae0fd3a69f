/** The log by keyboard: the arrows go from message to message, and each tells its full date. */

import { byId } from './dom.js';

const STEPS = /** @type {Record<string, -1 | 1>} */ ({ ArrowUp: -1, ArrowDown: 1 });

export function mountMessageKeys() {
  const log = byId('log');

  log.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (key === 'Escape') byId('draft').focus();
    if (!(key in STEPS) || altKey || ctrlKey || metaKey || shiftKey) return;
    const now = /** @type {HTMLElement | null} */ (document.activeElement?.closest('.message'));
    if (now !== null && goesOn(now, STEPS[key])) return; // the log scrolls, as it does of itself
    const next = neighbour(now, STEPS[key]);
    if (next === undefined) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  });

  /** @param {HTMLElement} message @param {-1 | 1} step @returns {boolean} out of what is in view */
  function goesOn(message, step) {
    const [inner, outer] = [message, log].map((each) => each.getBoundingClientRect());
    return step < 0 ? inner.top < outer.top - 1 : inner.bottom > outer.bottom + 1;
  }

  /** @param {HTMLElement | null} now @param {-1 | 1} step @returns {HTMLElement | undefined} */
  function neighbour(now, step) {
    const all = /** @type {HTMLElement[]} */ ([...log.querySelectorAll('.message')]);
    if (now !== null) return all[all.indexOf(now) + step];
    const { bottom } = log.getBoundingClientRect();
    return all.findLast((message) => message.getBoundingClientRect().top < bottom);
  }
}
