/** The entrance: who one is, which room, which backend. */

import { backendChoice } from './backend_choice.js';
import { byId, setText } from './dom.js';
import { friendlyName } from './identity.js';
import { nameProblem, roomProblem } from './protocol.js';
import { words } from './words.js';

/**
 * @param {import('./actions.js').Actions} actions
 * @param {import('./backends.js').Backends} backends
 * @param {{name: string, room: string, backend: string}} proposal
 * @returns {(state: import('./state.js').State) => void}
 */
export function mountEntrance(actions, backends, proposal) {
  const main = byId('entrance');
  const name = byId('name');
  const room = byId('room');
  const backend = backendChoice(byId('first-backend'), 'first-backend', backends.list);
  name.value = proposal.name;
  room.value = proposal.room;
  backend.set(proposal.backend);
  let wasInside = false;

  byId('another-name').addEventListener('click', () => {
    name.value = friendlyName();
    complain(name, null);
  });
  for (const field of [name, room]) field.addEventListener('input', () => complain(field, null));

  byId('entrance-form').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    const nameWrong = nameProblem(name.value);
    const roomWrong = roomProblem(room.value.trim());
    complain(name, nameWrong && words.name[nameWrong]);
    complain(room, roomWrong && words.room[roomWrong]);
    if (nameWrong) name.focus();
    else if (roomWrong) room.focus();
    else {
      const key = backend.get() ?? backends.self;
      actions.enter({ room: room.value.trim(), user: name.value, backend: key });
    }
  });

  return ({ room: entered, backend: current, user }) => {
    const left = wasInside && entered === null;
    wasInside = entered !== null;
    main.hidden = wasInside;
    if (entered === null) document.title = 'Side by side';
    else keep(entered, user, current);
    if (left) name.focus();
  };

  /**
   * What the form holds when one comes back to it.
   *
   * @param {string} entered @param {string} user @param {string | null} current
   */
  function keep(entered, user, current) {
    room.value = entered;
    name.value = user;
    backend.set(current);
  }
}

/** @param {any} field @param {string | null} problem  in words */
function complain(field, problem) {
  field.setAttribute('aria-invalid', `${problem !== null}`);
  setText(byId(`${field.id}-problem`), problem ?? '');
}
