/** Opens the race where the address says so, and closes it where it says so no more. */

import { byId } from '../views/dom.js';

/**
 * @param {{readonly state: import('../state/state.js').State}} store
 * @param {() => Promise<() => {close: () => void}>} load  gives what opens it
 * @param {() => void} failed  called where it did not arrive
 * @returns {() => void} to call whenever one may have come or gone
 */
export function createRaceDoor(store, load, failed) {
  const main = byId('race');
  /** The visit that it is open for. @type {number | null} */
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
