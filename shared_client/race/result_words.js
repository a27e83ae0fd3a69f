/** The result in words, with what else tells the sides apart. */

import { race } from '../words/race.js';
import { LEAST_PAIRS } from './ratio.js';

/** The parts of a stack that can differ beside the framework. */
const PARTS = /** @type {const} */ (['server', 'fanout', 'history']);

/**
 * @param {import('./result.js').Result} result @param {import('./state.js').State} state
 * @param {readonly import('../network/backends.js').Backend[]} list  two
 * @returns {string[]} the result, and what to know about it
 */
export function resultWords(result, state, list) {
  const { waiting, limit } = race.result;
  if (result.is === 'limit') return [limit];
  if (result.is === 'waiting') {
    return result.count === 0 ? [] : [waiting(result.count, LEAST_PAIRS)];
  }
  const [left, right] = list.map(({ label }) => label);
  const said = result.is === 'none' ? race.result.none(left, right, result.estimate)
    : race.result.faster([left, right][result.side], result.estimate);
  return [said, ...notes(list.map(({ key, label }) => ({ label, ...state.sides[key] })))];
}

/**
 * Lost messages have no time, so a side that loses much may look fast.
 *
 * @param {({label: string} & import('./side.js').Side)[]} sides @returns {string[]}
 */
function notes(sides) {
  const [left, right] = sides;
  const [one, other] = sides.map(({ ledger }) => ledger.totals.lost);
  const parts = PARTS.filter((part) => left.server?.[part] !== right.server?.[part])
    .map((part) => `${left.server?.[part]} / ${right.server?.[part]}`);
  return [
    ...one + other === 0 ? [] : [race.result.lost(left.label, one, right.label, other)],
    ...parts.length === 0 || left.server === null || right.server === null ? []
      : [race.result.differ(parts.join(', '))],
  ];
}
