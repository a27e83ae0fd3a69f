/** For a demo with a companion: one line that says what to try, and the synthetic people's switch. */

import { createTip } from './tip.js';
import { createSwitch } from './switch.js';
import { loadStyles } from '../views/style_sheets.js';

await loadStyles(new URL('./company.css', import.meta.url));

/**
 * @param {import('../network/backends.js').Backends} backends
 * @returns {(state: import('../state/state.js').State) => void}
 */
export function mountCompany({ companion, list }) {
  createTip(list.length < 2);
  const show = createSwitch(`${companion}`);
  /** @type {number | null} */
  let visit = null;
  return (state) => {
    if (state.visit === visit || state.room === null) return;
    ({ visit } = state);
    show(state.room);
  };
}
