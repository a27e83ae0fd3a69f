/** The controls of the load and of the members. */

import { copyUnseen } from '../rooms/copy_line.js';
import { element, setText } from '../views/dom.js';
import { race } from '../words/race.js';
import { words } from '../words/words.js';
import { BOUNDS } from './load.js';
import { aligned } from './clock.js';

/**
 * @typedef {import('./load.js').Settings} Settings
 * @typedef {{set: (change: Partial<Settings>) => void, toggle: () => void, reset: () => void,
 *   save: () => void, link: () => string}} LoadActions  `link` returns the race's address
 */

const PICTURE_EVERY = [0, 10, 5, 2, 1];
/** In a narrower viewport the settings are closed at first. */
const ROOMY = '(min-width: 90rem)';
const PICTURE_KB = [10, 50, 200, 500];
/** The companion's close code if it has too much to do. */
const TOO_MUCH = 1013;

/**
 * @param {LoadActions} actions
 * @param {Record<string, string>} labels  of the backends
 * @returns {{node: HTMLElement, draw: (state: import('./state.js').State) => void}}
 */
export function createLoadView(actions, labels) {
  const rate = slider('rate', race.rate, race.perSecond);
  const members = slider('members', race.members, String);
  const length = number('length', race.length);
  const every = select('pictureEvery', race.pictures, PICTURE_EVERY, race.pictureEvery);
  const kb = select('pictureKb', race.pictureSize, PICTURE_KB,
    (value) => words.bytes(value * 1024));
  const crew = number('crew', race.crew);
  const note = element('p', { className: 'hint', id: 'race-companion' });
  crew.input.setAttribute('aria-describedby', note.id);
  const fields = [rate, members, length, every, kb, crew];
  const toggle = element('button', { type: 'button', className: 'primary', id: 'race-toggle',
    onclick: actions.toggle });
  const status = element('p', { className: 'hint', id: 'race-load-status', role: 'status' });
  const link = element('button', { type: 'button', id: 'race-link', textContent: words.page.copyLink,
    title: race.linkHas });
  link.addEventListener('click', () => copyUnseen(link, actions.link()));
  const node = element('section', { className: 'race-load', ariaLabel: race.load },
    element('div', { className: 'race-run' }, toggle,
      element('button', { type: 'button', id: 'race-reset', textContent: race.reset,
        onclick: actions.reset }),
      element('button', { type: 'button', id: 'race-save', textContent: race.save,
        onclick: actions.save })),
    status,
    element('details', { open: matchMedia(ROOMY).matches },
      element('summary', { textContent: race.settings }),
      element('div', { className: 'race-settings' },
        rate.node, length.node, every.node, kb.node, members.node, crew.node, note, link)));
  for (const { key, input } of fields) {
    input.addEventListener('change', () => actions.set({ [key]: input.value }));
  }
  for (const { key, input } of [rate]) {
    input.addEventListener('input', () => actions.set({ [key]: input.value }));
  }

  return {
    node,
    draw(state) {
      for (const { key, input, show } of fields) {
        // The page does not overwrite a number while the user types.
        const typing = input.type === 'number' && input === document.activeElement;
        if (!typing || input.validity?.valid) show(state.settings[key], typing);
      }
      kb.node.hidden = state.settings.pictureEvery === 0;
      setText(toggle, state.running ? race.pause : race.start);
      toggle.dataset.running = `${state.running}`;
      setText(status, state.slept ? race.slept
        : state.running && state.settings.rate === 0 ? race.rateIsNone : '');
      crew.input.disabled = state.companion.status !== 'online';
      setText(note, companionInWords(state, labels));
    },
  };
}

/**
 * @param {import('./state.js').State} state @param {Record<string, string>} labels
 * @returns {string} how the companion is, with its complaint and its troubles
 */
function companionInWords({ companion, sides }, labels) {
  const { status, closed, complaint, samples } = companion;
  if (status !== 'online') {
    return closed?.code === TOO_MUCH ? race.companion.full(closed.reason) : race.companion[status];
  }
  const clock = aligned(samples);
  const troubles = Object.entries(sides).flatMap(([key, { crew: { trouble } }]) =>
    trouble === null ? [] : [race.companion.trouble(labels[key], trouble)]);
  return [clock === null ? race.companion.online : race.companion.clock(clock.give),
    ...complaint === '' ? [] : [race.companion.complaint(complaint)], ...troubles].join(' ');
}

/** @param {keyof Settings} key @param {string} label @param {any} input @param {any[]} [after] */
function field(key, label, input, after = []) {
  const id = `race-${key}`;
  Object.assign(input, { id, name: id });
  const node = element('div', { className: 'race-field' },
    element('label', { htmlFor: id, textContent: label }), input, ...after);
  return { key, input, node };
}

/** @param {keyof Settings} key @param {string} label @param {(value: number) => string} inWords */
function slider(key, label, inWords) {
  const [min, max] = BOUNDS[key];
  const output = element('output', { htmlFor: `race-${key}` });
  const made = field(key, label, element('input', { type: 'range', min, max }), [output]);
  const tell = () => {
    setText(output, inWords(Number(made.input.value)));
    made.input.setAttribute('aria-valuetext', output.textContent);
  };
  made.input.addEventListener('input', tell);
  return { ...made, show(/** @type {number} */ value) {
    // The page does not move the slider while the user drags it.
    if (!made.input.matches(':active')) made.input.value = `${value}`;
    tell();
  } };
}

/** @param {keyof Settings} key @param {string} label */
function number(key, label) {
  const [min, max] = BOUNDS[key];
  const made = field(key, label, element('input', { type: 'number', min, max, step: 1,
    inputMode: 'numeric' }));
  return { ...made, show(/** @type {number} */ value, /** @type {boolean} */ typing) {
    if (!typing && made.input.value !== `${value}`) made.input.value = `${value}`;
  } };
}

/**
 * @param {keyof Settings} key @param {string} label @param {number[]} values
 * @param {(value: number) => string} inWords
 */
function select(key, label, values, inWords) {
  const made = field(key, label, element('select', {}, ...values.map((value) =>
    element('option', { value, textContent: inWords(value) }))));
  return { ...made, show(/** @type {number} */ value) {
    if (made.input.value === `${value}`) return;
    made.input.value = `${value}`;
    if (made.input.selectedIndex >= 0) return;
    // A link may carry another value.
    made.input.append(element('option', { value, textContent: inWords(value), selected: true }));
  } };
}
