/** The reactions below a message. A change keeps the other buttons, and the focus. */

import { element, setText } from './dom.js';
import { words } from '../words/words.js';

/**
 * @param {HTMLElement} node  the message's line @param {any} item  what it shows
 * @param {import('../actions.js').Talk} actions
 */
export function fillReactions(node, { seq, reactions }, actions) {
  const counts = countsOf(reactions);
  const before = node.querySelector('.reactions');
  const bar = before ?? element('div', { className: 'reactions', role: 'group',
    ariaLabel: words.reactions });
  const chips = /** @type {HTMLElement[]} */ ([...bar.children]);
  for (const chip of chips) {
    if (counts.has(`${chip.dataset.emoji}`)) continue;
    if (chip === document.activeElement) node.focus({ preventScroll: true });
    chip.remove();
  }
  for (const [emoji, count] of counts) {
    const chip = chips.find(({ dataset }) => dataset.emoji === emoji)
      ?? bar.appendChild(chipOf(emoji, (on) => actions.react(seq, emoji, on)));
    setText(/** @type {Node} */ (chip.lastChild), `${count}`);
    chip.ariaLabel = `${emoji} ${words.people(count)}`;
    chip.ariaPressed = `${reactions.own.includes(emoji)}`;
  }
  if (counts.size === 0) before?.remove();
  else if (before === null) node.append(bar);
}

/** @param {any} one @param {any} other @returns {boolean} whether only their reactions differ */
export function differInReactions(one, other) {
  return one !== other && one.kind !== 'notice' && one.key === other.key && one.kind === other.kind
    && Object.keys({ ...one, ...other }).every((key) => key === 'reactions'
      || one[key] === other[key]);
}

/**
 * @param {import('../state/timeline.js').Reactions | undefined} reactions
 * @returns {Map<string, number>} above 0; the user's count at once
 */
function countsOf(reactions) {
  const { counts = {}, own = [] } = reactions ?? {};
  const all = new Map(Object.entries(counts).filter(([, count]) => count > 0));
  for (const emoji of own) if (!all.has(emoji)) all.set(emoji, 1);
  return all;
}

/** @param {string} emoji @param {(on: boolean) => void} react */
function chipOf(emoji, react) {
  const chip = element('button', { type: 'button', className: 'reaction' },
    element('span', { textContent: emoji }), element('span'));
  chip.dataset.emoji = emoji;
  chip.addEventListener('click', () => react(chip.ariaPressed !== 'true'));
  return chip;
}
