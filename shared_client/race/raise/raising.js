/** Does the steps of the raise, one after the other, on the race's members and its ledger. */

import { size } from '../ledger.js';
import { filler } from '../load.js';
import { present } from '../side.js';
import { messageId } from '../state.js';
import {
  cut, demandOf, MOST_MINUTES, nextTurn, planned, rateOf, speakersFor, stepped,
} from './plan.js';
import { watchPauses } from './pauses.js';
import { isCertain, judged, LEAST_LAGS, measured, messagesOf, mostOf } from './step.js';

/** Joins are work for the server, which tells all members: it gets this time before its step. */
const REST_MS = 1000;
const REST_EACH_MS = 5;
const JOIN_MS = 15_000;
/** The companion connects 40 a second. */
const JOIN_EACH_MS = 50;
/** Longer than the ledger needs to find that a message is lost. */
const DRAIN_MS = 15_000;

/**
 * @typedef {import('./plan.js').Plan} Plan
 * @typedef {import('./plan.js').Turn} Turn
 * @typedef {import('./plan.js').Demand} Demand
 * @typedef {import('./step.js').Step} Step
 * @typedef {import('../state.js').State} State
 * @typedef {{turn: Turn, phase: 'joining' | 'sending' | 'waiting', done: number, of: number}} Now
 * @typedef {{readonly state: State, dispatch: (event: import('../state.js').Event) => void,
 *   subscribe: (listener: () => void) => void}} Store
 * @typedef {Record<string, {say: (frame: any, member?: number) => boolean}>} Lanes
 */

/**
 * @param {{store: Store, lanes: Lanes, newRun: () => string,
 *   want: (demand: Demand | null) => void, changed: () => void}} race  `want` connects members;
 *   null: as in the settings
 */
