/**
 * The tools of a message in the split view. The user wrote it once, so what the user does to one
 * copy is done to the other copy, too, if its backend is connected.
 */

import { offersFor } from '../tools/offers.js';
import { mountToolsDoor } from '../views/tools_door.js';

/** @typedef {import('./side.js').Side} Side */

/**
 * @param {HTMLElement} list
 * @param {(line: Element) => any} pairOf  what a line of the list shows
 * @param {readonly Side[]} sides
 * @returns {() => void} to call when a side may have changed
 */
export function mountSplitTools(list, pairOf, sides) {
  const show = mountToolsDoor(list, (line) => partsOf(line)[placeOf(line)] ?? null, actionsOf);

  /** @param {Element} line  of a message @returns {any[]} its copies, by side */
  function partsOf(line) {
    const pair = line.closest('.split-line');
    return (pair && pairOf(pair)?.parts) ?? [];
  }

  /**
   * @param {Element} line @param {keyof import('../tools/offers.js').Offers} what
   * @returns {{side: Side, part: any}[]} the copies to which this can be done
   */
  function copies(line, what) {
    return partsOf(line).map((part, place) => ({ side: sides[place], part }))
      .filter(({ side, part }) => part !== null && offersFor(part, side.store.state)[what]);
  }

  /** @param {Element} line */
  function actionsOf(line) {
    return {
      react(/** @type {number} */ _, /** @type {string} */ emoji, /** @type {boolean} */ on) {
        for (const { side, part } of copies(line, 'react')) side.react(part.seq, emoji, on);
      },
      unsay: () => copies(line, 'unsay').map(({ side, part }) => side.unsay(part.seq))
        .includes(true),
      discard(/** @type {string} */ id) {
        for (const { side } of copies(line, 'discard')) side.discard(id);
      },
    };
  }

  return () => show((line) => sides[placeOf(line)].store.state);
}

/** @param {Element} line @returns {number} the side of this copy */
function placeOf(line) {
  const cell = /** @type {HTMLElement | null} */ (line.closest('.split-cell'));
  return Number(cell?.dataset.side ?? 0);
}
