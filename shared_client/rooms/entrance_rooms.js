/** The rooms at the entrance. A click chooses a room. */

import { fetchMarkedRooms } from '../network/private_rooms.js';
import { choicesFor } from './choices.js';
import { lockOf } from './lock.js';
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
  /** @type {string | null} */
  let account = null;
  setInterval(() => outside && !document.hidden && refresh(), REFRESH_MS);

  async function refresh() {
    const asked = origin;
    const rooms = await fetchMarkedRooms(origin, account);
    if (asked !== origin) return;
    const { busy, recent } = choicesFor(rooms, recentRooms());
    const choices = [...busy, ...recent].slice(0, MOST);
    const now = JSON.stringify(choices);
    if (now === shown) return;
    shown = now;
    const focused = list.contains(document.activeElement)
      ? document.activeElement?.querySelector('bdi')?.textContent : undefined;
    byId('rooms-now').hidden = choices.length === 0;
    list.replaceChildren(...choices.map((choice) => {
      const { room, members } = choice;
      const button = element('button', { type: 'button' },
        element('bdi', { textContent: `#${room}` }), ...lockOf(choice),
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
    const came = state.room === null
      && (!outside || origin !== state.origin || account !== state.account);
    outside = state.room === null;
    ({ origin, account } = state);
    if (came) refresh();
  };
}
