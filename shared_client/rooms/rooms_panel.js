/**
 * The rooms, for a user in a room: rooms with members, recent rooms, a field for any other room,
 * and the link to this room. Loaded when the user first opens it.
 */

import { complain, element, setText } from '../views/dom.js';
import { loadStyles } from '../views/style_sheets.js';
import { fetchMarkedRooms } from '../network/private_rooms.js';
import { roomProblem } from '../network/protocol.js';
import { opened } from '../words/opened.js';
import { words } from '../words/words.js';
import { choicesFor, isInvitation, meant } from './choices.js';
import { createCopyLine } from './copy_line.js';
import { createPrivateRooms } from './private_rooms.js';
import { recentRooms } from './recent.js';
import { createRoomsList } from './rooms_list.js';

const REFRESH_MS = 3000;
/** The space between the title and the panel below it. */
const BELOW_PX = 8;

/**
 * @typedef {{join: (room: string) => void, room: () => string | null, link: () => string,
 *   place: () => import('./private_rooms.js').Place}} Means
 */

/**
 * @param {HTMLButtonElement} opener  the panel stands below it
 * @param {Means} means
 * @returns {Promise<HTMLElement>} a popover, in the document and closed
 */
export async function createRoomsPanel(opener, means) {
  await loadStyles(new URL('./rooms.css', import.meta.url));
  const said = opened.roomsPanel;
  const field = element('input', { id: 'rooms-field', autocomplete: 'off', autocapitalize: 'none',
    spellcheck: false, placeholder: said.placeholder });
  const problem = element('p', { className: 'problem', id: 'rooms-field-problem', role: 'alert' });
  const note = element('p', { className: 'hint' });
  const list = createRoomsList(field, join);
  const copyLine = createCopyLine(means.link);
  const ofPrivate = createPrivateRooms(means.place, join);
  const form = element('form', { noValidate: true },
    element('label', { className: 'title', htmlFor: field.id, textContent: said.field }),
    element('div', { className: 'field joined' }, field,
      element('button', { type: 'submit', textContent: said.go })), problem);
  const panel = element('div', { id: 'rooms-panel', className: 'rooms-panel', popover: 'auto',
    role: 'dialog', tabIndex: -1, ariaLabel: said.title }, form, list.node, note, copyLine.node,
    ...ofPrivate.nodes);
  /** @type {import('../network/private_rooms.js').BusyRoom[]} */
  let busy = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  form.addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    if (list.active === null && isInvitation(field.value)) {
      panel.hidePopover();
      location.assign(field.value.trim());
      return;
    }
    const room = list.active ?? meant(field.value);
    const wrong = roomProblem(room);
    complain(field, wrong && words.room[wrong]);
    if (wrong) field.focus();
    else join(room);
  });
  field.addEventListener('input', () => {
    const wrong = roomProblem(meant(field.value));
    complain(field, wrong === null || wrong === 'empty' ? null : words.room[wrong]);
    show();
  });
  panel.addEventListener('beforetoggle', (/** @type {ToggleEvent} */ event) => {
    clearInterval(timer);
    if (event.newState === 'open') begin();
  });
  panel.addEventListener('toggle', (/** @type {ToggleEvent} */ event) => {
    // On a touch screen the keyboard would cover the rooms.
    if (event.newState !== 'open') return;
    (matchMedia('(hover: none)').matches ? panel : field).focus();
  });
  addEventListener('resize', () => panel.matches(':popover-open') && place());
  document.body.append(panel);
  return panel;

  function begin() {
    field.value = '';
    complain(field, null);
    copyLine.begin();
    ofPrivate.begin();
    list.forget();
    place();
    show();
    refresh();
    timer = setInterval(() => document.hidden || refresh(), REFRESH_MS);
  }

  function place() {
    const { left, bottom } = opener.getBoundingClientRect();
    panel.style.setProperty('--left', `${left}px`);
    panel.style.setProperty('--top', `${bottom + BELOW_PX}px`);
  }

  async function refresh() {
    const { origin, account } = means.place();
    busy = await fetchMarkedRooms(origin, account);
    show();
  }

  function show() {
    const current = means.room();
    const choices = choicesFor(busy, recentRooms(), { typed: field.value, current });
    ofPrivate.show(busy);
    const found = list.show(choices, current);
    setText(note, found || roomProblem(meant(field.value)) !== null ? '' : said.unknown);
  }

  /** @param {string} room */
  function join(room) {
    panel.hidePopover();
    if (room !== means.room()) means.join(room);
  }
}
