/** The result of the raise in words. */

import { raise } from '../../words/raise.js';
import { ceilingOf } from './ceiling.js';
import { FIRST } from './search.js';

/**
 * @typedef {import('./plan.js').Plan} Plan
 * @typedef {import('../../network/backends.js').Backend} Backend
 */

/**
 * @param {Plan} plan @param {readonly Pick<Backend, 'key' | 'label'>[]} list  of the sides
 * @returns {string[]} a sentence for each side that has a step, and what they were measured under
 */
export function raiseWords(plan, list) {
  const { what, settings } = plan;
  const { rate, members, crew, length } = settings;
  const said = list.map(({ key, label }) => sideWords(plan, key, label))
    .filter((sentence) => sentence !== '');
  const all = members + (plan.companion ? crew : 0);
  return said.length === 0 ? [] : [...said, raise.under(what, Math.max(1, rate), all, length),
    ...list.some(({ key }) => isTooLow(plan, key)) ? [raise.busy] : []];
}

/** Other programs may slow a side down. @param {Plan} plan @param {string} key */
function isTooLow(plan, key) {
  const { is, end } = ceilingOf(plan, key);
  return is === 'ceiling' && end !== null && end.level <= FIRST;
}

/** @param {Plan} plan @param {string} key @param {string} label @returns {string} */
function sideWords(plan, key, label) {
  const { what } = plan;
  const { is, held, end, most } = ceilingOf(plan, key);
  if (held === null) {
    if (end === null) return '';
    return (is === 'limit' ? raise.limitedAtOnce : raise.brokeAtOnce)(label, what, end);
  }
  const start = raise.held(label, what, held);
  if (is === 'open') return start + raise.open;
  if (end === null) return start + raise.none(what, most);
  return start + (is === 'limit' ? raise.limited : raise.broke)(what, end);
}
