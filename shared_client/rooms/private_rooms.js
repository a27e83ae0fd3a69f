/** The part of the rooms' panel for private rooms: make one, invite, withdraw the invitation. */

import { createRoom, invite, withdraw } from '../network/private_rooms.js';
import { roomProblem } from '../network/protocol.js';
import { markPrivate } from '../page/invitations.js';
import { byId, complain, element, setText } from '../views/dom.js';
import { opened } from '../words/opened.js';
import { lookUp, words } from '../words/words.js';
import { createCopyLine } from './copy_line.js';

/**
 * @typedef {{account: string | null, room: string | null, backend: string | null,
 *   origin: string, link: string}} Place  `link` is the room's without an invitation
 */

/** @param {() => Place} place @param {(room: string) => void} enter  also hides the panel */
export function createPrivateRooms(place, enter) {
  const said = opened.privateRooms;
  const field = element('input', { id: 'private-name', autocomplete: 'off', spellcheck: false,
    autocapitalize: 'none' });
  const problem = element('p', { className: 'problem', id: 'private-name-problem', role: 'alert' });
  field.setAttribute('aria-describedby', problem.id);
  const form = element('form', { noValidate: true },
    element('label', { htmlFor: field.id, textContent: said.name }),
    element('div', { className: 'field joined' }, field,
      element('button', { type: 'submit', textContent: said.make })), problem);
  const signIn = element('button', { type: 'button', className: 'inline',
    textContent: words.page.signIn });
  const guest = element('p', { className: 'hint' }, said.signInFirst, ' ', signIn);
  const making = element('details', {}, element('summary', { textContent: said.another }),
    element('p', { className: 'hint', textContent: said.what }), form, guest);

  const ask = element('button', { type: 'button', textContent: said.invite });
  const undo = element('button', { type: 'button', textContent: said.withdraw });
  const status = element('p', { className: 'hint', role: 'status' });
  let address = '';
  const copyLine = createCopyLine(() => address, said.link);
  const inviting = element('section', { className: 'share', ariaLabel: said.invitations },
    element('p', { className: 'label', textContent: said.invitations }), copyLine.node,
    element('div', { className: 'joined' }, ask, undo), status);

  form.addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    const { backend, origin } = place();
    const room = field.value.trim();
    const wrong = roomProblem(room);
    complain(field, wrong && words.room[wrong]);
    if (wrong) {
      field.focus();
      return;
    }
    const answer = await createRoom(origin, room);
    const done = answer.status === 201;
    complain(field, done ? null : lookUp(said.notMade, answer.status));
    if (!done) {
      field.focus();
      return;
    }
    markPrivate(backend, room);
    enter(room);
  });
  field.addEventListener('input', () => complain(field, null));
  signIn.addEventListener('click', () => byId('sign-in').click());

  ask.addEventListener('click', async () => {
    const { origin, room, link } = place();
    const { status: code, invitation } = await invite(origin, `${room}`);
    if (place().room !== room) return;
    if (invitation === null) {
      setText(status, lookUp(said.notInvited, code));
      return;
    }
    showLink(`${link}#invitation=${encodeURIComponent(invitation)}`);
    setText(status, said.valid);
  });
  undo.addEventListener('click', async () => {
    const { origin, room } = place();
    const { status: code } = await withdraw(origin, `${room}`);
    if (place().room !== room) return;
    if (code === 204) showLink('');
    setText(status, code === 204 ? said.withdrawn : lookUp(said.notInvited, code));
  });

  /** @param {string} link  "" if there is none */
  function showLink(link) {
    address = link;
    copyLine.node.hidden = link === '';
    copyLine.begin();
  }

  return {
    nodes: [inviting, making],
    begin() {
      field.value = '';
      complain(field, null);
      making.open = false;
      showLink('');
      setText(status, '');
      this.show([]);
    },
    /** @param {readonly import('../network/private_rooms.js').BusyRoom[]} rooms  that have members */
    show(rooms) {
      const { account, room, backend } = place();
      const here = rooms.find((each) => each.room === room);
      if (here?.private) markPrivate(backend, room);
      form.hidden = account === null;
      guest.hidden = account !== null;
      inviting.hidden = account === null || !here?.private;
    },
  };
}
