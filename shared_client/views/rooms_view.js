/** Rooms with somebody in them, at the entrance: one click is a choice. */

import { fetchRooms } from '../network/api.js';
import { byId, element } from './dom.js';
import { words } from '../words/words.js';

const MOST = 6;
const REFRESH_MS = 5000;

/** @returns {(state: import('../state/state.js').State) => void} */
export function mountRooms() {
  const list = byId('rooms');
  let shown = '';
  let outside = false;
  setInterval(() => outside && !document.hidden && refresh(), REFRESH_MS);

  async function refresh() {
    const all = (await fetchRooms()).sort((one, other) => other.members - one.members);
    const busy = all.slice(0, MOST);
    const now = JSON.stringify(busy);
    if (now === shown) return;
    shown = now;
    byId('rooms-now').hidden = busy.length === 0;
    list.replaceChildren(...busy.map(({ room, members }) => {
      const button = element('button', { type: 'button' },
        element('bdi', { textContent: `#${room}` }),
        element('span', { className: 'hint', textContent: words.people(members) }));
      button.addEventListener('click', () => {
        byId('room').value = room;
        byId('room').focus();
      });
      return element('li', {}, button);
    }));
  }

  return ({ room }) => {
    const came = !outside && room === null;
    outside = room === null;
    if (came) refresh();
  };
}
