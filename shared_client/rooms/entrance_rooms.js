/** The rooms at the entrance. A click chooses a room. */

import { fetchRooms } from '../network/api.js';
import { choicesFor } from './choices.js';
import { recentRooms } from './recent.js';
import { byId, element } from '../views/dom.js';
import { words } from '../words/words.js';

const MOST = 6;
const REFRESH_MS = 5000;

/** @returns {(state: import('../state/state.js').State) => void} */
export function mountEntranceRooms() {
  const list = byId('rooms');
  let shown = '';
  let outside = false;
  let origin = '';
  setInterval(() => outside && !document.hidden && refresh(), REFRESH_MS);

  async function refresh() {
    const asked = origin;
    const rooms = await fetchRooms(origin);
    if (asked !== origin) return;
    const { busy, recent } = choicesFor(rooms, recentRooms());
    const choices = [...busy, ...recent].slice(0, MOST);
    const now = JSON.stringify(choices);
    if (now === shown) return;
    shown = now;
    const focused = list.contains(document.activeElement)
      ? document.activeElement?.querySelector('bdi')?.textContent : undefined;
    byId('rooms-now').hidden = choices.length === 0;
    list.replaceChildren(...choices.map(({ room, members }) => {
      const button = element('button', { type: 'button' },
        element('bdi', { textContent: `#${room}` }),
        element('span', { className: 'hint',
          textContent: members === null ? words.nobodyThere : words.people(members) }));
      button.addEventListener('click', () => {
        byId('room').value = room;
        byId('room').focus();
      });
      return element('li', {}, button);
    }));
    if (focused === undefined) return;
    /** @type {HTMLElement[]} */
    const buttons = [...list.querySelectorAll('button')];
    (buttons.find(({ firstChild }) => firstChild?.textContent === focused) ?? byId('room')).focus();
  }

  return (state) => {
    const came = state.room === null && (!outside || origin !== state.origin);
    outside = state.room === null;
    origin = state.origin;
    if (came) refresh();
  };
}
