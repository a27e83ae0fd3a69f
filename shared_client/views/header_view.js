/** The bar: the room, the state of the connection, the backend, and the way out. */

import { backendChoice } from './backend_choice.js';
import { frameworkLabel } from '../network/backends.js';
import { byId, setText } from './dom.js';
import { roundTrip } from '../state/state.js';
import { words } from '../words/words.js';

/**
 * @param {import('../actions.js').Actions} actions
 * @param {import('../network/backends.js').Backends} backends
 * @param {(message: string) => void} say  tells what could not be done
 * @returns {(state: import('../state/state.js').State) => void}
 */
export function mountHeader(actions, backends, say) {
  /** @type {import('../state/state.js').State | null} */
  let shown = null;
  const bar = byId('switch');
  const choice = backendChoice(bar, 'backend', backends.list, choose);
  const draft = byId('draft');
  /** Who was writing when a pointer came to choose goes on writing. */
  let wasWriting = false;
  bar.addEventListener('pointerdown', () => { wasWriting = document.activeElement === draft; });
  bar.addEventListener('keydown', () => { wasWriting = false; });
  const race = byId('race-open');
  race.addEventListener('click', () => actions.race());
  const inRoom = ['place', 'switch', 'inspector-open', 'people-button', 'leave', 'chat'].map(byId);
  const title = byId('room-title');
  const link = byId('link');
  byId('leave').addEventListener('click', () => actions.exit());

  /** @param {string} key */
  async function choose(key) {
    if (wasWriting) draft.focus({ preventScroll: true });
    const before = shown;
    bar.setAttribute('aria-busy', 'true');
    const gone = await actions.switchTo(key);
    if (gone === null && choice.get() !== key) return; // another choice was made meanwhile
    bar.setAttribute('aria-busy', 'false');
    if (gone === false) {
      choice.set(before?.backend ?? null);
      say(words.away(frameworkLabel(key)));
    }
    const left = before?.outbox.filter(({ status }) => status === 'waiting' || status === 'unsure');
    if (gone && left?.length) say(words.left(left.length, frameworkLabel(`${before?.backend}`)));
  }

  return (state) => {
    if (state.backend !== shown?.backend) choice.set(state.backend);
    shown = state;
    race.hidden = state.view !== null || backends.list.length < 2;
    const inside = state.room !== null;
    for (const part of inRoom) part.hidden = !inside;
    if (!inside) return;
    const label = frameworkLabel(state.backend ?? '');
    document.title = `#${state.room} · ${label}`;
    setText(title, `${state.room}`);
    setText(link, words.link[state.link.status]);
    byId('link-line').dataset.status = state.link.status;
    const { server, presence } = state;
    setText(byId('people-count'), server === null ? words.unknown : `${presence.count}`);
    const ms = roundTrip(state);
    // Beside the status and not in it: a screen reader need not tell each measurement.
    setText(byId('trip'), ms === null ? '' : ` · ${words.milliseconds(ms)}`);
  };
}
