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
  return [outcome(result, left, right),
    ...notes(list.map(({ key, label }) => ({ label, ...state.sides[key] })))];
}

/**
 * @param {Extract<import('./result.js').Result, {estimate: unknown}>} result
 * @param {string} left @param {string} right  their names
 */
function outcome(result, left, right) {
  const { none, little, perhapsLittle, faster } = race.result;
  if (result.is === 'none') return none(left, right, result.estimate);
  const side = [left, right][result.side];
  if (result.is === 'faster') return faster(side, result.estimate);
  return (result.surely ? little : perhapsLittle)(side, result.estimate);
}

/**
 * @param {readonly import('./side.js').Side[]} sides  two
 * @returns {string[]} what tells them apart beside the framework
 */
export function differences([left, right]) {
  if (left.server === null || right.server === null) return [];
  const parts = PARTS.filter((part) => left.server?.[part] !== right.server?.[part])
    .map((part) => `${left.server?.[part]} / ${right.server?.[part]}`);
  return parts.length === 0 ? [] : [race.result.differ(parts.join(', '))];
}

/**
 * Lost messages have no time, so a side that loses much may look fast.
 *
 * @param {({label: string} & import('./side.js').Side)[]} sides @returns {string[]}
 */
function notes(sides) {
  const [left, right] = sides;
  const [one, other] = sides.map(({ ledger }) => ledger.totals.lost);
  return [
    ...one + other === 0 ? [] : [race.result.lost(left.label, one, right.label, other)],
    ...differences(sides),
  ];
}
