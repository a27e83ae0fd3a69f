/** The parts of the race's page that control what `chatbench up` started. */

import { element, setText } from '../views/dom.js';
import { race } from '../words/race.js';
import { createDoor } from './door.js';

/**
 * @typedef {{count: (key: string) => number, stall: (key: string) => void}} Crew  the race's
 *   synthetic members: how many are connected on a side, and let them stop reading for a while
 */

/**
 * @param {{companion: string | null, list: readonly import('../network/backends.js').Backend[],
 *   room: string, name: string, crew: Crew, changed: (key: string) => void}} start  `room` is that of
 *   the chat; `changed`: the side runs another arm now
 * @returns {{nodes: HTMLElement[], close: () => void}}
 */
export function createDoors({ companion, list, room, name, crew, changed }) {
  const status = element('p', { className: 'race-change', id: 'race-change', role: 'status' });
  const say = (/** @type {string} */ text) => setText(status, text);
  const doors = [
    createDoor({ id: 'race-stacks', title: race.stacks, companion, stays: true,
      async open(origin) {
        const { openPanel } = await import('../stacks/panel.js');
        return () => openPanel({ companion: origin, list, say, changed });
      } }),
    createDoor({ id: 'race-breaks', title: race.breaks, companion,
      async open(origin) {
        const { openPanel } = await import('../breaks/panel.js');
        return () => openPanel({ companion: origin, list, room, name, crew });
      } }),
  ];
  return {
    nodes: [...doors.map(({ node }) => node), status],
    close: () => doors.forEach((door) => door.close()),
  };
}
