/** Opens the race if the address asks for it, and closes it if the address no longer does. */

import { byId } from '../views/dom.js';

/**
 * @param {{readonly state: import('../state/state.js').State}} store
 * @param {() => Promise<() => {close: () => void}>} load  gives the function that opens it
 * @param {() => void} failed  called if it does not open
 * @returns {() => void} to call when the view may have changed
 */
export function createRaceDoor(store, load, failed) {
  const main = byId('race');
  /** The visit for which the race is open. @type {number | null} */
  let visit = null;
  /** @type {{close: () => void} | null} */
  let race = null;

  async function open() {
    const mine = visit;
    try {
      const opened = await load();
      if (visit === mine) race = opened();
    } catch (error) {
      console.error(error);
      if (visit === mine) failed();
    }
  }

  return () => {
    const { state } = store;
    const wanted = state.view === 'race' ? state.visit : null;
    if (wanted === visit) return;
    visit = wanted;
    race?.close();
    race = null;
    main.hidden = wanted === null;
    if (wanted !== null) open();
  };
}
