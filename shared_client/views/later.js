/** Loads a view when a state first has something to show in the view. */

/**
 * Only for optional views: if the view does not load, the page goes on without it.
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
