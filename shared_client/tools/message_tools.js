/**
 * The tools of the message that has the pointer or the focus. They are one element, which goes
 * from message to message: the lines stay as light as they are.
 */

import { offersFor } from './offers.js';
import { createPicker } from './picker.js';
import { createQuestion } from './taking_back.js';
import { byId, element } from '../views/dom.js';
import { icon } from '../views/icon.js';
import { loadStyles } from '../views/style_sheets.js';
import { opened } from '../words/opened.js';

const ICONS = {
  react: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M7.5 8.25v.01M12.5 8.25v.01M7 11.5a3.5 3.5 0 0 0 6 0',
  unsay: 'M7.5 4.5 3.5 8.5l4 4M3.5 8.5h8a4.5 4.5 0 0 1 0 9H8',
  discard: 'm5.5 5.5 9 9M14.5 5.5l-9 9',
};

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {Pick<import('../actions.js').Talk, 'react' | 'unsay' | 'discard'>} Acts
 */

/**
 * @param {HTMLElement} list  the messages
 * @param {(line: Element) => any} itemOf  what a line shows
 * @param {(line: Element) => Acts} actionsOf  what can be done to it
 * @returns {Promise<(stateOf: (line: Element) => State) => void>}
 */
export async function createTools(list, itemOf, actionsOf) {
  await loadStyles(new URL('./tools.css', import.meta.url));
  const ask = await createQuestion();
  /** @type {((line: Element) => State) | null} */
  let stateOf = null;
  /** The line with the tools. @type {HTMLElement | null} */
  let line = null;
  const buttons = {
    react: button('react', opened.tools.react),
    unsay: button('unsay', opened.tools.takeBack),
    discard: button('discard', opened.tools.discard),
  };
  const picker = createPicker(buttons.react);
  const bar = element('div', { className: 'message-tools', role: 'group', dir: 'ltr',
    ariaLabel: opened.tools.title }, ...Object.values(buttons), picker.node);

  buttons.react.addEventListener('click', () => {
    const at = /** @type {Element} */ (line);
    const { seq, reactions } = itemOf(at);
    picker.open(stateOf?.(at).limits.reactions ?? [], reactions?.own ?? [],
      (emoji, on) => actionsOf(at).react(seq, emoji, on));
  });

  buttons.unsay.addEventListener('click', () => {
    const asked = /** @type {HTMLElement} */ (line);
    const { seq } = itemOf(asked);
    ask(() => actionsOf(asked).unsay(seq), asked);
  });
  buttons.discard.addEventListener('click', () => {
    const at = /** @type {Element} */ (line);
    const { id } = itemOf(at);
    byId('draft').focus();
    actionsOf(at).discard(id);
  });

  list.addEventListener('pointerover', (event) => {
    if (event.pointerType === 'mouse' && !isUsed()) move(lineOf(event.target));
  });
  // Not all computers can draw the emoji.
  list.addEventListener('pointerover', ({ target }) => {
    const chip = /** @type {HTMLElement} */ (target).closest('.reaction');
    if (chip instanceof HTMLElement) chip.title = opened.tools.emoji[`${chip.dataset.emoji}`] ?? '';
  });
  list.addEventListener('pointerleave', () => isUsed() || move(focused()));
  // After the click that gave the focus: else the click could hit the tools.
  list.addEventListener('focusin', () => requestAnimationFrame(() => isUsed() || move(focused())));
  list.addEventListener('focusout', () => requestAnimationFrame(() => isUsed() || move(hovered())));
  move(focused() ?? hovered());

  /** Then the tools stay. A dialog gives the focus back to its button. */
  function isUsed() {
    return bar.contains(document.activeElement) || document.querySelector('dialog[open]') !== null;
  }

  function hovered() {
    return list.querySelector('.message:hover');
  }

  function focused() {
    return list.contains(document.activeElement) ? lineOf(document.activeElement) : null;
  }

  /** @param {Element | null} to */
  function move(to) {
    line = /** @type {HTMLElement | null} */ (to);
    show();
  }

  /** The line may have been filled again, or be gone. */
  function show() {
    const offers = stateOf === null || line === null ? null : offersFor(itemOf(line), stateOf(line));
    const used = bar.contains(document.activeElement);
    for (const [name, each] of Object.entries(buttons)) {
      each.hidden = offers === null || !offers[/** @type {keyof typeof buttons} */ (name)];
    }
    const wanted = Object.values(buttons).some(({ hidden }) => !hidden);
    const place = wanted ? line?.querySelector('.bubble') ?? null : null;
    if (place === null) bar.remove();
    else if (bar.parentElement !== place) place.append(bar);
    if (used && !bar.contains(document.activeElement)) line?.focus({ preventScroll: true });
  }

  return (now) => {
    stateOf = now;
    show();
  };
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
function lineOf(target) {
  return target instanceof Element ? target.closest('.message') : null;
}

/** @param {keyof typeof ICONS} name @param {string} said */
function button(name, said) {
  return element('button', { type: 'button', title: said, ariaLabel: said }, icon(ICONS[name]));
}
