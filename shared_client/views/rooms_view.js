/** The panel of other rooms, which the room's title opens. */

import { writeAddress } from '../page/address.js';
import { rememberRoom } from '../rooms/recent.js';
import { byId } from './dom.js';

/** @typedef {import('../state/state.js').State} State */

/**
 * @param {import('../actions.js').Actions} actions
 * @returns {(state: State) => void}
 */
export function mountRooms(actions) {
  const showTitle = mountTitle(actions);
  /** @type {string | null} */
  let last = null;
  return (state) => {
    if (state.room !== last && state.room !== null) rememberRoom(state.room);
    last = state.room;
    showTitle(state);
  };
}

/**
 * The panel is loaded when it is first opened. After that, the browser toggles it for the button.
 *
 * @param {import('../actions.js').Actions} actions
 * @returns {(state: State) => void}
 */
function mountTitle(actions) {
  const opener = byId('rooms-open');
  /** @type {State | null} */
  let now = null;
  /** @type {Promise<HTMLElement> | null} */
  let loading = null;

  const means = {
    join: (/** @type {string} */ room) => actions.enter({ room, user: now?.user ?? '' }),
    room: () => now?.room ?? null,
    link: () => location.origin + location.pathname
      + writeAddress({ backend: now?.backend ?? null, room: now?.room ?? null }),
    place: () => {
      const { account = null, backend = null, origin = '', room = null } = now ?? {};
      return { account, backend, origin, room, link: means.link() };
    },
  };

  async function toggle() {
    loading ??= import('../rooms/rooms_panel.js')
      .then(({ createRoomsPanel }) => createRoomsPanel(opener, means));
    try {
      const panel = await loading;
      panel.togglePopover();
      opener.popoverTargetElement = panel;
      opener.removeEventListener('click', toggle);
    } catch (error) {
      loading = null; // it did not load: the next click tries again
      console.error(error);
    }
  }

  opener.addEventListener('click', toggle);
  byId('invite').addEventListener('click', async () => {
    const { copyUnseen } = await import('../rooms/copy_line.js');
    copyUnseen(byId('invite'), means.link());
  });
  document.addEventListener('keydown', (event) => {
    const asked = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)
      && !event.shiftKey && !event.altKey;
    if (!asked || !opener.checkVisibility() || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    toggle();
  });

  return (state) => {
    now = state;
  };
}
