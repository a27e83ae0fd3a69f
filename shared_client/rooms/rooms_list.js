/** The rooms as a list box. The arrow keys move through it while the user types. */

import { composes, element } from '../views/dom.js';
import { lockOf } from './lock.js';
import { opened } from '../words/opened.js';
import { words } from '../words/words.js';

/** @typedef {import('./choices.js').Choice} Choice */

/**
 * @param {any} field  the text field that the list belongs to
 * @param {(room: string) => void} choose
 */
export function createRoomsList(field, choose) {
  const node = element('div', { id: 'rooms-list', className: 'rooms-list', role: 'listbox',
    ariaLabel: opened.roomsPanel.title });
  let drawn = '';
  /** @type {string | null} */
  let active = null;
  field.role = 'combobox';
  field.setAttribute('aria-controls', node.id);
  field.setAttribute('aria-describedby', `${field.id}-problem`);
  field.ariaAutoComplete = 'list';

  const options = () => /** @type {HTMLElement[]} */ ([...node.querySelectorAll('[role=option]')]);

  field.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || composes(event) || options().length === 0) return;
    event.preventDefault();
    walk(step);
  });
  // The field keeps the focus, so that the arrow keys still work.
  node.addEventListener('mousedown', (/** @type {Event} */ event) => event.preventDefault());

  /** After the last room comes none (the typed text), then the first room. @param {number} step */
  function walk(step) {
    const rooms = [null, ...options().map(({ dataset }) => dataset.room ?? null)];
    const next = rooms.indexOf(active) + step;
    active = rooms.at(next % rooms.length) ?? null;
    mark();
  }

  function mark() {
    const all = options();
    if (!all.some(({ dataset }) => dataset.room === active)) active = null;
    for (const option of all) {
      option.ariaSelected = `${option.dataset.room === active}`;
      if (option.dataset.room === active) option.scrollIntoView({ block: 'nearest' });
    }
    const chosen = all.find(({ dataset }) => dataset.room === active);
    if (chosen === undefined) field.removeAttribute('aria-activedescendant');
    else field.setAttribute('aria-activedescendant', chosen.id);
    field.ariaExpanded = `${all.length > 0}`;
  }

  return {
    node,
    /** The room that the arrow keys chose. */
    get active() {
      return active;
    },
    forget() {
      active = null;
    },
    /**
     * @param {{busy: Choice[], recent: Choice[]}} choices @param {string | null} current
     * @returns {boolean} whether there are any rooms
     */
    show(choices, current) {
      const now = JSON.stringify([choices, current]);
      if (now !== drawn) {
        node.replaceChildren(...Object.entries(choices)
          .filter(([, group]) => group.length > 0)
          .map(([name, group]) => groupOf(/** @type {'busy' | 'recent'} */ (name), group, current)));
        drawn = now;
      }
      mark();
      return options().length > 0;
    },
  };

  /** @param {'busy' | 'recent'} name @param {Choice[]} choices @param {string | null} current */
  function groupOf(name, choices, current) {
    const title = element('p', { className: 'label', id: `rooms-${name}`,
      textContent: opened.roomsPanel[name] });
    const group = element('div', { role: 'group' }, title,
      ...choices.map((choice) => optionOf(choice, choice.room === current)));
    group.setAttribute('aria-labelledby', title.id);
    return group;
  }

  /** @param {Choice} choice @param {boolean} here */
  function optionOf(choice, here) {
    const { room, members } = choice;
    const option = element('div', { id: `rooms-option-${room}`, role: 'option' },
      element('bdi', { textContent: room }), ...lockOf(choice),
      ...(here ? [element('span', { className: 'self', textContent: opened.roomsPanel.here })] : []),
      ...(members === null ? []
        : [element('span', { className: 'hint', textContent: words.people(members) })]));
    option.dataset.room = room;
    option.addEventListener('click', () => choose(room));
    return option;
  }
}
