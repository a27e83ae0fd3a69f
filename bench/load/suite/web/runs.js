/** The runs that have ended: one can be saved, and two are compared by the server. */

import { shown } from './chart.js';
import { reachable, tableOf, titled } from './tables.js';

/**
 * @typedef {{ number: number, name: string }} Run
 * @typedef {{
 *   metric: string, first: number | null, second: number | null, ratio: number | null, words: string
 * }} Compared
 */

const HEADS = ['Metric', 'First', 'Second', 'Second ÷ first, with its 95 % interval'];
let known = '';

/** @param {HTMLElement} place @param {Run[]} runs */
export function showRuns(place, runs) {
  const now = JSON.stringify(runs);
  if (now === known || runs.length < 1) return;
  known = now;
  place.replaceChildren(...saving(runs), ...(runs.length < 2 ? [] : comparing(runs)));
}

/** @param {Run[]} runs */
function saving(runs) {
  const run = select('Run', runs, runs[runs.length - 1].number);
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Save as result';
  const result = document.createElement('p');
  result.setAttribute('aria-live', 'polite');
  button.addEventListener('click', async () => {
    button.disabled = true;
    const body = new URLSearchParams({ number: run.control.value });
    const answer = await fetch('./chat/save', { method: 'POST', body }).catch(() => null);
    result.textContent = answer ? await answer.text() : 'Locust does not answer.';
    button.disabled = false;
  });
  return [titled('Save a run'), run.label, button, result];
}

/** @param {Run[]} runs */
function comparing(runs) {
  const selects = [
    select('First run', runs, runs[runs.length - 2].number),
    select('Second run', runs, runs[runs.length - 1].number),
  ];
  const result = document.createElement('div');
  result.className = 'compared';
  reachable(result, 'Two runs compared');
  result.setAttribute('aria-live', 'polite');
  const update = () => compare(selects.map((each) => each.control.value), result);
  for (const { control } of selects) control.addEventListener('change', update);
  update();
  return [titled('Compare two runs'), ...selects.map((each) => each.label), result];
}

/** @param {string} words @param {Run[]} runs @param {number} chosen */
function select(words, runs, chosen) {
  const label = document.createElement('label');
  label.append(words);
  const control = label.appendChild(document.createElement('select'));
  for (const run of runs) control.add(new Option(run.name, String(run.number)));
  control.value = String(chosen);
  return { label, control };
}

/** @param {string[]} numbers @param {HTMLElement} result */
async function compare([first, second], result) {
  const answer = await fetch(`./chat/compare?first=${first}&second=${second}`).catch(() => null);
  if (!answer?.ok) {
    result.textContent = answer ? await answer.text() : 'Locust does not answer.';
    return;
  }
  const found = /** @type {Compared[]} */ (await answer.json());
  const rows = found.map((each) => [
    each.metric,
    shown(each.first),
    shown(each.second),
    each.words,
  ]);
  result.replaceChildren(tableOf(HEADS, rows));
}
