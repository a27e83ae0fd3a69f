/** Opens another view than the chat, and closes it when the address no longer asks for it. */

import { byId } from '../views/dom.js';
import { VIEWS } from './address.js';
import { ownName } from './identity.js';

/**
 * @typedef {import('./address.js').View} View
 * @typedef {import('../state/state.js').State} State
 * @typedef {{close: () => void}} Opened
 * @typedef {{backends: import('../network/backends.js').Backends, room: string, name: string,
 *   keeper: import('./keeper.js').Keeper,
 *   viewer: ReturnType<typeof import('../photos/photo_view.js').mountViewer>,
 *   leave: () => void}} Start  what a view gets; `leave` goes back to the chat
 */

/** @type {Record<View, () => Promise<(start: Start) => Opened>>} */
const LOADS = {
  race: async () => (await import('../race/race.js')).openRace,
  split: async () => (await import('../split/split.js')).openSplit,
};

/**
 * @param {{readonly state: State, subscribe: (listener: () => void) => void}} store
 * @param {Omit<Start, 'room' | 'name' | 'leave'>} parts
 * @param {() => string} roomOf  the view's room
 * @param {(room: string) => void} leave
 * @param {() => void} failed  called if a view does not open
 */
export function mountViews(store, parts, roomOf, leave, failed) {
  const door = createViewDoor(store, async (view) => {
    const open = await LOADS[view]();
    const room = roomOf();
    return () => open({ ...parts, room, name: ownName(), leave: () => leave(room) });
  }, failed);
  store.subscribe(door);
  door();
}

/**
 * @param {{readonly state: State}} store
 * @param {(view: View) => Promise<() => Opened>} load  gives the function that opens the view
 * @param {() => void} failed  called if it does not open
 * @returns {() => void} to call when the view may have changed
 */
export function createViewDoor(store, load, failed) {
  /** The visit for which a view is open. @type {number | null} */
  let visit = null;
  /** @type {Opened | null} */
  let opened = null;

  /** @param {View} view */
  async function open(view) {
    const mine = visit;
    try {
      const start = await load(view);
      if (visit === mine) opened = start();
    } catch (error) {
      console.error(error);
      if (visit === mine) failed();
    }
  }

  return () => {
    const { view, visit: now } = store.state;
    const wanted = view === null ? null : now;
    if (wanted === visit) return;
    visit = wanted;
    opened?.close();
    opened = null;
    for (const each of VIEWS) byId(each).hidden = each !== view;
    if (view !== null) open(view);
  };
}
