/** What runs on both sides, and other arms for them: `chatbench up` starts and stops them. */

import { element, setText } from '../views/dom.js';
import { loadStyles } from '../views/style_sheets.js';
import { stacks as table } from '../words/stacks.js';
import { openLink } from './link.js';
import { createSideView } from './side_view.js';

/**
 * @param {{companion: string, list: readonly import('../network/backends.js').Backend[],
 *   say: (text: string) => void, changed: (key: string) => void}} start  `say` shows a sentence,
 *   also while the panel is closed; `changed`: the side runs another arm now
 * @returns {{node: HTMLElement, close: () => void}}
 */
export function openPanel({ companion, list, say, changed }) {
  const hint = element('p', { className: 'hint', textContent: table.looking });
  const problem = element('p', { className: 'problem', role: 'alert' });
  const views = list.map(({ key, label }, index) =>
    createSideView(label, index, (arm) => link.run(key, arm)));
  const sides = element('div', { className: 'stacks-sides', hidden: true },
    ...views.map(({ node }) => node));
  /** @type {Map<string, string>} */
  const running = new Map();
  /** @type {Set<string>} */
  const changing = new Set();
  const labelOf = (/** @type {string} */ key) =>
    list.find((backend) => backend.key === key)?.label ?? key;

  /** @param {import('./link.js').Stacks} stacks */
  function told({ sides: found, off, broken }) {
    sides.hidden = found.length === 0;
    setText(hint, off === '' ? table.lead : table.off[off]);
    setText(problem, '');
    const busy = found.some(({ step }) => step !== '') || broken?.over === false;
    views.forEach((view, index) =>
      view.draw(found.find(({ backend }) => backend === list[index].key), busy));
    for (const side of found) tell(side);
  }

  /** @param {import('./link.js').Side} side */
  function tell({ backend, arm, step, wanted }) {
    if (step !== '') {
      changing.add(backend);
      say(table.step[step](labelOf(backend), step === 'stopping' ? arm : wanted));
      return;
    }
    const before = running.get(backend) ?? arm;
    running.set(backend, arm);
    if (!changing.delete(backend) && before === arm) return;
    say((before === arm ? table.stays : table.runs)(labelOf(backend), arm));
    changed(backend);
  }

  const link = openLink({
    origin: companion,
    told,
    refused: (detail) => setText(problem, table.refused(detail)),
    away() {
      sides.hidden = true;
      setText(hint, table.away);
    },
  });
  const node = element('div', { className: 'stacks' }, hint, sides, problem);
  loadStyles(new URL('./stacks.css', import.meta.url));
  return { node, close: () => link.close() };
}
