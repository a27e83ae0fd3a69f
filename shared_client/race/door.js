/** A closed part of the race's page that needs the companion, and is loaded when it is opened. */

import { element } from '../views/dom.js';
import { race } from '../words/race.js';

/** @typedef {{node: HTMLElement, close: () => void}} Panel */

/**
 * @param {{id: string, title: string, companion: string | null, stays?: boolean,
 *   open: (companion: string) => Promise<() => Panel>}} start  `stays`: a closed panel goes on
 * @returns {{node: HTMLElement, close: () => void}}
 */
export function createDoor({ id, title, companion, stays = false, open }) {
  const node = element('details', { className: 'race-door', id },
    element('summary', { textContent: title }));
  /** @type {Panel | null} */
  let panel = null;
  let visit = 0;

  function close() {
    visit += 1;
    panel?.close();
    panel?.node.remove();
    panel = null;
  }

  async function toggled() {
    if (!node.open) {
      if (!stays) close();
    } else if (companion === null) {
      if (node.childElementCount === 1) {
        node.append(element('p', { className: 'hint', textContent: race.needsCompanion }));
      }
    } else if (panel === null) {
      const mine = ++visit;
      const made = await open(companion);
      if (mine !== visit || panel !== null) return;
      panel = made();
      node.append(panel.node);
    }
  }

  node.addEventListener('toggle', toggled);
  return { node, close };
}
