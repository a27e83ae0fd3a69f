/** The raise on the page: what rises, how far it is, and what it found. */

import { element, setText } from '../../views/dom.js';
import { raise } from '../../words/raise.js';
import { differences } from '../result_words.js';
import { speaker } from '../side.js';
import { createChart } from './chart.js';
import {
  MOST_MINUTES, MOST_STEPS, planned, SENDS_EACH, WHATS,
} from './plan.js';
import { raiseWords } from './raise_words.js';
import { LEAST_STEP_S, messagesOf, MOST_P99_MS } from './step.js';

/**
 * @typedef {import('./plan.js').What} What
 * @typedef {import('./plan.js').Plan} Plan
 * @typedef {import('../../network/backends.js').Backend} Backend
 * @typedef {import('../state.js').State} State
 * @typedef {{start: (what: What) => void, stop: () => void, chose: () => void}} Actions  `chose`
 *   is called when the address has to change
 * @typedef {{readonly plan: Plan | null, readonly now: import('./raising.js').Now | null,
 *   readonly isOn: boolean}} Raising
 */

/**
 * @param {Actions} actions @param {readonly Backend[]} list  of the sides
 * @param {What | null} opened  what rises, by the address; null: closed
 * @returns {{node: HTMLDetailsElement, draw: (state: State, raising: Raising) => void,
 *   readonly what: What | null}} `what` is null while it is closed
 */
export function createRaiseView(actions, list, opened) {
  const select = element('select', { id: 'raise-what' }, ...WHATS.map((value) =>
    element('option', { value, textContent: raise.whats[value], selected: value === opened })));
  const hint = element('p', { className: 'hint', id: 'raise-hint' });
  select.setAttribute('aria-describedby', hint.id);
  const toggle = element('button', { type: 'button', id: 'raise-toggle' });
  const status = element('p', { className: 'raise-status', role: 'status', id: 'raise-status' });
  const phase = element('span', { className: 'hint' });
  const bar = element('progress', { ariaHidden: 'true' });
  const progress = element('p', { className: 'raise-progress', hidden: true }, bar, phase);
  const result = element('div', { className: 'raise-result', id: 'raise-result' });
  const chart = createChart(list);
  const table = createTable(list);
  const node = element('details', { className: 'race-raise', open: opened !== null },
    element('summary', { textContent: raise.title }),
    element('p', { className: 'raise-lead' }, [raise.lead(MOST_P99_MS), raise.turns,
      raise.steps(messagesOf(1), LEAST_STEP_S), raise.bounds(MOST_STEPS, MOST_MINUTES)].join(' ')),
    element('div', { className: 'raise-controls' },
      element('label', { htmlFor: select.id, textContent: raise.what }), select, toggle),
    hint, status, progress, result, chart.node, table.node);
  const what = () => /** @type {What} */ (select.value);
  let isOn = false;
  toggle.addEventListener('click', () => isOn ? actions.stop() : actions.start(what()));
  select.addEventListener('change', actions.chose);
  node.addEventListener('toggle', actions.chose);
  /** @type {Plan | null} */
  let drawn = null;

  return {
    node,
    get what() { return node.open ? what() : null; },
    draw(state, raising) {
      const { plan, now } = raising;
      isOn = raising.isOn;
      const ready = list.every(({ key }) => speaker(state.sides[key]).status === 'online');
      select.disabled = isOn;
      toggle.disabled = !isOn && !ready;
      toggle.className = isOn ? '' : 'primary';
      setText(toggle, isOn ? raise.stop : raise.start);
      setText(hint, hintWords(what(), state, list, ready));
      drawNow(now, plan);
      if (plan === drawn || plan === null) return;
      drawn = plan;
      drawResult(plan, state);
    },
  };

  /** @param {import('./raising.js').Now | null} now @param {Plan | null} plan */
  function drawNow(now, plan) {
    progress.hidden = now === null;
    if (now === null) {
      setText(status, plan === null ? '' : plan.cut === null ? raise.done : raise.cut[plan.cut]);
      return;
    }
    const { turn: { key, level, again }, done, of } = now;
    const label = list.find((side) => side.key === key)?.label ?? key;
    setText(status, raise.now(label, what(), level, again));
    setText(phase, raise.phase[now.phase]);
    if (of === 0) bar.removeAttribute('value');
    else Object.assign(bar, { max: of, value: done });
  }

  /** @param {Plan} plan @param {State} state */
  function drawResult(plan, state) {
    const lines = raiseWords(plan, list);
    const sides = list.map(({ key }) => state.sides[key]);
    result.replaceChildren(...lines.map((textContent) => element('p', { textContent })),
      ...lines.length === 0 || sides.length < 2 ? []
        : differences(sides).map((textContent) => element('p', { className: 'hint', textContent })));
    chart.draw(plan, lines.join(' '));
    table.draw(plan);
  }
}

/**
 * @param {What} what @param {State} state @param {readonly Backend[]} list
 * @param {boolean} ready
 */
function hintWords(what, { settings, companion }, list, ready) {
  if (!ready) return raise.needsBoth;
  const there = companion.status === 'online';
  const { most } = planned(what, settings, list.map(({ key }) => key), there);
  return [raise.most(what, most), ...what === 'rate' ? [raise.needsMembers(SENDS_EACH)]
    : there ? [] : [raise.needsCompanion]].join(' ');
}

/** @param {readonly Backend[]} list */
function createTable(list) {
  const body = element('tbody');
  const head = Object.values(raise.columns).map((textContent) =>
    element('th', { scope: 'col', textContent }));
  const node = element('details', { className: 'raise-table', hidden: true },
    element('summary', { textContent: raise.table }),
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), body));
  return {
    node,
    /** @param {Plan} plan */
    draw({ steps, what }) {
      node.hidden = steps.length === 0;
      body.replaceChildren(...steps.map((step) => {
        const side = list.find(({ key }) => key === step.key)?.label ?? step.key;
        return element('tr', {},
          element('th', { scope: 'row',
            textContent: raise.now(side, what, step.level, step.again) }),
          element('td', { textContent: raise.figures(step) }),
          element('td', { textContent: raise.outcome(step) }));
      }));
    },
  };
}
