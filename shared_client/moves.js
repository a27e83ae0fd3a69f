/** The user's moves: into and out of a room, to another backend, to a view. */

import { writeAddress } from './page/address.js';
import { answers } from './network/api.js';
import { isFound, resumeFrom } from './state/conversation.js';
import { ownName } from './page/identity.js';
import { recall, remember } from './page/preferences.js';
import { socketUrl, trimmedName } from './network/protocol.js';

/**
 * @typedef {'push' | 'replace'} How  whether "back" returns to the previous place
 * @typedef {{room: string, user: string, backend?: string}} Choice  a valid choice; a signed-in
 *   user keeps the account's name; without `backend`, the backend stays
 * @typedef {NonNullable<import('./state/state.js').State['seek']>} Seek
 * @typedef {import('./page/address.js').View} View
 */

/** Two places within this distance, in pixels, are the same. */
const SAME_PLACE = 2;

/**
 * @param {{readonly state: import('./state/state.js').State,
 *   dispatch: (event: import('./state/state.js').Event) => void}} store
 * @param {import('./network/connection.js').Connection} connection
 * @param {import('./network/backends.js').Backends} backends
 * @param {import('./page/keeper.js').Keeper} keeper
 * @param {() => Seek | null | undefined} position  the place read; undefined if all is in view
 */
export function createMoves(store, connection, backends, keeper, position) {
  /** Counts the user's choices, so that the answer to an earlier choice is dropped. */
  let turn = 0;
  /** The user's last name on each backend. @type {Map<string, string>} */
  const names = new Map();
  /** The place that was sought on arrival. @type {Seek | null} */
  let sought = null;

  const here = () => store.state.backend ?? backends.self;
  const near = (/** @type {string} */ key) => ({ backend: key,
    origin: key === backends.self ? '' : backends.originOf(key),
    account: recall(`account.${key}`) || null });

  function connect() {
    connection.open(() => {
      const { room, user, account } = store.state;
      const name = account === null ? user : null;
      return socketUrl(backends.originOf(here()), `${room}`, name, resumeFrom(store.state));
    }, () => {
      const invitation = invitationTo(store.state.room);
      return invitation ? [`invitation.${invitation}`] : [];
    });
  }

  /** @param {string | null} room @param {string} [backend] */
  function invitationTo(room, backend = here()) {
    return recall(`private.${room}@${backend}`);
  }

  /** @param {How} how @param {string | null} room @param {View | null} [view] */
  function showAddress(how, room, view = null) {
    const said = room !== null || here() !== backends.self;
    const query = writeAddress({ backend: said ? here() : null, room, view },
      how === 'replace' && view !== null ? location.search : '');
    const address = `${location.pathname}${query}`;
    if (how === 'push') history.pushState({ inside: true }, '', address);
    else history.replaceState(history.state, '', address);
  }

  /** The place to seek on the next backend. It stays the same until the user scrolls. */
  function place() {
    const { seek, entries, link } = store.state;
    const now = position();
    if (now === undefined) return sought;
    if (seek === null || now === null) return now;
    if (link.status !== 'online' || !isFound(store.state)) return seek;
    const between = entries.some(({ kind, at }) =>
      kind !== 'notice' && at > now.at && at <= seek.at);
    return between || Math.abs(now.offset - seek.offset) > SAME_PLACE ? now : seek;
  }

  /**
   * In the same room of another backend, the draft and the attachments go along. Messages that
   * wait to be sent stay with the backend for which they were written.
   *
   * @param {Choice} choice
   * @param {How} [how]
   * @param {'entered' | 'switched'} [arrival]
   */
  function enter({ room, user, backend = here() }, how = 'push', arrival = 'entered') {
    turn += 1;
    const { state } = store;
    const there = near(backend);
    const name = trimmedName(user);
    if (there.account === null) remember('name', name);
    remember('room', room);
    const switched = room === state.room && backend !== state.backend;
    sought = switched ? place() : null;
    if (switched) keeper.save({ ...state, draft: '', attached: [] });
    if (state.room !== null) names.set(here(), state.user);
    const { draft, attached, ...kept } = keeper.load(backend, room);
    // Over HTTP, a guest does not get the history of a private room.
    const whole = there.account === null && Boolean(invitationTo(room, backend));
    store.dispatch({ type: 'entered', room, ...there, user: there.account ?? name, ...kept,
      draft: switched && state.draft !== '' ? state.draft : draft,
      attached: switched ? [...attached, ...state.attached] : attached,
      arrival: switched ? 'switched' : arrival, whole, seek: sought && { ...sought } });
    showAddress(how, room);
    connect();
  }

  /**
   * @param {How} [how] @param {string} [backend]  the entrance's backend
   * @param {string | null} [room] @param {View | null} [view]  if the user goes to a view
   */
  function exit(how = 'push', backend = here(), room = null, view = null) {
    turn += 1;
    connection.close();
    store.dispatch({ type: 'exited', ...near(backend), view });
    showAddress(how, room, view);
  }

  /** A guest keeps one name everywhere; an account's name belongs to its backend. */
  function nameAt(/** @type {string} */ key) {
    const { user, account } = store.state;
    return account === null ? user : names.get(key) ?? user;
  }

  return {
    connect,
    enter,
    exit,

    /** @returns {string} of the current backend */
    origin: () => backends.originOf(here()),

    /**
     * Goes to a backend only if it answers: without an answer the chat would end. Enters a room
     * from this page if this page can use the backend, and else opens the backend's page.
     *
     * @param {string} key  of `backends`
     * @param {{room: string | null, user: string}} [choice]  if the user is not in a room yet
     * @returns {Promise<boolean | null>} false if the backend does not answer; null if there was
     *   nothing to do, or if the user made another choice meanwhile
     */
    async switchTo(key, choice = { room: store.state.room, user: nameAt(key) }) {
      turn += 1;
      const mine = turn;
      const { room, user } = choice;
      if (room === store.state.room && key === store.state.backend) return null;
      const there = await answers(backends.originOf(key));
      if (turn !== mine) return null;
      if (!there) return false;
      if (backends.isNear(key) && room !== null) enter({ room, user, backend: key });
      else await leaveFor(key, room, user);
      return true;
    },

    /** @returns {Promise<string | null>} another backend that answers */
    async another() {
      const { visit, backend } = store.state;
      const others = backends.list.filter(({ key }) => key !== backend);
      const up = await Promise.all(others.map(({ origin }) => answers(origin)));
      return store.state.visit === visit ? others.find((_, index) => up[index])?.key ?? null : null;
    },

    /** Shows the room in another view. @param {View} view */
    show(view) {
      exit('push', here(), store.state.room ?? recall('room') ?? 'lobby', view);
    },

    /** Goes back to the previous place, or into the view's room. @param {string} room */
    leaveView(room) {
      if (history.state?.inside) history.back();
      else enter({ room, user: ownName() }, 'replace');
    },
  };

  /** @param {string} key @param {string | null} room @param {string} name */
  async function leaveFor(key, room, name) {
    const { writeHandoff } = await import('./page/handoff.js');
    const { state } = store;
    keeper.save({ ...state, draft: '' }); // the draft goes along
    location.assign(writeHandoff(backends.originOf(key), writeAddress({ backend: key, room }),
      { name: name || null, draft: state.draft, from: state.room === null ? null : here() }));
  }
}
