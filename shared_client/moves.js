/** Where one goes: into a room and out of it, from one backend to the other, to the race. */

import { writeAddress } from './page/address.js';
import { answers } from './network/api.js';
import { isFound, resumeFrom } from './state/conversation.js';
import { ownName } from './page/identity.js';
import { recall, remember } from './page/preferences.js';
import { socketUrl, trimmedName } from './network/protocol.js';

/**
 * @typedef {'push' | 'replace'} How  whether "back" leads to where one was
 * @typedef {{room: string, user: string, backend?: string}} Choice  a valid one; who is signed in
 *   keeps that name; without a backend it is the one in use
 * @typedef {NonNullable<import('./state/state.js').State['seek']>} Seek
 */

/** Two places are one that are so near, in pixels. */
const SAME_PLACE = 2;

/**
 * @param {{readonly state: import('./state/state.js').State,
 *   dispatch: (event: import('./state/state.js').Event) => void}} store
 * @param {import('./network/connection.js').Connection} connection
 * @param {import('./network/backends.js').Backends} backends
 * @param {import('./page/keeper.js').Keeper} keeper
 * @param {() => Seek | null | undefined} position  of what is read; undefined where all is in view
 */
export function createMoves(store, connection, backends, keeper, position) {
  /** Counts the choices: what an earlier one still waits for is of no interest any more. */
  let turn = 0;
  /** By what name one was last seen where. @type {Map<string, string>} */
  const names = new Map();
  /** What was looked for when one came. @type {Seek | null} */
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
    });
  }

  /** @param {How} how @param {string | null} room @param {'race' | null} [view] */
  function showAddress(how, room, view = null) {
    const said = room !== null || here() !== backends.self;
    const query = writeAddress({ backend: said ? here() : null, room, view });
    const address = `${location.pathname}${query}`;
    if (how === 'push') history.pushState({ inside: true }, '', address);
    else history.replaceState(history.state, '', address);
  }

  /** What to look for elsewhere: to and fro leads back to the same place, but for who scrolled. */
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
   * In the same room of another backend, what one is about to say goes along; what waits to be
   * sent stays with the backend that it was written for.
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
    store.dispatch({ type: 'entered', room, ...there, user: there.account ?? name, ...kept,
      draft: switched && state.draft !== '' ? state.draft : draft,
      attached: switched ? [...attached, ...state.attached] : attached,
      arrival: switched ? 'switched' : arrival, seek: sought && { ...sought } });
    showAddress(how, room);
    connect();
  }

  /**
   * @param {How} [how] @param {string} [backend]  whose entrance it is
   * @param {string | null} [race]  the room of the race, where that is where one goes
   */
  function exit(how = 'push', backend = here(), race = null) {
    turn += 1;
    connection.close();
    const view = race === null ? null : 'race';
    store.dispatch({ type: 'exited', ...near(backend), view });
    showAddress(how, race, view);
  }

  /** A guest is the same everywhere; an account is one's name where it is one. */
  function nameAt(/** @type {string} */ key) {
    const { user, account } = store.state;
    return account === null ? user : names.get(key) ?? user;
  }

  return {
    connect,
    enter,
    exit,

    /** @returns {string} of the backend in use */
    origin: () => backends.originOf(here()),

    /**
     * Goes to a backend that answers; one that does not would be the end of the chat. It is talked
     * to from this page where that can be, and else its own page is opened.
     *
     * @param {string} key  of `backends`
     * @param {{room: string | null, user: string}} [choice]  where not in a room yet
     * @returns {Promise<boolean | null>} false where it does not answer; null where nothing was to
     *   be done, or another choice was made meanwhile
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

    /** @returns {Promise<string | null>} another backend, one that answers */
    async another() {
      const { visit, backend } = store.state;
      const others = backends.list.filter(({ key }) => key !== backend);
      const up = await Promise.all(others.map(({ origin }) => answers(origin)));
      return store.state.visit === visit ? others.find((_, index) => up[index])?.key ?? null : null;
    },

    /** Opens the race in this room. */
    race() {
      exit('push', here(), store.state.room ?? recall('room') ?? 'lobby');
    },

    /** Back to where one came from, or into the race's room. @param {string} room */
    leaveRace(room) {
      if (history.state?.inside) history.back();
      else enter({ room, user: ownName() }, 'replace');
    },
  };

  /** @param {string} key @param {string | null} room @param {string} name */
  async function leaveFor(key, room, name) {
    const { writeHandoff } = await import('./page/handoff.js');
    const { state } = store;
    keeper.save({ ...state, draft: '' }); // it goes along
    location.assign(writeHandoff(backends.originOf(key), writeAddress({ backend: key, room }),
      { name: name || null, draft: state.draft, from: state.room === null ? null : here() }));
  }
}
