/**
 * The state of the race, as `(state, event) → state`: both sides, the settings, and whether the
 * load runs. Pure: no socket, no document, no clock.
 */

import { LOSS_MS } from './ledger.js';
import { adjusted, DEFAULTS } from './load.js';
import { aligned, measured } from './clock.js';
import { emptySide, reduceSide, restarted, said, waited } from './side.js';

/** A longer pause counts as this much, so that a page that slept causes no losses. */
export const LONGEST_TICK_MS = 500;
/** The account keeps this many characters of a text. */
const EXCERPT = 80;

/**
 * @typedef {import('./side.js').Side} Side
 * @typedef {import('./load.js').Settings} Settings
 * @typedef {{at: number, order: number}} Written
 * @typedef {{run: string, next: number, sides: Readonly<Record<string, Side>>,
 *   settings: Settings, running: boolean, hidden: boolean, slept: boolean,
 *   awake: number, tickAt: number | null,
 *   companion: {status: 'none' | 'connecting' | 'online' | 'away',
 *     closed: {code: number, reason: string} | null, complaint: string,
 *     samples: readonly import('./clock.js').Sample[]}}} State
 *   `closed` is how the companion's socket ended, `complaint` is its error on a frame of this page;
 *   `slept`: the load has paused because the tab was hidden
 *
 * @typedef {{type: 'side', key: string, event: import('./side.js').SideEvent}
 *   | {type: 'said', now: number, kind: 'text' | 'image', size: number, text: string,
 *       written: Record<string, Written | null>}
 *   | {type: 'passed', at: number}
 *   | {type: 'set', settings: Partial<Settings>}
 *   | {type: 'started'} | {type: 'paused'} | {type: 'reset', run: string}
 *   | {type: 'visibility', hidden: boolean}
 *   | {type: 'companion', status: State['companion']['status'], code?: number, reason?: string}
 *   | {type: 'complaint', detail: string}
 *   | {type: 'clock', askedAt: number, heardAt: number, at: number}
 *   | {type: 'delivered', key: string, n: number, members: number, had: number,
 *       firstAt: number | null, lastAt: number | null}} Event
 */

/** @param {readonly string[]} keys  of the backends @param {string} run @returns {State} */
export function initial(keys, run) {
  return {
    run, next: 1, sides: Object.fromEntries(keys.map((key) => [key, emptySide])),
    settings: DEFAULTS, running: false, hidden: false, slept: false, awake: 0, tickAt: null,
    companion: { status: 'none', closed: null, complaint: '', samples: [] },
  };
}

/** @param {State} state @param {Event} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case 'side':
      return withSide(state, event.key, (side) => reduceSide(side, event.event));
    case 'said':
      return saidTo(tick(state, event.now), event);
    case 'passed':
      return tick(state, event.at);
    case 'set':
      return { ...state, settings: adjusted(state.settings, event.settings) };
    case 'started':
      return { ...state, running: true, slept: false };
    case 'paused':
      return { ...state, running: false, slept: false };
    case 'reset':
      return { ...everySide(state, restarted), run: event.run, next: 1, slept: false };
    case 'visibility':
      return { ...state, hidden: event.hidden,
        slept: event.hidden ? state.running : state.slept };
    case 'companion':
      return withCompanion(state, event);
    case 'complaint':
      return { ...state, companion: { ...state.companion, complaint: event.detail } };
    case 'clock':
      return { ...state, companion: { ...state.companion,
        samples: measured(state.companion.samples, event) } };
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
    [key, said(side, content, written[key] ?? null, state.awake + LOSS_MS)]);
  return { ...state, next: state.next + 1, sides: Object.fromEntries(sides) };
}

/** @param {State} state @param {number} at @returns {State} */
function tick(state, at) {
  const passed = state.tickAt === null ? 0 : Math.min(at - state.tickAt, LONGEST_TICK_MS);
  const awake = state.awake + Math.max(0, passed);
  return { ...everySide(state, (side) => waited(side, awake)), awake, tickAt: at };
}

/** @param {State} state @param {Extract<Event, {type: 'companion'}>} event @returns {State} */
function withCompanion(state, { status, code, reason = '' }) {
  const { samples, closed } = state.companion;
  const next = { ...state, companion: { status, complaint: '',
    closed: code !== undefined ? { code, reason } : status === 'online' ? null : closed,
    samples: status === 'online' ? samples : [] } };
  if (status === 'online') return next;
  return everySide(next, (side) =>
    reduceSide(side, { type: 'crew', connected: 0, wanted: side.crew.wanted,
      trouble: null }));
}

/** @param {State} state @param {Extract<Event, {type: 'delivered'}>} event @returns {State} */
function delivered(state, { key, n, members, had, firstAt, lastAt }) {
  const clock = aligned(state.companion.samples);
  const message = state.sides[key]?.ledger.flying.find((each) => each.n === n);
  if (clock === null || message === undefined) return state;
  const after = (/** @type {number | null} */ at) =>
    at === null ? null : at - clock.offset - message.at;
  const crew = { members, had, first: after(firstAt), last: after(lastAt), give: clock.give };
  return withSide(state, key, (side) => reduceSide(side, { type: 'reported', n, crew }));
}

/** @param {State} state @param {string} key @param {(side: Side) => Side} change @returns {State} */
function withSide(state, key, change) {
  const side = state.sides[key];
  return side === undefined ? state
    : { ...state, sides: { ...state.sides, [key]: change(side) } };
}

/**
 * @param {State} state @param {(side: Side) => Side} change
 * @returns {State} the same state if no side changed, so that the figures stay valid
 */
function everySide(state, change) {
  const sides = Object.entries(state.sides).map(([key, side]) => [key, change(side)]);
  if (sides.every(([key, side]) => side === state.sides[`${key}`])) return state;
  return { ...state, sides: Object.fromEntries(sides) };
}
