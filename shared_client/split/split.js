/** The split view: the same room on both backends, side by side. Loaded at its first use. */

import { newId } from '../page/identity.js';
import { takePhotos } from '../photos/photo_view.js';
import { draw } from '../state/store.js';
import { byId, element, tellApart } from '../views/dom.js';
import { loadStyles } from '../views/style_sheets.js';
import { mountUnreadTitle } from '../views/unread_title.js';
import { split } from '../words/split.js';
import { createComposer } from './composer.js';
import { createSide } from './side.js';
import { createSideView } from './side_view.js';
import { createTalkView } from './talk_view.js';

/** @typedef {import('./side.js').Side} Side */

/**
 * @param {import('../page/view_door.js').Start} start
 * @returns {{close: () => void}}
 */
export function openSplit({ backends, room, name, keeper, viewer, leave }) {
  const host = byId('split');
  const { title } = document;
  const sides = backends.list.slice(0, 2).map((backend) =>
    createSide({ backend, isSelf: backend.key === backends.self, room, name, keeper }));
  const ended = new AbortController();
  const { signal } = ended;
  let turn = 0;
  let stop = () => {};

  window.addEventListener('offline', () => sides.forEach((side) => side.drop()), { signal });
  window.addEventListener('online', reconnect, { signal });
  document.addEventListener('visibilitychange', () => document.hidden || reconnect(), { signal });

  function reconnect() {
    for (const side of sides) side.reconnect();
  }

  /**
   * Each side gets the message under the same id. Which side is first alternates.
   *
   * @param {readonly Side[]} chosen @param {Parameters<Side['say']>[1]} content
   */
  function say(chosen, content) {
    const [id, at] = [newId(), Date.now()];
    turn += 1;
    for (const side of turn % 2 === 1 ? chosen : chosen.toReversed()) side.say(id, content, at);
  }

  function mount() {
    const composer = createComposer(sides, room, say);
    takePhotos({ ...composer.entry, target: host, wanted: () => true, signal });
    const heads = sides.map(createSideView);
    const talk = createTalkView(sides, viewer, composer.draft);
    // The focus must not be lost with a button of a message.
    for (const side of sides) focusAfter(side, composer.draft);
    host.className = 'split';
    host.replaceChildren(head(room, leave),
      element('div', { className: 'split-sides', role: 'group', ariaLabel: split.sides,
        tabIndex: -1 }, ...heads.map(({ node }) => node)),
      talk.node, composer.node);
    draw(bothOf(sides), [() => {
      if (signal.aborted) return;
      document.title = `${split.title} · #${room}`;
      tellApart([...new Set(sides.flatMap(({ store: { state } }) =>
        [state.user, ...state.presence.members]))]);
      for (const view of [...heads, talk, composer]) view.draw();
    }]);
    composer.draft.focus();
    const unread = mountUnreadTitle(sides.map(({ store }) => store));
    stop = () => [...heads, talk, unread].forEach((view) => view.close());
  }

  loadStyles(new URL('./split.css', import.meta.url)).then(() => signal.aborted || mount());

  return {
    close() {
      ended.abort();
      stop();
      for (const side of sides) side.close();
      document.title = title;
      host.replaceChildren();
    },
  };
}

/** @param {string} room @param {() => void} leave */
function head(room, leave) {
  return element('header', { className: 'split-head' },
    element('h1', {}, split.title, ' ',
      element('span', { className: 'split-room', textContent: `#${room}` })),
    element('button', { type: 'button', id: 'split-leave', textContent: split.back,
      onclick: leave }),
    element('p', { className: 'split-lead', textContent: split.lead }));
}

/**
 * The buttons of a message that was not sent go with the click.
 *
 * @param {Side} side @param {HTMLElement} draft
 */
function focusAfter(side, draft) {
  for (const act of /** @type {const} */ (['retry', 'discard', 'fillGap'])) {
    const before = /** @type {(what: any) => void} */ (side[act]);
    side[act] = (/** @type {any} */ what) => {
      draft.focus();
      before(what);
    };
  }
}

/** A store of all sides, to draw them together. @param {readonly Side[]} sides */
function bothOf(sides) {
  return {
    state: sides,
    /** @param {() => void} listener */
    subscribe(listener) {
      for (const { store } of sides) store.subscribe(listener);
    },
  };
}