export function createRaising({ store, lanes, newRun, want, changed }) {
  /** @type {Plan | null} */
  let plan = null;
  /** @type {Now | null} */
  let now = null;
  /** @type {AbortController | null} */
  let running = null;

  store.subscribe(() => {
    if (store.state.hidden) running?.abort('hidden'); // browsers slow hidden tabs down
  });

  /** @param {import('./plan.js').What} what */
  async function start(what) {
    if (running !== null) return;
    const { settings, sides, companion } = store.state;
    const mine = running = new AbortController();
    const clock = setTimeout(() => mine.abort('time'), MOST_MINUTES * 60_000);
    plan = planned(what, settings, Object.keys(sides), companion.status === 'online');
    store.dispatch({ type: 'raising', on: true });
    try {
      for (let turn = nextTurn(plan); turn !== null; turn = nextTurn(plan)) {
        plan = stepped(plan, await take(plan, turn, mine.signal));
        changed();
      }
    } catch (error) {
      if (!mine.signal.aborted) throw error;
      plan = cut(plan, mine.signal.reason);
    } finally {
      clearTimeout(clock);
      running = null;
      now = null;
      want(null);
      store.dispatch({ type: 'raising', on: false });
      store.dispatch({ type: 'reset', run: newRun() }); // the last step is no race
      changed();
    }
  }

  /**
   * @param {Plan} mine @param {Turn} turn @param {AbortSignal} signal
   * @returns {Promise<Step>}
   */
  async function take(mine, turn, signal) {
    const demand = demandOf(mine, turn);
    show(turn, 'joining', 0, 0);
    want(demand);
    const most = JOIN_MS + JOIN_EACH_MS * demand[turn.key].crew;
    const rising = Object.keys(demand).filter((key) => mine.searches[key].level !== null);
    const isThere = (/** @type {string} */ key) => isComplete(store.state.sides[key], demand[key]);
    await until(() => rising.every(isThere), most, signal);
    if (!isThere(turn.key)) {
      return { ...turn, p99: null, atLeast: false, count: 0, disturbed: 0, missing: 0, outcome: 'limit',
        reason: 'joining', detail: store.state.sides[turn.key].crew.trouble ?? '' };
    }
    await pause(REST_MS + REST_EACH_MS * demand[turn.key].crew, signal);
    store.dispatch({ type: 'reset', run: newRun() });
    const pauses = watchPauses();
    try {
      return await measure(turn, rateOf(mine, turn), mine.settings.length, pauses.list, signal);
    } finally {
      pauses.stop();
    }
  }

  /**
   * @param {Turn} turn @param {number} rate @param {number} length
   * @param {readonly import('./pauses.js').Pause[]} pauses @param {AbortSignal} signal
   * @returns {Promise<Step>}
   */
  async function measure(turn, rate, length, pauses, signal) {
    const { key } = turn;
    const planned = messagesOf(rate);
    const look = () =>
      measured(store.state.sides[key].ledger, planned, performance.now(), pauses);
    const text = filler(length);
    let sent = 0;
    let sendingMs = 0;
    let found = look();
    const isOver = () => sent >= mostOf(rate) || isCertain(found);
    do {
      const began = performance.now();
      for (let more = 0; !isOver() && sent < planned + found.disturbed; more += 1, sent += 1) {
        await pause(began + more * 1000 / rate - performance.now(), signal);
        say(key, text, sent % speakersFor(rate));
        show(turn, 'sending', Math.min(sent + 1, planned), planned);
        found = look();
      }
      sendingMs += performance.now() - began;
      show(turn, 'waiting', 0, 0);
      await until(isDrained(store, key, performance.now()), DRAIN_MS, signal);
      found = look();
    } while (!isOver() && found.count < planned);
    return { ...turn, detail: '', ...found,
      ...judged(found, { ...troubles(store.state, key), planned, sent, sendingMs, rate }) };
  }

  /** @param {string} key @param {string} text @param {number} by  the member that sends */
  function say(key, text, by) {
    const { next, run } = store.state;
    const at = performance.now();
    const gone = lanes[key].say({ type: 'say', id: messageId(run, next), text }, by);
    store.dispatch({ type: 'said', now: performance.now(), kind: 'text', size: text.length, text,
      written: { [key]: gone ? { at, order: 1, by } : null } });
  }

  /** @param {Turn} turn @param {Now['phase']} phase @param {number} done @param {number} of */
  function show(turn, phase, done, of) {
    now = { turn, phase, done, of };
    changed();
  }

  /**
   * @param {() => boolean} isSo @param {number} ms @param {AbortSignal} signal
   * @returns {Promise<void>} when it is so, or when the time is over
   */
  function until(isSo, ms, signal) {
    return new Promise((resolve, reject) => {
      let open = true;
      const end = (/** @type {() => void} */ how) => {
        open = false;
        clearTimeout(timer);
        how();
      };
      const timer = setTimeout(() => end(resolve), ms);
      const look = () => {
        if (open && signal.aborted) end(() => reject(signal.reason));
        else if (open && isSo()) end(resolve);
      };
      watchers = [...watchers.filter(({ isOpen }) => isOpen()), { isOpen: () => open, look }];
      signal.addEventListener('abort', look, { once: true });
      look();
    });
  }

  /** @type {{isOpen: () => boolean, look: () => void}[]} */
  let watchers = [];
  store.subscribe(() => watchers.forEach(({ look }) => look()));

  return {
    start,
    stop: () => running?.abort('stopped'),
    get plan() { return plan; },
    get now() { return now; },
    get isOn() { return running !== null; },
  };
}

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, Math.max(0, ms));
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** @param {import('../side.js').Side} side @param {Demand[string]} demand @returns {boolean} */
function isComplete(side, { members, crew }) {
  return size(present(side)) === members && side.crew.connected === crew;
}

/**
 * The companion's next answer tells whether it was late itself, and so do the page's timers.
 *
 * @param {Store} store @param {string} key @param {number} sentAt @returns {() => boolean}
 */
function isDrained(store, key, sentAt) {
  return () => {
    const { sides, companion, lag } = store.state;
    const { ledger, crew } = sides[key];
    return ledger.flying.length === 0 && lag.last.length >= LEAST_LAGS
      && (crew.wanted === 0 || companion.lag.at > sentAt);
  };
}

/** @param {State} state @param {string} key */
function troubles({ sides, lag, companion }, key) {
  const { refused, unreported } = sides[key].ledger.totals;
  return { refused, unreported, lag, companionLag: companion.lag.worst };
}
