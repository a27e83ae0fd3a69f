/** What a person can do. The views call these and nothing else. */

import { writeAddress } from './address.js';
import { newId } from './identity.js';
import { remember } from './preferences.js';
import { socketUrl, textProblem, trimmedName } from './protocol.js';

export const TYPING_EVERY_MS = 1000;

/** @typedef {ReturnType<typeof createActions>} Actions */

/**
 * @param {{readonly state: import('./state.js').State,
 *   dispatch: (event: import('./state.js').Event) => void}} store
 * @param {import('./connection.js').Connection} connection
 * @param {import('./backends.js').Backends} backends
 */
export function createActions(store, connection, backends) {
  let typingAt = -Infinity;

  function connect() {
    const { backend, room, user } = store.state;
    const place = backends.list.find(({ key }) => key === backend);
    if (place !== undefined && room !== null) {
      connection.open(socketUrl(place.origin, room, user));
    }
  }

  /** @param {'push' | 'replace'} how */
  function showAddress(how) {
    const address = `${location.pathname}${writeAddress(store.state)}`;
    if (how === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  }

  return {
    /**
     * @param {{room: string, user: string, backend: string}} choice  valid ones
     * @param {'push' | 'replace'} [how]  whether "back" leads to where one was
     */
    enter({ room, user, backend }, how = 'push') {
      remember('name', trimmedName(user));
      remember('room', room);
      store.dispatch({ type: 'entered', room, user: trimmedName(user), backend });
      showAddress(how);
      connect();
    },

    /** @param {'push' | 'replace'} [how]  as for `enter` */
    exit(how = 'push') {
      connection.close();
      store.dispatch({ type: 'exited' });
      showAddress(how);
    },

    /** @param {string} backend  a key of `backends` */
    switchTo(backend) {
      if (backend === store.state.backend) return;
      connection.close();
      store.dispatch({ type: 'switched', backend });
      showAddress('replace');
      connect();
    },

    /** @param {string} text */
    draft(text) {
      store.dispatch({ type: 'drafted', text });
      const now = performance.now();
      if (text === '' || store.state.link.status !== 'online') return;
      if (now - typingAt >= TYPING_EVERY_MS && connection.send({ type: 'typing' })) typingAt = now;
    },

    /**
     * Sends the draft, or lets it wait for the connection.
     *
     * @returns {boolean} false where the draft cannot be sent as it is
     */
    say() {
      const text = store.state.draft.trimEnd();
      if (textProblem(text, store.state.limits.text) !== null) return false;
      store.dispatch({ type: 'composed', id: newId(), text, at: Date.now() });
      return true;
    },

    /** @param {string} id */
    retry: (id) => store.dispatch({ type: 'retried', id }),
    /** @param {string} id */
    discard: (id) => store.dispatch({ type: 'discarded', id }),
    reconnect: () => connection.retryNow(),
  };
}
