/** Two chats that take turns: the ledger of each, and what they tell apart until now. */

import { shown } from './chart.js';
import { tableOf, titled } from './tables.js';

/**
 * @typedef {import('./charts.js').Point} Point
 * @typedef {import('./runs.js').Compared} Compared
 * @typedef {{
 *   arms: [string, string], points: Point[],
 *   ledger: { name: string, values: string[] }[], compared: Compared[],
 * }} Pair
 */

/** @param {HTMLElement} place @param {Pair | null} pair */
export function showPair(place, pair) {
  place.hidden = !pair;
  if (!pair) return;
  const [one, other] = pair.arms;
  const ratios = pair.compared.map((each) => [
    each.metric,
    shown(each.first),
    shown(each.second),
    each.words,
  ]);
  const ledger = pair.ledger.map((each) => [each.name, ...each.values]);
  place.replaceChildren(
    titled('Second ÷ first, in turns'),
    tableOf(['Metric', `First: ${one}`, `Second: ${other}`, 'With its 95 % interval'], ratios),
    titled('Ledger of each chat'),
    tableOf(['Deliveries', one, other], ledger),
  );
}
