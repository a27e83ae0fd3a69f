/** The link to the companion: sets its members on each side, reads their reports and its clock. */

import { Connection } from '../network/connection.js';
import { numberOf } from './state.js';

/** At first the page asks for the clock often: the shortest of many round trips is most exact. */
const FIRST_ASKS = 12;
const FIRST_ASK_MS = 100;
const ASK_MS = 1000;

/**
 * @param {{origin: string, room: string, run: () => string,
 *   wanted: () => Readonly<Record<string, number>>,
 *   emit: (event: import('./state.js').Event) => void}} start
 * @returns {{set: () => void, stall: (key: string) => void, close: () => void}} `set` sends the
 *   wanted numbers of members; `stall`: those of a side read nothing for some seconds
 */
export function openCompanion({ origin, room, run, wanted, emit }) {
  let online = false;
  /** @type {Readonly<Record<string, number>>} */
  let told = {};
  let asked = 0;
  let heardAt = 0;
  /** @type {Map<string, number>} */
  const asks = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const connection = new Connection((event) => {
    if (event.type === 'connecting') emit({ type: 'companion', status: 'connecting' });
    else if (event.type === 'closed') {
      online = false;
      clearTimeout(timer);
      emit({ type: 'companion', status: 'away', code: event.code, reason: event.reason });
    } else if (event.type === 'frame') heard(/** @type {any} */ (event.frame));
  });

  connection.watch((seen) => {
    if (seen.what === 'in') heardAt = seen.at;
    if (seen.what === 'open') queueMicrotask(opened);
  });
  const address = new URL('/members', origin);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  connection.open(() => address.href);

  function opened() {
    online = true;
    told = {};
    asked = 0;
    asks.clear();
    emit({ type: 'companion', status: 'online' });
    set();
    ask();
  }

  function set() {
    if (!online) return;
    const before = told;
    told = wanted();
    const changes = Object.entries(told).map(([backend, members]) =>
      ({ backend, members, more: members - (before[backend] ?? 0) }));
    // Members leave first, because the companion has a limit for all.
    for (const { backend, members, more } of changes.sort((one, other) => one.more - other.more)) {
      if (more === 0) continue;
      connection.sendAsIs(JSON.stringify({ type: 'set', room, backend, members }));
    }
  }

  function ask() {
    const id = `${asked++}`;
    asks.set(id, performance.now());
    connection.sendAsIs(JSON.stringify({ type: 'clock', id }));
    timer = setTimeout(ask, asked < FIRST_ASKS ? FIRST_ASK_MS : ASK_MS);
  }

  /** @param {any} frame */
  function heard(frame) {
    if (frame.type === 'clock') {
      const askedAt = asks.get(frame.id);
      asks.delete(frame.id);
      if (askedAt !== undefined) {
        emit({ type: 'clock', askedAt, heardAt, at: frame.at, lag: frame.lag });
      }
    } else if (frame.type === 'members') {
      const { backend: key, connected, wanted: all, trouble = null } = frame;
      emit({ type: 'side', key, event: { type: 'crew', connected, wanted: all, trouble } });
    } else if (frame.type === 'delivered') {
      const n = numberOf(run(), frame.id);
      if (n !== null) emit({ ...frame, key: frame.backend, n });
    } else if (frame.type === 'error') emit({ type: 'complaint', detail: `${frame.detail}` });
  }

  return {
    set,
    stall(key) {
      connection.sendAsIs(JSON.stringify({ type: 'stall', backend: key }));
    },
    close() {
      clearTimeout(timer);
      connection.close();
    },
  };
}
