/** Arrow keys move the focus between messages. The focused message shows its full date. */

import { byId } from './dom.js';
import { loadStyles } from './style_sheets.js';

const STEPS = /** @type {Record<string, -1 | 1>} */ ({ ArrowUp: -1, ArrowDown: 1 });

/** @returns {() => void} nothing to draw */
export function mountMessageKeys(log = byId('log'), draft = byId('draft')) {
  loadStyles(new URL('./message_keys.css', import.meta.url));

  log.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (key === 'Escape') draft.focus();
    if (!(key in STEPS) || altKey || ctrlKey || metaKey || shiftKey) return;
    const now = /** @type {HTMLElement | null} */ (document.activeElement?.closest('.message'));
    if (now !== null && goesOn(now, STEPS[key])) return; // the browser scrolls the log
    const next = neighbour(now, STEPS[key]);
    if (next === undefined) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  });
  return () => {};

  /** @param {HTMLElement} message @param {-1 | 1} step @returns {boolean} out of view in part */
  function goesOn(message, step) {
    const [inner, outer] = [message, log].map((each) => each.getBoundingClientRect());
    return step < 0 ? inner.top < outer.top - 1 : inner.bottom > outer.bottom + 1;
  }

  /** @param {HTMLElement | null} now @param {-1 | 1} step @returns {HTMLElement | undefined} */
  function neighbour(now, step) {
    const all = /** @type {HTMLElement[]} */ ([...log.querySelectorAll('.message')])
      .filter(({ offsetHeight }) => offsetHeight > 0);
    if (now !== null) return all[all.indexOf(now) + step];
    const { bottom } = log.getBoundingClientRect();
    return all.findLast((message) => message.getBoundingClientRect().top < bottom);
  }
}
