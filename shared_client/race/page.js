/** The page of the race: its parts and their order. */

import { codeButton } from '../code/code_button.js';
import { element, setText } from '../views/dom.js';
import { code } from '../words/code.js';
import { race } from '../words/race.js';
import { words } from '../words/words.js';
import { isLimit } from './lag.js';

/** The path of the measurements in the companion's pages, if it runs. */
const MEASUREMENTS = '/docs/comparison';

/**
 * @param {{room: string, companion: string | null, parts: {board: HTMLElement,
 *   load: HTMLElement, raise: HTMLElement, doors: HTMLElement[], lanes: HTMLElement[]},
 *   leave: () => void,
 *   say: (text: string) => string | null}} start  `say` returns the problem in words
 * @returns {{nodes: HTMLElement[], title: HTMLElement, summarise: (text: string) => void,
 *   rest: (on: boolean) => void,
 *   showLimit: (lag: import('./lag.js').Lag) => void, showResult: (lines: readonly string[]) => void}}
 *   `rest` puts the load and the composer out of use, while something else sends
 */
export function createPage({ room, companion, parts, leave, say }) {
  const title = element('h1', { tabIndex: -1 }, race.title, ' ',
    element('span', { className: 'race-room', textContent: `#${room}` }));
  const limit = element('p', { className: 'race-limit', id: 'race-limit', role: 'status' });
  const head = element('header', { className: 'race-head' },
    title,
    element('button', { type: 'button', id: 'race-leave', textContent: race.back, onclick: leave }),
    element('p', { className: 'race-lead' }, race.lead, ...measurements(companion)),
    element('details', { className: 'race-how' },
      element('summary', { textContent: race.how }),
      element('ul', {},
        ...race.howItIs.map((text) => element('li', { textContent: text })))),
    element('p', {}, codeButton('deliver', code.show)),
    ...parts.doors, limit);
  const claim = element('strong');
  const notes = element('small');
  const result = element('p', { className: 'race-result', id: 'race-result' }, claim, ' ', notes);
  const summary = element('p', { className: 'unseen', role: 'status' });
  const composing = composer(say);
  return {
    nodes: [head, element('div', { className: 'race-outcome' }, result, parts.board), parts.load,
      parts.raise, element('div', { className: 'race-lanes' }, ...parts.lanes), composing, summary],
    title,
    summarise: (text) => setText(summary, text),
    showResult([first = '', ...rest]) {
      setText(claim, first);
      setText(notes, rest.join(' '));
      result.hidden = first === '';
    },
    rest(on) {
      for (const node of [parts.load, composing]) node.inert = on;
    },
    showLimit(lag) {
      const limited = isLimit(lag);
      setText(limit, limited ? race.limit(Math.round(lag.worst)) : '');
      if (parts.board.dataset.limited === `${limited}`) return;
      parts.board.dataset.limited = `${limited}`;
      for (const lane of parts.lanes) lane.dataset.limited = `${limited}`;
    },
  };
}

/** @param {string | null} companion @returns {(string | HTMLElement)[]} */
function measurements(companion) {
  if (companion === null) return [race.measurementsIn];
  return [race.measurementsBefore, element('a', { href: companion + MEASUREMENTS,
    target: '_blank', rel: 'noopener', textContent: race.measurements }), race.measurementsAfter];
}

/** @param {(text: string) => string | null} say @returns {HTMLElement} */
function composer(say) {
  const problem = element('p', { className: 'problem', id: 'race-draft-problem', role: 'alert' });
  const input = element('input', { id: 'race-draft', autocomplete: 'off', enterKeyHint: 'send',
    placeholder: race.write, dir: 'auto' });
  input.setAttribute('aria-describedby', problem.id);
  const form = element('form', { className: 'race-composer' }, problem,
    element('div', { className: 'desk' },
      element('label', { className: 'unseen', htmlFor: input.id, textContent: race.write }), input,
      element('button', { className: 'race-send', textContent: words.page.send,
        ariaLabel: race.send })));
  form.addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (input.value === '') return;
    const wrong = say(input.value);
    setText(problem, wrong ?? '');
    input.setAttribute('aria-invalid', `${wrong !== null}`);
    if (wrong === null) input.value = '';
  });
  return form;
}
