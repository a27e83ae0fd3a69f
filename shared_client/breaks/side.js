/** The members of one side: the first one writes all the time, and says again what is not confirmed. */

import { memberName } from '../race/lane.js';
import { Account } from './account.js';
import { Member } from './member.js';

export const MEMBERS = 4;
const EVERY_MS = 200;
const AGAIN_MS = 1000;
const AWAY_MS = 5000;

/**
 * @param {{origin: string, room: string, name: string, run: string, changed: () => void}} start
 *   `run` tells this page's messages from all others
 */
export function createSide({ origin, room, name, run, changed }) {
  const account = new Account(MEMBERS);
  const prefix = `break-${run}-`;
  /** @type {Set<number>} */
  const unconfirmed = new Set();
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  const timers = new Set();
  let next = 1;

  const members = Array.from({ length: MEMBERS }, (_, number) => new Member({
    origin, room, name: memberName(name, number), changed,
    heard(id, isReplay) {
      const n = numberOf(id);
      if (n === null) return;
      account.heard(n, number, isReplay, performance.now());
      if (number === 0) unconfirmed.delete(n);
      changed();
    },
    joined() {
      if (number === 0) for (const n of unconfirmed) say(n);
    },
    answered(frame) {
      const n = 'id' in frame ? numberOf(`${frame.id}`) : null;
      if (n === null) return;
      if (frame.type === 'ack') unconfirmed.delete(n);
      else after(() => unconfirmed.has(n) && say(n));
    },
  }));

  /** @param {string} id */
  function numberOf(id) {
    const n = id.startsWith(prefix) ? Number(id.slice(prefix.length)) : NaN;
    return Number.isSafeInteger(n) ? n : null;
  }

  /** @param {() => void} work @param {number} [ms] */
  function after(work, ms = AGAIN_MS) {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  }

  /** @param {number} n */
  function say(n) {
    members[0].say(prefix + n, `${n}`);
  }

  const beat = setInterval(() => {
    const now = performance.now();
    account.passed(now);
    for (const member of members) member.look(now);
    // The conversation begins when all are here.
    if (next === 1 && !members.every(({ isHere }) => isHere)) return;
    const n = next++;
    unconfirmed.add(n);
    account.said(n, now);
    if (members[0].isHere) say(n);
    changed();
  }, EVERY_MS);

  return {
    account,
    /** @returns {number} how many are connected */
    here: () => members.filter(({ isHere }) => isHere).length,
    /** The readers leave for some time, and the writer goes on. */
    away() {
      const readers = members.slice(1);
      account.begin('away', performance.now());
      for (const reader of readers) reader.leave();
      after(() => {
        account.over(performance.now());
        for (const reader of readers) reader.come();
      }, AWAY_MS);
    },
    close() {
      clearInterval(beat);
      for (const timer of timers) clearTimeout(timer);
      for (const member of members) member.close();
    },
  };
}
