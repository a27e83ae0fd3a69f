/** Holds the state. Listeners run after every event; views draw once per frame. */

/**
 * @template State, Event
 * @param {(state: State, event: Event) => State} reduce
 * @param {State} initial
 */
export function createStore(reduce, initial) {
  let state = initial;
  /** @type {(() => void)[]} */
  const listeners = [];
  return {
    get state() {
      return state;
    },
    /** @param {Event} event */
    dispatch(event) {
      state = reduce(state, event);
      for (const listener of listeners) listener();
    },
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}

/**
 * Draws now, and then once per animation frame that has events, however many events there are.
 *
 * @template State
 * @param {{state: State, subscribe: (listener: () => void) => void}} store
 * @param {((state: State) => void)[]} views
 */
export function draw(store, views) {
  let due = false;
  const all = () => {
    due = false;
    for (const view of views) view(store.state);
  };
  store.subscribe(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(all);
  });
  all();
}
