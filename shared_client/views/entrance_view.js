/** The entrance: the user chooses a name, a room and a backend. */

import { awayWords, backendChoice } from './backend_choice.js';
import { byId, complain, setText } from './dom.js';
import { friendlyName, ownName } from '../page/identity.js';
import { nameProblem, roomProblem } from '../network/protocol.js';
import { words } from '../words/words.js';

/**
 * @param {import('../actions.js').Actions} actions
 * @param {import('../network/backends.js').Backends} backends
 * @param {{name: string, room: string}} proposal
 * @returns {(state: import('../state/state.js').State) => void}
 */
export function mountEntrance(actions, backends, proposal) {
  const main = byId('entrance');
  const name = byId('name');
  const room = byId('room');
  const backend = backendChoice(byId('first-backend'), 'first-backend', backends.list,
    actions.choose);
  name.value = proposal.name;
  room.value = proposal.room;
  checkRoom();
  let wasInside = false;
  /** @type {string | null} */
  let shown = null;
  let signedIn = false;

  byId('another-name').addEventListener('click', () => {
    name.value = friendlyName();
    complain(name, null);
  });
  for (const field of [name, room]) field.addEventListener('input', () => complain(field, null));

  byId('entrance-form').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    const nameWrong = signedIn ? null : nameProblem(name.value);
    const roomWrong = checkRoom();
    complain(name, nameWrong && words.name[nameWrong]);
    if (nameWrong) name.focus();
    else if (roomWrong) room.focus();
    else go(room.value.trim(), name.value, backend.get() ?? backends.self);
  });

  /** A link may have a room that cannot be. */
  function checkRoom() {
    const wrong = roomProblem(room.value.trim());
    complain(room, wrong && words.room[wrong]);
    return wrong;
  }

  /** @param {string} place @param {string} user @param {string} key  of the backend */
  async function go(place, user, key) {
    setText(byId('backend-problem'), '');
    if (key === backends.self) { // this backend served the page
      actions.enter({ room: place, user, backend: key });
      return;
    }
    const away = await actions.switchTo(key, { room: place, user }) === false;
    setText(byId('backend-problem'), away ? awayWords(key) : '');
  }

  return ({ room: entered, view, user, account, backend: inUse }) => {
    const left = main.hidden && entered === null && view === null;
    if (signedIn && account === null) name.value = ownName();
    signedIn = account !== null;
    main.hidden = entered !== null || view !== null;
    if (inUse !== shown) backend.set(inUse);
    shown = inUse;
    if (entered === null) document.title = 'Side by side';
    else keep(entered, user);
    wasInside ||= main.hidden;
    if (left && wasInside) (signedIn ? room : name).focus();
  };

  /**
   * Fills the form for the user's return to it.
   *
   * @param {string} entered @param {string} user
   */
  function keep(entered, user) {
    room.value = entered;
    if (!signedIn) name.value = user;
  }
}
