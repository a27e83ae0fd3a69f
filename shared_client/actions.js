/** The user's actions. Views change the state only through them. */

import { enterAccount, leaveAccount, whoAmI } from './network/api.js';
import { reactId, unsayId } from './state/amendments.js';
import { MOST_ENTRIES } from './state/conversation.js';
import { createMoves } from './moves.js';
import { friendlyName, newId, ownName } from './page/identity.js';
import { readPhoto } from './photos/photo.js';
import { remember } from './page/preferences.js';
import { textProblem } from './network/protocol.js';

export const TYPING_EVERY_MS = 1000;

/**
 * @typedef {ReturnType<typeof createActions>} Actions
 * @typedef {ReturnType<typeof createTalk>} Talk
 * @typedef {{readonly state: import('./state/state.js').State,
 *   dispatch: (event: import('./state/state.js').Event) => void}} Store
 */

/**
 * @param {Store} store
 * @param {import('./network/connection.js').Connection} connection
 * @param {import('./network/backends.js').Backends} backends
 * @param {import('./page/keeper.js').Keeper} keeper
 * @param {Parameters<typeof createMoves>[4]} position
 */
export function createActions(store, connection, backends, keeper, position) {
  const moves = createMoves(store, connection, backends, keeper, position);
  /** Counts checks and changes of the account, so that a late answer is dropped. */
  let asked = 0;

  /**
   * Sets the account. Answers to earlier checks are dropped.
   *
   * @param {string} key  the backend's key @param {string | null} account
   */
  function identify(key, account) {
    asked += 1;
    remember(`account.${key}`, account ?? '');
    const { state } = store;
    if (key === state.backend && account !== state.account) {
      store.dispatch({ type: 'identified', account });
    }
  }

  /** Enters the room again as another user, who is not told again. @param {string} user */
  function reenter(user) {
    const { room, backend, origin, arrival } = store.state;
    if (room === null) return;
    connection.close();
    store.dispatch({ type: 'entered', room, backend: `${backend}`, origin, user, arrival });
    moves.connect();
  }

  /**
   * The session may have begun or ended elsewhere. If it ended before the user entered the room,
   * the user enters as a guest.
   */
  async function checkAccount() {
    asked += 1;
    const mine = asked;
    const { visit, backend } = store.state;
    const account = await whoAmI(moves.origin());
    if (account === undefined || asked !== mine) return;
    identify(`${backend}`, account);
    const { arrival, link, visit: now } = store.state;
    const atTheDoor = visit === now && (arrival === 'entered' || arrival === 'switched');
    if (account === null && atTheDoor && link.status === 'refused') reenter(ownName());
  }

  return {
    ...moves,
    ...createTalk(store, connection),

    /**
     * @param {'login' | 'register'} call @param {string} username @param {string} password
     * @returns {Promise<import('./network/api.js').Answer>}
     */
    async signIn(call, username, password) {
      const key = `${store.state.backend}`;
      const answer = await enterAccount(backends.originOf(key), call, username, password);
      if (answer.username === null) return answer;
      identify(key, answer.username);
      if (key === store.state.backend) reenter(answer.username);
      return answer;
    },

    /** @returns {Promise<boolean>} */
    async signOut() {
      const key = `${store.state.backend}`;
      const { account } = store.state;
      if (!await leaveAccount(backends.originOf(key))) return false;
      // No guest may have the name of an account.
      if (ownName().toLowerCase() === account?.toLowerCase()) remember('name', friendlyName());
      identify(key, null);
      if (key === store.state.backend) moves.exit(store.state.room === null ? 'replace' : 'push');
      return true;
    },

    checkAccount,

    /** At the entrance: chooses the backend, with its rooms and its account. @param {string} key */
    choose(key) {
      if (!backends.isNear(key)) return;
      moves.exit('replace', key);
      if (store.state.account !== null) checkAccount();
    },

    /** Takes files from the button, a paste or a drop. @param {Iterable<File>} files */
    async attach(files) {
      const { room, limits } = store.state;
      const read = await Promise.all([...files].map((file) => readPhoto(file, limits.image)));
      if (read.length === 0 || store.state.room !== room) return;
      store.dispatch({ type: 'attached', files: read.map((file) => ({ id: newId(), ...file })) });
    },

    /** @param {string} id */
    detach: (id) => store.dispatch({ type: 'detached', id }),

    /**
     * Sends the draft and the photos. Without a connection, they wait.
     *
     * @returns {boolean} false if there is nothing to send, or the text is not valid
     */
    say() {
      const { attached, draft, limits } = store.state;
      const text = draft.trimEnd();
      const problem = textProblem(text, limits.text);
      const photos = attached.filter(({ photo }) => photo !== null);
      if (problem === 'empty' ? photos.length === 0 : problem !== null) return false;
      const at = Date.now();
      for (const { id } of attached.filter(({ photo }) => photo === null)) {
        store.dispatch({ type: 'detached', id });
      }
      for (const { id, photo } of photos) store.dispatch({ type: 'composed', id, photo, at });
      if (problem === null) store.dispatch({ type: 'composed', id: newId(), text, at });
      else store.dispatch({ type: 'drafted', text: '' });
      return true;
    },
  };
}

/**
 * What the user does in a conversation, on any connection.
 *
 * @param {Store} store @param {import('./network/connection.js').Connection} connection
 */
export function createTalk(store, connection) {
  let typingAt = -Infinity;

  return {
    /** @param {string} text */
    draft(text) {
      store.dispatch({ type: 'drafted', text });
      const now = performance.now();
      if (text === '' || store.state.link.status !== 'online') return;
      if (now - typingAt >= TYPING_EVERY_MS && connection.send({ type: 'typing' })) typingAt = now;
    },

    /**
     * Takes back a message of the user, for all members.
     *
     * @param {number} seq @returns {boolean} false if there is no connection
     */
    unsay: (seq) => connection.send({ type: 'unsay', id: unsayId(seq), seq }),

    /** @param {number} seq @param {string} emoji @param {boolean} on */
    react(seq, emoji, on) {
      const id = reactId(seq, emoji, on);
      if (!connection.send({ type: 'react', id, seq, emoji, on })) return;
      store.dispatch({ type: 'reacted', seq, emoji, on });
    },

    /** @param {string} id */
    retry: (id) => store.dispatch({ type: 'retried', id }),
    /** @param {string} id */
    discard: (id) => store.dispatch({ type: 'discarded', id }),
    /** @param {number} to  the last missing seq */
    fillGap: (to) => store.dispatch({ type: 'gapWanted', to, at: Date.now() }),
    /** @param {boolean} [again]  also after a failure */
    loadOlder(again = false) {
      const { book, entries, link } = store.state;
      if (link.status !== 'online' || book === null || entries.length >= MOST_ENTRIES) return;
      if (book.older === 'idle' || (again && book.older === 'failed')) {
        store.dispatch({ type: 'olderWanted' });
      }
    },
    /** @param {boolean} atEnd */
    scrolled(atEnd) {
      if (atEnd !== store.state.atEnd) store.dispatch({ type: 'scrolled', atEnd });
    },
    reconnect: () => connection.retryNow(),
  };
}
