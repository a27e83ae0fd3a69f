/** The head of one side: its backend, its connection, and what is wrong with the connection. */

import { roundTrip } from '../state/state.js';
import { element, isolated, setText } from '../views/dom.js';
import { countdown, explain } from '../views/trouble_view.js';
import { words } from '../words/words.js';

const COUNTDOWN_MS = 250;

/** @typedef {import('../state/state.js').State} State */

/**
 * @param {import('./side.js').Side} side @param {number} index
 * @returns {{node: HTMLElement, draw: () => void, close: () => void}}
 */
export function createSideView({ key, label, store, reconnect }, index) {
  const id = `split-side-${index}`;
  const status = element('span', { role: 'status' });
  const trip = element('span');
  const link = element('p', { className: 'link' }, status, trip);
  const facts = element('p', { className: 'split-facts' });
  const trouble = element('span', { role: 'alert' });
  const wait = element('span');
  const again = element('button', { type: 'button', textContent: words.page.tryNow,
    onclick: reconnect });
  const strip = element('div', { className: 'split-strip', hidden: true },
    element('p', {}, trouble, ' ', wait), again);
  const node = element('section', { className: 'split-side' },
    element('h2', { id, textContent: label }), link, facts, strip);
  node.setAttribute('aria-labelledby', id);
  Object.assign(node.dataset, { side: `${index}`, backend: key });

  // The countdown is outside the alert, so that it is not read out each second.
  const timer = setInterval(() => drawWait(store.state), COUNTDOWN_MS);

  /** @param {State} state */
  function drawWait({ link: { retryAt, status: now } }) {
    setText(wait, retryAt !== null && now === 'waiting' ? countdown(retryAt)
      : now === 'connecting' ? words.retrying : '');
  }

  return {
    node,
    draw() {
      const { state } = store;
      const { code, status: now } = state.link;
      const broken = code !== null && now !== 'online';
      setText(status, words.link[code !== null && now === 'connecting' ? 'waiting' : now]);
      link.dataset.status = now;
      const ms = roundTrip(state);
      // Outside the status, so that measurements are not read out.
      setText(trip, ms === null ? '' : ` · ${words.milliseconds(ms)}`);
      setText(facts, factsOf(state));
      if (!broken && strip.contains(document.activeElement)) node.parentElement?.focus();
      strip.hidden = !broken;
      again.hidden = now === 'refused';
      setText(trouble, broken ? explain(state.link, key) : '');
      drawWait(state);
    },
    close: () => clearInterval(timer),
  };
}

/** @param {State} state */
function factsOf({ server, presence, user }) {
  if (server === null) return words.unknown;
  return [`${words.you}: ${isolated(user)}`, words.people(presence.count), server.server,
    server.fanout, server.history].join(' · ');
}
