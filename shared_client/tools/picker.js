/** The emoji to react with. The arrow keys move between them; Escape closes, like a click aside. */

import { element } from '../views/dom.js';
import { lookUp } from '../words/words.js';
import { opened } from '../words/opened.js';

const COLUMNS = 4;
/** The space between the button and the emoji, and to the window's edge. */
const GAP_PX = 6;
/** @type {Record<string, (index: number, last: number) => number>} */
const STEPS = {
  ArrowLeft: (index) => index - 1, ArrowRight: (index) => index + 1,
  ArrowUp: (index) => index - COLUMNS, ArrowDown: (index) => index + COLUMNS,
  Home: () => 0, End: (_, last) => last,
};

/** @param {HTMLElement} opener  the button that the emoji stand at */
export function createPicker(opener) {
  const picker = element('div', { className: 'emoji-picker', role: 'group', popover: 'auto',
    ariaLabel: opened.tools.react });
  /** @type {(emoji: string, on: boolean) => void} */
  let choose = () => {};

  // Not for the log, where these keys move between messages.
  picker.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    event.stopPropagation();
    const all = /** @type {HTMLElement[]} */ ([...picker.children]);
    const step = STEPS[event.key]?.(all.findIndex((each) => each === document.activeElement),
      all.length - 1);
    if (step === undefined) return;
    event.preventDefault();
    all[step]?.focus();
  });
  picker.addEventListener('click', (/** @type {Event} */ { target }) => {
    const one = /** @type {HTMLElement} */ (target).closest('button');
    if (one === null) return;
    choose(`${one.dataset.emoji}`, one.ariaPressed !== 'true');
    picker.hidePopover();
    opener.focus({ preventScroll: true });
  });
  picker.addEventListener('toggle', () => {
    opener.ariaExpanded = `${picker.matches(':popover-open')}`;
  });
  for (const type of ['scroll', 'resize']) {
    addEventListener(type, () => picker.matches(':popover-open') && place(), true);
  }

  /** Above the button, or below it. */
  function place() {
    const at = opener.getBoundingClientRect();
    const { width, height } = picker.getBoundingClientRect();
    const above = at.top - height - GAP_PX;
    const left = Math.min(at.left, innerWidth - width - GAP_PX);
    picker.style.top = `${above >= GAP_PX ? above : at.bottom + GAP_PX}px`;
    picker.style.left = `${Math.max(GAP_PX, left)}px`;
  }

  return {
    node: picker,
    /**
     * @param {readonly string[]} emoji @param {readonly string[]} own  the user's
     * @param {typeof choose} chosen
     */
    open(emoji, own, chosen) {
      choose = chosen;
      picker.replaceChildren(...emoji.map((each) => {
        const name = lookUp({ ...opened.tools.emoji, other: each }, each);
        const one = element('button', { type: 'button', textContent: each, title: name,
          ariaLabel: name, ariaPressed: `${own.includes(each)}` });
        one.dataset.emoji = each;
        return one;
      }));
      picker.showPopover();
      place();
      picker.firstElementChild?.focus({ preventScroll: true });
    },
  };
}
