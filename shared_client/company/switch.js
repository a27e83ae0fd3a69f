/** The switch of the synthetic people, in the panel with the people of their room. */

import { byId, element, setText } from '../views/dom.js';
import { company as said } from '../words/company.js';

const PATIENCE_MS = 5000;

/** @typedef {{room: string | null, people: string[], on: boolean}} Status  from the companion */

/**
 * @param {string} companion  its origin
 * @returns {(room: string) => Promise<void>} to call with the user's room
 */
export function createSwitch(companion) {
  const input = element('input', { type: 'checkbox', id: 'company-on' });
  const note = element('p', { className: 'hint', id: 'company-note' });
  input.setAttribute('aria-describedby', note.id);
  const node = element('div', { className: 'company', id: 'company', hidden: true },
    element('label', {}, input, element('span', { textContent: said.label })), note);
  let here = '';
  byId('people-note').after(node);

  input.addEventListener('change', async () => {
    const wanted = input.checked;
    input.disabled = true;
    const status = await ask({ method: 'POST', body: JSON.stringify({ on: wanted }) });
    input.disabled = false;
    input.focus();
    if (status === null) input.checked = !wanted;
    setText(note, status === null ? said.away : said.note);
  });

  /** @param {RequestInit} [how] @returns {Promise<Status | null>} null without an answer */
  async function ask(how = {}) {
    try {
      const answer = await fetch(`${companion}/company`,
        { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS), ...how });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  return async (room) => {
    here = room;
    const status = await ask();
    if (here !== room) return; // the user is in another room by now
    node.hidden = status === null || status.room !== room;
    input.checked = status?.on ?? false;
    setText(note, said.note);
  };
}
