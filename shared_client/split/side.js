/** One side of the split view: the conversation on one backend, with a separate connection. */

import { createTalk } from '../actions.js';
import { fetchPage, whoAmI } from '../network/api.js';
import { Connection } from '../network/connection.js';
import { createHistoryLoader } from '../network/history_loader.js';
import { createOutbox } from '../network/outbox.js';
import { socketUrl } from '../network/protocol.js';
import { recall, remember } from '../page/preferences.js';
import { resumeFrom } from '../state/conversation.js';
import { createRows } from '../state/rows.js';
import { initial, isTimed, reduce } from '../state/state.js';
import { createStore } from '../state/store.js';
import { keyOf } from '../state/timeline.js';
import { createArrivals } from './arrivals.js';
import { horizonOf } from './joined.js';
import { createKeeping } from './keeping.js';

/**
 * @typedef {ReturnType<typeof createSide>} Side
 * @typedef {import('../network/protocol.js').ServerFrame} ServerFrame
 * @typedef {import('../state/rows.js').Row} Row
 */

/** Close codes for an account whose session has ended. */
const TURNED_AWAY = new Set([4400, 4401, 4403]);
const TICK_MS = 1000;

/**
 * @param {{backend: import('../network/backends.js').Backend, isSelf: boolean, room: string,
 *   name: string, keeper: import('../page/keeper.js').Keeper}} start  `isSelf`: the backend of
 *   the page; `name`: a guest's
 */
export function createSide({ backend, isSelf, room, name, keeper }) {
  const { key, label, origin } = backend;
  const store = createStore(reduce, initial);
  const arrivals = createArrivals();
  const rowsOf = createRows(() => ''); // the split view has days of its own, for both sides
  const keeping = createKeeping(store, keeper);
  let heardAt = 0;
  let closed = false;
  /** @type {readonly Row[]} */
  let rows = [];
  /** @type {readonly Row[]} */
  let shown = [];

  const connection = new Connection((event) => {
    if (event.type === 'frame') note(event.frame);
    store.dispatch(event);
    const turnedAway = event.type === 'closed' && TURNED_AWAY.has(event.code);
    if (turnedAway && store.state.account !== null) checkAccount();
  });
  // The frame's event has the time of the calendar, which is coarser and can be set back.
  connection.watch((seen) => { if (seen.what === 'in') heardAt = seen.at; });

  /** @param {ServerFrame} frame */
  function note(frame) {
    if (frame.type !== 'message' && frame.type !== 'image') return;
    const { book } = store.state;
    const live = frame.seq === null || book === null || frame.seq > book.welcomed;
    arrivals.note(keyOf(frame), { at: heardAt, live });
  }

  /** @param {string | null} account */
  function enter(account) {
    const invitation = recall(`private.${room}@${key}`);
    const { outbox, mine } = keeper.load(key, room);
    store.dispatch({ type: 'entered', room, backend: key, origin: isSelf ? '' : origin, account,
      user: account ?? name, outbox, mine, whole: account === null && Boolean(invitation) });
    connection.open(
      () => socketUrl(origin, room, account === null ? name : null, resumeFrom(store.state)),
      () => invitation ? [`invitation.${invitation}`] : []);
  }

  /** The session may have ended elsewhere: then the user enters as a guest. */
  async function checkAccount() {
    if (await whoAmI(origin) !== null || closed) return;
    remember(`account.${key}`, '');
    enter(null);
  }

  enter(recall(`account.${key}`) || null);
  store.subscribe(createOutbox(store, (frame) => connection.send(frame)));
  store.subscribe(createHistoryLoader(store, (...page) => fetchPage(origin, ...page)));
  store.subscribe(keeping.save);
  const ticks = setInterval(() => {
    keeping.takeOver();
    if (!isTimed(store.state)) return;
    store.dispatch({ type: 'passed', at: Date.now(), draining: connection.buffered > 0 });
  }, TICK_MS);

  return {
    key,
    label,
    store,
    ...createTalk(store, connection),

    /**
     * @param {string} id  the same on both sides
     * @param {{text: string} | {photo: import('../state/outgoing.js').Photo}} content
     * @param {number} at
     */
    say: (id, content, at) => store.dispatch({ type: 'composed', id, ...content, at }),

    /** @returns {number} bytes that the socket must still send */
    buffered: () => connection.buffered,

    /** The browser says that the network is gone. */
    drop: () => connection.drop(),

    /** @returns {import('./joined.js').Side} for the lines of both sides */
    look() {
      const { state } = store;
      const now = rowsOf(state, Date.now());
      if (now !== rows) shown = withoutOwnComing(now, state.user);
      rows = now;
      return { rows: shown, horizon: horizonOf(state), arrivalOf: arrivals.of };
    },

    close() {
      closed = true;
      clearInterval(ticks);
      connection.close();
      store.dispatch({ type: 'exited' }); // drops an answer that is on its way
    },
  };
}

/**
 * The head says that the user is connected. The chat's connection may end after this connection
 * begins: then the room hears that the user left, and the user is still here.
 *
 * @param {readonly Row[]} rows @param {string} user
 */
function withoutOwnComing(rows, user) {
  return rows.filter(({ item }) => !('notice' in item && (item.notice === 'entered'
    || (item.notice === 'left' && item.detail === user))));
}
