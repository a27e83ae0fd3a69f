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
  const choice = backendChoice(byId('switch'), 'backend', backends.list, async (key) => {
    if (await actions.switchTo(key)) return;
    choice.set(backends.self);
    say(words.away(frameworkLabel(key)));
  });
  choice.set(backends.self);
  const inRoom = ['place', 'switch', 'people-button', 'leave', 'chat'].map(byId);
  const title = byId('room-title');
  const link = byId('link');
  byId('leave').addEventListener('click', () => actions.exit());

  return (state) => {
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
