/** The bar: the room, the state of the connection, the backend, and the button to leave. */

import { VIEWS } from '../page/address.js';
import { awayWords, backendChoice } from './backend_choice.js';
import { frameworkLabel } from '../network/backends.js';
import { byId, setText } from './dom.js';
import { recall } from '../page/preferences.js';
import { roundTrip } from '../state/state.js';
import { words } from '../words/words.js';

/**
 * @param {import('../actions.js').Actions} actions
 * @param {import('../network/backends.js').Backends} backends
 * @param {(message: string) => void} say  shows what could not be done
 * @returns {(state: import('../state/state.js').State) => void}
 */
export function mountHeader(actions, backends, say) {
  /** @type {import('../state/state.js').State | null} */
  let shown = null;
  const bar = byId('switch');
  const choice = backendChoice(bar, 'backend', backends.list, choose);
  const draft = byId('draft');
  /** Whether the draft had the focus at the pointer's press: then it gets the focus back. */
  let wasWriting = false;
  /** The number of choices without a result yet: only the last choice counts. */
  let waiting = 0;
  bar.addEventListener('pointerdown', () => { wasWriting = document.activeElement === draft; });
  bar.addEventListener('keydown', () => { wasWriting = false; });
  const doors = VIEWS.map((view) => {
    const button = byId(`${view}-open`);
    button.addEventListener('click', () => actions.show(view));
    return button;
  });
  const inRoom = ['place', 'switch', 'inspector-open', 'people-button', 'leave', 'chat'].map(byId);
  const title = byId('room-title');
  const link = byId('link');
  byId('leave').addEventListener('click', () => actions.exit());

  /** @param {string} key */
  async function choose(key) {
    if (wasWriting) draft.focus({ preventScroll: true });
    waiting += 1;
    bar.setAttribute('aria-busy', 'true');
    const gone = await actions.switchTo(key);
    waiting -= 1;
    if (waiting === 0) bar.setAttribute('aria-busy', 'false');
    if (waiting === 0 && !gone) choice.set(shown?.backend ?? null);
    if (gone === false) say(awayWords(key));
  }

  /**
   * Says what the switch means: another history, and messages that wait for the old backend.
   *
   * @param {import('../state/state.js').State} before
   * @param {string | null} room @param {string} to
   */
  function explain({ backend, outbox, presence, room: before }, room, to) {
    const from = frameworkLabel(`${backend}`);
    const left = outbox.filter(({ status }) => ['waiting', 'unsure', 'doubted'].includes(status)).length;
    const said = left > 0 ? [words.left(left, from)] : [];
    if (room !== null && room === before) {
      said.unshift(recall(`private.${room}@${backend}`) !== null ? words.otherRoom(room, to)
        : words.switched(to, room, presence.count - 1, from));
    }
    if (said.length > 0) say(said.join(' '));
  }

  return (state) => {
    if (state.backend !== shown?.backend) {
      choice.set(state.backend);
      if (shown !== null && shown.room !== null) {
        explain(shown, state.room, frameworkLabel(`${state.backend}`));
      }
    }
    shown = state;
    for (const door of doors) door.hidden = state.view !== null || backends.list.length < 2;
    const inside = state.room !== null;
    document.body.dataset.side = inside
      ? `${backends.list.findIndex(({ key }) => key === state.backend)}` : '';
    for (const part of inRoom) part.hidden = !inside;
    if (!inside) return;
    const label = frameworkLabel(state.backend ?? '');
    document.title = `#${state.room} · ${label}`;
    setText(title, `${state.room}`);
    const { code, status } = state.link;
    // Later tries keep the text "Reconnecting…", so that they are not read out.
    setText(link, words.link[code !== null && status === 'connecting' ? 'waiting' : status]);
    byId('link-line').dataset.status = state.link.status;
    const { server, presence } = state;
    setText(byId('people-count'), server === null ? words.unknown : `${presence.count}`);
    const ms = roundTrip(state);
    // Outside the status, so that measurements are not read out.
    setText(byId('trip'), ms === null ? '' : ` · ${words.milliseconds(ms)}`);
  };
}
