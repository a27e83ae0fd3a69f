/** Views that are loaded with the first state that has something to show in them. */

/**
 * Where it does not arrive the page goes on without it: only for what one can do without.
 *
 * @template State
 * @param {(state: State) => boolean} wanted
 * @param {() => Promise<(state: State) => void>} load
 * @returns {(state: State) => void}
 */
export function later(wanted, load) {
  let loading = false;
  /** @type {((state: State) => void) | null} */
  let view = null;
  /** @type {State} */
  let now;
  return (state) => {
    now = state;
    view?.(state);
    if (loading || !wanted(state)) return;
    loading = true;
    load().then((loaded) => {
      view = loaded;
      view(now);
    }, console.warn);
  };
}
