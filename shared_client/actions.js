/** What a person can do. The views call these and nothing else. */

import { writeAddress } from './page/address.js';
import { enterAccount, leaveAccount, whoAmI } from './network/api.js';
import { MOST_ENTRIES, resumeFrom } from './state/conversation.js';
import { writeHandoff } from './page/handoff.js';
import { newId } from './page/identity.js';
import { readPhoto } from './photos/photo.js';
import { remember } from './page/preferences.js';
import { socketUrl, textProblem, trimmedName } from './network/protocol.js';

export const TYPING_EVERY_MS = 1000;

/** @typedef {ReturnType<typeof createActions>} Actions */

/**
 * @param {{readonly state: import('./state/state.js').State,
 *   dispatch: (event: import('./state/state.js').Event) => void}} store
 * @param {import('./network/connection.js').Connection} connection
 * @param {import('./network/backends.js').Backends} backends
 * @param {import('./page/keeper.js').Keeper} keeper
 */
export function createActions(store, connection, backends, keeper) {
  let typingAt = -Infinity;

  function connect() {
    connection.open(() => {
      const { room, user, account } = store.state;
      const name = account === null ? user : null;
      return socketUrl(location.origin, `${room}`, name, resumeFrom(store.state));
    });
  }

  /** @param {'push' | 'replace'} how */
  function showAddress(how) {
    const address = `${location.pathname}${writeAddress(store.state)}`;
    if (how === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  }

  /** @param {string | null} account */
  function identify(account) {
    remember('account', account ?? '');
    if (account !== store.state.account) store.dispatch({ type: 'identified', account });
  }

  /** @param {'push' | 'replace'} [how]  as for `enter` */
  function exit(how = 'push') {
    connection.close();
    store.dispatch({ type: 'exited' });
    showAddress(how);
  }

  return {
    /**
     * @param {{room: string, user: string}} choice  valid ones; who is signed in keeps that name
     * @param {'push' | 'replace'} [how]  whether "back" leads to where one was
     * @param {'entered' | 'switched'} [arrival]
     */
    enter({ room, user }, how = 'push', arrival = 'entered') {
      const name = trimmedName(user);
      remember('name', name);
      remember('room', room);
      store.dispatch({ type: 'entered', room, backend: backends.self, arrival,
        user: store.state.account ?? name, ...keeper.load(room) });
      showAddress(how);
      connect();
    },

    exit,

    /**
     * Opens the page of the other backend, where it answers: a browser's own page of an error
     * would be the end of the chat.
     *
     * @param {string} key  of `backends`
     * @param {string | null} [room]  where not in one yet
     * @param {string} [name]  likewise
     * @returns {Promise<boolean>} whether one is on the way
     */
    async switchTo(key, room = store.state.room, name = store.state.user) {
      const place = backends.list.find((backend) => backend.key === key);
      if (place === undefined || key === backends.self) return true;
      try {
        await fetch(`${place.origin}/healthz`,
          { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.timeout(5000) });
      } catch {
        return false;
      }
      const { draft } = store.state;
      const from = store.state.room === null ? null : backends.self;
      keeper.save({ ...store.state, draft: '' }); // it goes along
      location.assign(writeHandoff(place.origin, writeAddress({ backend: key, room }),
        { name: name || null, draft, from }));
      return true;
    },

    /**
     * @param {'login' | 'register'} call @param {string} username @param {string} password
     * @returns {Promise<import('./network/api.js').Answer>}
     */
    async signIn(call, username, password) {
      const answer = await enterAccount(call, username, password);
      if (answer.username === null) return answer;
      const { room } = store.state;
      identify(answer.username);
      if (room !== null) {
        connection.close();
        store.dispatch({ type: 'entered', room, backend: backends.self, user: answer.username });
        connect();
      }
      return answer;
    },

    /** @returns {Promise<boolean>} */
    async signOut() {
      if (!await leaveAccount()) return false;
      identify(null);
      exit();
      return true;
    },

    /** The session may have begun or ended elsewhere. */
    async checkAccount() {
      identify(await whoAmI());
    },

    /** @param {string} text */
    draft(text) {
      store.dispatch({ type: 'drafted', text });
      const now = performance.now();
      if (text === '' || store.state.link.status !== 'online') return;
      if (now - typingAt >= TYPING_EVERY_MS && connection.send({ type: 'typing' })) typingAt = now;
    },

    /** Files by button, paste or drop: all go this way. @param {Iterable<File>} files */
    async attach(files) {
      const read = await Promise.all([...files].map((file) =>
        readPhoto(file, store.state.limits.image)));
      if (read.length === 0) return;
      store.dispatch({ type: 'attached', files: read.map((file) => ({ id: newId(), ...file })) });
    },

    /** @param {string} id */
    detach: (id) => store.dispatch({ type: 'detached', id }),

    /**
     * Sends the draft and the photos, or lets them wait for the connection.
     *
     * @returns {boolean} false where there is nothing that can be sent as it is
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

    /** @param {string} id */
    retry: (id) => store.dispatch({ type: 'retried', id }),
    /** @param {string} id */
    discard: (id) => store.dispatch({ type: 'discarded', id }),
    /** @param {number} to  the end of what is missing */
    fillGap: (to) => store.dispatch({ type: 'gapWanted', to, at: Date.now() }),
    /** @param {boolean} [again]  also where it failed */
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
