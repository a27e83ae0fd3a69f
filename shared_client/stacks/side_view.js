/** The controls of one side: server, fan-out and variant, and a button that runs them. */

import { element, setText } from '../views/dom.js';
import { stacks as table } from '../words/stacks.js';
import { lookUp } from '../words/words.js';
import { choose, offered, PARTS } from './choice.js';

/** @typedef {import('./choice.js').Arm} Arm */

/**
 * @param {string} label @param {number} index
 * @param {(arm: string) => void} run
 * @returns {{node: HTMLElement,
 *   draw: (side: import('./link.js').Side | undefined, busy: boolean) => void}}
 */
export function createSideView(label, index, run) {
  const selects = PARTS.map((part) => {
    const id = `stacks-${index}-${part}`;
    const input = element('select', { id, name: id });
    const node = element('div', { className: 'stacks-field' },
      element('label', { htmlFor: id, textContent: table.parts[part] }), input);
    return { part, input, node };
  });
  const button = element('button', { type: 'button', textContent: table.run });
  const problem = element('p', { className: 'problem', id: `stacks-${index}-problem`,
    role: 'alert' });
  button.setAttribute('aria-describedby', problem.id);
  const node = element('fieldset', { className: 'stacks-side' },
    element('legend', { textContent: label }),
    ...selects.map(({ node: field }) => field), button, problem);
  node.dataset.side = `${index}`;

  /** @type {readonly Arm[]} */
  let arms = [];
  let running = '';
  let told = '';
  let held = true;
  /** @type {Arm | undefined} */
  let chosen;

  function show() {
    if (chosen === undefined) return;
    const values = offered(arms, chosen);
    for (const { part, input } of selects) fill(input, part, values[part], chosen[part]);
    setText(problem, chosen.missing ?? (chosen.id === running ? told : ''));
    button.disabled = held || chosen.id === running || chosen.missing !== null;
  }

  for (const { part, input } of selects) {
    input.addEventListener('change', () => {
      if (chosen !== undefined) chosen = choose(arms, chosen, part, input.value) ?? chosen;
      show();
    });
  }
  button.addEventListener('click', () => chosen !== undefined && run(chosen.id));

  return {
    node,
    draw(side, busy) {
      node.hidden = side === undefined;
      if (side === undefined) return;
      const now = side.running ? side.arm : '';
      held = busy;
      ({ arms } = side);
      // The user's choice stays while something else changes.
      if (chosen === undefined || now !== running || side.problem !== told) {
        chosen = arms.find(({ id }) => id === side.arm);
      }
      [running, told] = [now, side.problem];
      node.setAttribute('aria-busy', `${side.step !== ''}`);
      for (const { input } of selects) input.disabled = busy;
      show();
    },
  };
}

/** @param {any} select @param {import('./choice.js').Part} part @param {string[]} values @param {string} value */
function fill(select, part, values, value) {
  const there = [...select.options].map((option) => option.value);
  if (there.join() !== values.join()) {
    select.replaceChildren(...values.map((each) => element('option', { value: each,
      textContent: part === 'server' ? each : lookUp({ ...table[part], other: each }, each) })));
  }
  select.value = value;
}
