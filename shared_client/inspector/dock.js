/** Places the inspector at the chat's lower edge. The user can change its height. */

import { recall, remember } from '../page/preferences.js';
import { element } from '../views/dom.js';
import { inspector as said } from '../words/inspector.js';

/** In percent of the chat's height. */
const LEAST = 20;
const MOST = 85;
const USUAL = 45;
const STEP = 5;
/** The inspector covers a page up to this size. The style sheet has the same sizes. */
const COVERING = '(max-width: 39.99rem), (max-height: 27.99rem)';

/**
 * @param {HTMLElement} host @param {HTMLElement} panel  will contain the edge
 * @returns {{edge: HTMLElement, covers: () => boolean, arrive: () => void, leave: () => void}}
 */
export function dock(host, panel) {
  const edge = element('div', { className: 'edge', role: 'separator', tabIndex: 0,
    ariaOrientation: 'horizontal', ariaLabel: said.height, ariaValueMin: `${LEAST}`,
    ariaValueMax: `${MOST}` });
  const narrow = matchMedia(COVERING);
  let share = USUAL;
  /** The chat's panel. With less height it must scroll, so the keyboard must reach it. */
  const beside = /** @type {HTMLElement | null} */ (host.querySelector('.panel'));
  const hiding = new MutationObserver(cover);
  set(Number(recall('inspectorHeight')) || USUAL);

  /** @param {number} wanted */
  function set(wanted) {
    share = Math.round(Math.max(LEAST, Math.min(MOST, wanted)));
    host.style.setProperty('--inspector', `${share}%`);
    edge.ariaValueNow = `${share}`;
  }

  /** Makes covered elements inert, so that the keyboard cannot reach them. */
  function cover() {
    const covering = narrow.matches && panel.isConnected && !host.hidden;
    for (const other of [...document.querySelectorAll('body > header'), ...host.children]) {
      if (other !== panel) other.toggleAttribute('inert', covering);
    }
  }

  edge.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    /** @type {Record<string, number>} */
    const steps = { ArrowUp: share + STEP, ArrowDown: share - STEP, Home: LEAST, End: MOST };
    if (!(event.key in steps)) return;
    event.preventDefault();
    set(steps[event.key]);
    remember('inspectorHeight', `${share}`);
  });
  edge.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => {
    event.preventDefault();
    edge.focus();
    edge.setPointerCapture(event.pointerId);
  });
  edge.addEventListener('pointermove', (/** @type {PointerEvent} */ event) => {
    if (!edge.hasPointerCapture(event.pointerId)) return;
    const { bottom, height } = host.getBoundingClientRect();
    set((bottom - event.clientY) / height * 100);
  });
  edge.addEventListener('pointerup', () => remember('inspectorHeight', `${share}`));
  edge.addEventListener('dblclick', () => {
    set(USUAL);
    remember('inspectorHeight', `${share}`);
  });

  return {
    edge,
    covers: () => narrow.matches,
    arrive() {
      host.append(panel);
      if (beside) beside.tabIndex = 0;
      narrow.addEventListener('change', cover);
      hiding.observe(host, { attributeFilter: ['hidden'] });
      cover();
    },
    leave() {
      panel.remove();
      beside?.removeAttribute('tabindex');
      hiding.disconnect();
      narrow.removeEventListener('change', cover);
      cover();
    },
  };
}
