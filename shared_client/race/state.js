/**
 * The state of the race, as `(state, event) → state`: both sides, the settings, and whether the
 * load runs. Pure: no socket, no document, no clock.
 */

import { LATE_MS, SETTLE_MS } from './ledger.js';
import { adjusted, DEFAULTS } from './load.js';
import { aligned, measured } from './clock.js';
import { lagging, NO_LAG } from './lag.js';
import { emptySide, reduceSide, restarted, said, waited } from './side.js';

/** A longer pause counts as this much, so that a page that slept causes no losses. */
export const LONGEST_TICK_MS = 500;
/** The account keeps this many characters of a text. */
const EXCERPT = 80;

/**
 * @typedef {import('./side.js').Side} Side
 * @typedef {import('./load.js').Settings} Settings
 * @typedef {{at: number, order: number, by?: number}} Written  `by` is the member that sent it
 * @typedef {{run: string, next: number, sides: Readonly<Record<string, Side>>,
 *   settings: Settings, running: boolean, raising: boolean, hidden: boolean, slept: boolean,
 *   awake: number, tickAt: number | null,
 *   stirred: Readonly<Record<string, number>>, lag: import('./lag.js').Lag,
 *   companion: {status: 'none' | 'connecting' | 'online' | 'away',
 *     closed: {code: number, reason: string} | null, complaint: string,
 *     samples: readonly import('./clock.js').Sample[], lag: {worst: number, at: number}}}} State
 *   `closed` is how the companion's socket ended, `complaint` is its error on a frame of this page;
 *   its `lag` is how late its timers came at worst since the reset, in ms, and when it said so;
 *   `raising`: the load rises step by step (`raise/`);
 *   `slept`: the load has paused because the tab was hidden; `stirred` has the time on the clock of
 *   `awake` at which something last came or went, by side
 *
 * @typedef {{type: 'side', key: string, event: import('./side.js').SideEvent}
 *   | {type: 'said', now: number, kind: 'text' | 'image', size: number, text: string,
 *       written: Record<string, Written | null>}
 *   | {type: 'passed', at: number, lag?: number, sending?: readonly string[]}
 *   | {type: 'set', settings: Partial<Settings>}
 *   | {type: 'started'} | {type: 'paused'} | {type: 'reset', run: string}
 *   | {type: 'raising', on: boolean}
 *   | {type: 'visibility', hidden: boolean}
 *   | {type: 'companion', status: State['companion']['status'], code?: number, reason?: string}
 *   | {type: 'complaint', detail: string}
 *   | {type: 'clock', askedAt: number, heardAt: number, at: number, lag?: number}
 *   | {type: 'delivered', key: string, n: number, members: number, had: number, late: number,
 *       waiting: number, firstAt: number | null, lastAt: number | null}} Event  `lag` is how late
 *   the page's timer came, in ms; `sending` are the sides whose frames have not all left the page
 */

/** @param {readonly string[]} keys  of the backends @param {string} run @returns {State} */
export function initial(keys, run) {
  return {
    run, next: 1, sides: Object.fromEntries(keys.map((key) => [key, emptySide])),
    settings: DEFAULTS, running: false, raising: false, hidden: false, slept: false, awake: 0, tickAt: null,
    stirred: {}, lag: NO_LAG,
    companion: { status: 'none', closed: null, complaint: '', samples: [],
      lag: { worst: 0, at: -Infinity } },
  };
}

/** @param {State} state @param {Event} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case 'side':
      return heard(state, event);
    case 'said':
      return saidTo(tick(state, event.now), event);
    case 'passed':
      return tick(lagged(stir(state, isLoading(state) ? Object.keys(state.sides) : event.sending),
        event.lag), event.at);
    case 'set':
      return { ...state, settings: adjusted(state.settings, event.settings) };
    case 'started':
      return { ...state, running: true, slept: false };
    case 'paused':
      return { ...state, running: false, slept: false };
    case 'reset':
      return { ...everySide(state, restarted), run: event.run, next: 1, slept: false,
        lag: NO_LAG,
        companion: { ...state.companion, lag: { ...state.companion.lag, worst: 0 } } };
    case 'raising':
      return { ...state, raising: event.on, running: false, slept: false };
    case 'visibility':
      return { ...state, hidden: event.hidden, lag: { ...state.lag, last: [] },
        slept: event.hidden ? state.running : state.slept };
    case 'companion':
      return withCompanion(state, event);
    case 'complaint':
      return { ...state, companion: { ...state.companion, complaint: event.detail } };
    case 'clock':
      return clocked(state, event);
    case 'delivered':
      return delivered(state, event);
    default:
      return state;
  }
}

/** @param {State} state @returns {boolean} whether the load sends messages */
export function isLoading({ running, hidden, settings }) {
  return running && !hidden && settings.rate > 0;
}

/** @param {string} run @param {number} n @returns {string} the id in the frames */
export function messageId(run, n) {
  return `race-${run}-${n}`;
}

