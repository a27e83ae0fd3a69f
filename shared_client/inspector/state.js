/** The inspector's state: `(state, event) → state`. Pure. */

import { fieldOf } from './frame.js';
import { EMPTY, isFrame, reduceLog } from './log.js';
import { counted, measured, STILL } from './pace.js';
import { answered, asked, UNASKED } from './probes.js';
import { READING, reduceStall } from './stall.js';

/**
 * @typedef {import('./log.js').Happened | {what: 'measured', at: number, ms: number}} Observed
 *
 * @typedef {object} State
 * @property {import('./log.js').Log} log
 * @property {import('./pace.js').Pace} pace
 * @property {import('./pace.js').Trips} trips
 * @property {import('./probes.js').Answers} answers
 * @property {import('./stall.js').Stall} stall
 * @property {boolean} open  whether there is a connection
 *
 * @typedef {import('./log.js').LogEvent
 *   | {type: 'seen', all: readonly Observed[]}
 *   | {type: 'asked', asked: import('./probes.js').Asked}
 *   | {type: 'stallWanted', at: number}
 *   | {type: 'stallEnded', at: number}} Event
 */

/** @type {State} */
export const initial = Object.freeze({
  log: EMPTY, pace: STILL, trips: [], answers: UNASKED, stall: READING, open: false,
});

/** @param {State} state @param {Event} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case 'seen':
      return seen(state, event.all);
    case 'asked':
      return { ...state, answers: asked(state.answers, event.asked) };
    case 'stallWanted':
      return stalled(state, { type: 'wanted', at: event.at });
    case 'stallEnded':
      return stalled(state, { type: 'ended', at: event.at });
    default:
      return { ...state, log: reduceLog(state.log, event) };
  }
}

/** @param {State} state @param {readonly Observed[]} all @returns {State} */
function seen(state, all) {
  const happened = all.filter((each) => each.what !== 'measured');
  const listed = { ...state, log: reduceLog(state.log, { type: 'happened', all: happened }) };
  return all.reduce(learned, listed);
}

/** @param {State} state @param {Observed} each @returns {State} */
function learned(state, each) {
  if (each.what === 'measured') return { ...state, trips: measured(state.trips, each.ms) };
  if (each.what === 'open') return { ...state, open: true };
  if (each.what === 'closed') {
    const ended = { ...state, open: false, trips: measured(state.trips, null),
      answers: { ...state.answers, asked: [] } };
    return stalled(ended, { type: 'closed', at: each.at });
  }
  if (!isFrame(each)) return state;
  const { what, at, frame } = each;
  const paced = { ...state, pace: counted(state.pace, what, at, frame.size) };
  if (what === 'out' || frame.binary) return paced;
  if (frame.type === 'welcome') return stalled(paced, { type: 'welcomed', at });
  // An error with another id is the answer to a message of the chat.
  if (frame.type !== 'error' || !['', 'probe'].includes(fieldOf(frame.text, 'id'))) return paced;
  return { ...paced, answers: answered(paced.answers, fieldOf(frame.text, 'code'), at) };
}

/** @param {State} state @param {import('./stall.js').StallEvent} event @returns {State} */
function stalled(state, event) {
  const { at } = event;
  const stall = reduceStall(state.stall, event);
  /** @type {import('./log.js').Happened[]} */
  const all = [];
  if (stall.status === 'stalled' && state.stall.status !== 'stalled') {
    all.push({ what: 'stalled', at });
  } else if (state.stall.status === 'stalled' && event.type === 'ended') {
    all.push({ what: 'readOn', at, ms: at - state.stall.since });
  }
  const log = all.length === 0 ? state.log : reduceLog(state.log, { type: 'happened', all });
  return stall === state.stall ? state : { ...state, stall, log };
}
