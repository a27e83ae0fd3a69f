/** What can be broken on one side, and what became of its messages. */

import { element, setText } from '../views/dom.js';
import { breaks as table } from '../words/breaks.js';
import { MEMBERS } from './side.js';

/** @typedef {ReturnType<typeof import('./side.js').createSide>} Side */

/**
 * @param {string} label @param {number} index
 * @param {(what: 'kill' | 'freeze' | 'away') => void} broke
 * @returns {{node: HTMLElement, draw: (side: Side, busy: boolean) => void}}
 */
export function createSideView(label, index, broke) {
  const id = `breaks-${index}`;
  const buttons = /** @type {const} */ (['kill', 'freeze', 'away']).map((what) =>
    element('button', { type: 'button', textContent: table.buttons[what],
      onclick: () => broke(what) }));
  const rows = Object.entries(table.rows).map(([name, words]) => {
    const value = element('dd');
    value.dataset.count = name;
    return { name, value, nodes: [element('dt', { textContent: words }), value] };
  });
  const outcome = element('p', { className: 'breaks-outcome', role: 'status' });
  const node = element('div', { className: 'breaks-side', role: 'group' },
    element('h2', { id, textContent: label }),
    element('div', { className: 'breaks-buttons' }, ...buttons),
    element('dl', {}, ...rows.flatMap(({ nodes }) => nodes)), outcome);
  node.setAttribute('aria-labelledby', id);
  node.dataset.side = `${index}`;

  return {
    node,
    draw(side, busy) {
      const broken = side.account.underWay !== null;
      for (const button of buttons) button.disabled = busy || broken;
      const values = counts(side, performance.now());
      for (const { name, value } of rows) {
        setText(value, values[/** @type {keyof typeof values} */ (name)]);
      }
      const { outcome: ended } = side.account;
      setText(outcome, ended === null ? '' : table.outcome(ended));
    },
  };
}

/** @param {Side} side @param {number} now @returns {Record<keyof typeof table.rows, string>} */
function counts({ account, here }, now) {
  const { underWay, outcome } = account;
  const ms = underWay !== null ? now - underWay.at : outcome?.ms ?? null;
  return {
    here: table.of(here(), MEMBERS),
    sent: table.count(account.sent),
    live: table.count(account.live),
    replayed: table.count(account.replayed),
    missing: table.count(account.missing(now)),
    lost: table.count(account.lost),
    duplicates: table.count(account.duplicates),
    time: ms === null ? '–' : table.seconds(ms, underWay !== null),
  };
}