/** @param {string} run @param {unknown} id @returns {number | null} null for other ids */
export function numberOf(run, id) {
  const prefix = `race-${run}-`;
  if (typeof id !== 'string' || !id.startsWith(prefix)) return null;
  const n = Number(id.slice(prefix.length));
  return Number.isSafeInteger(n) && n > 0 ? n : null;
}

/** @param {State} state @param {Extract<Event, {type: 'said'}>} event @returns {State} */
function saidTo(state, { kind, size, text, written }) {
  const content = { n: state.next, kind, size, text: [...text.slice(0, 2 * EXCERPT)]
    .slice(0, EXCERPT).join('') };
  const sides = Object.entries(state.sides).map(([key, side]) =>
    [key, key in written ? said(side, content, written[key], state.awake + LATE_MS) : side]);
  return { ...stir(state, Object.keys(state.sides)), next: state.next + 1,
    sides: Object.fromEntries(sides) };
}

/** @param {State} state @param {number} at @returns {State} */
function tick(state, at) {
  const passed = state.tickAt === null ? 0 : Math.min(at - state.tickAt, LONGEST_TICK_MS);
  const awake = state.awake + Math.max(0, passed);
  const quiet = (/** @type {string} */ key) => !isLoading(state)
    && awake - (state.stirred[key] ?? 0) >= SETTLE_MS;
  return { ...everySide(state, (side, key) => waited(side, awake, quiet(key))), awake, tickAt: at };
}

/** @param {State} state @param {readonly string[]} [keys] @returns {State} */
function stir(state, keys = []) {
  if (keys.length === 0) return state;
  const now = Object.fromEntries(keys.map((key) => [key, state.awake]));
  return { ...state, stirred: { ...state.stirred, ...now } };
}

/**
 * A page that waits for nothing, or that the browser slows down, is not measured.
 *
 * @param {State} state @param {number} [lag]  in ms @returns {State}
 */
function lagged(state, lag) {
  const waits = Object.values(state.sides).some(({ ledger }) => ledger.flying.length > 0);
  const measures = waits || isLoading(state) || state.raising;
  if (lag === undefined || state.hidden || !measures) return state;
  return { ...state, lag: lagging(state.lag, lag) };
}

/** @param {State} state @param {Extract<Event, {type: 'side'}>} event @returns {State} */
function heard(state, { key, event }) {
  const next = withSide(state, key, (side) => reduceSide(side, event));
  return event.type === 'had' ? stir(next, [key]) : next;
}

/** @param {State} state @param {Extract<Event, {type: 'companion'}>} event @returns {State} */
function withCompanion(state, { status, code, reason = '' }) {
  const { samples, closed, lag } = state.companion;
  const next = { ...state, companion: { status, complaint: '', lag,
    closed: code !== undefined ? { code, reason } : status === 'online' ? null : closed,
    samples: status === 'online' ? samples : [] } };
  if (status === 'online') return next;
  return everySide(next, (side) =>
    reduceSide(side, { type: 'crew', connected: 0, wanted: side.crew.wanted,
      trouble: null }));
}

/** @param {State} state @param {Extract<Event, {type: 'clock'}>} event @returns {State} */
function clocked(state, event) {
  const { companion } = state;
  const worst = Math.max(companion.lag.worst, event.lag ?? 0);
  return { ...state, companion: { ...companion, lag: { worst, at: event.heardAt },
    samples: measured(companion.samples, event) } };
}

/** @param {State} state @param {Extract<Event, {type: 'delivered'}>} event @returns {State} */
function delivered(state, { key, n, members, had, late, waiting, firstAt, lastAt }) {
  const clock = aligned(state.companion.samples);
  const { flying = [], rows = [] } = state.sides[key]?.ledger ?? {};
  const isIt = (/** @type {import('./ledger.js').Message} */ each) => each.n === n;
  const message = flying.find(isIt) ?? rows.findLast(isIt);
  if (clock === null || message === undefined) return state;
  const after = (/** @type {number | null} */ at) =>
    at === null ? null : at - clock.offset - message.at;
  const crew = { members, had, late, waiting, first: after(firstAt), last: after(lastAt),
    give: clock.give };
  return stir(withSide(state, key, (side) => reduceSide(side, { type: 'reported', n, crew })), [key]);
}

/** @param {State} state @param {string} key @param {(side: Side) => Side} change @returns {State} */
function withSide(state, key, change) {
  const side = state.sides[key];
  return side === undefined ? state
    : { ...state, sides: { ...state.sides, [key]: change(side) } };
}

/**
 * @param {State} state @param {(side: Side, key: string) => Side} change
 * @returns {State} the same state if no side changed, so that the figures stay valid
 */
function everySide(state, change) {
  const sides = Object.entries(state.sides).map(([key, side]) =>
    /** @type {[string, Side]} */ ([key, change(side, key)]));
  if (sides.every(([key, side]) => side === state.sides[key])) return state;
  return { ...state, sides: Object.fromEntries(sides) };
}
