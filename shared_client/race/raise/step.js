/** One step of the raise: how many messages it needs, and whether its side held. Pure. */

import { delivery, LATE_MS } from '../ledger.js';
import { isLimit, MOST_LAG_MS } from '../lag.js';
import { LEAST_FOR_P99 } from '../statistics.js';
import { isDisturbed } from './pauses.js';

/** A side breaks above this. */
export const MOST_P99_MS = 100;
/** Shorter steps would end before a queue can grow. */
export const LEAST_STEP_S = 5;
/** A page that needs this much longer for its messages did not send at the rate of the step. */
const SLOW_SENDING = 1.1;
const SHARE = 0.99;
/** Messages that a pause of the page disturbed are sent again, up to this share of the step. */
const AGAIN = 0.5;
/** Of fewer measurements of the page's lag, a single late timer would decide. */
export const LEAST_LAGS = 4;

/**
 * @typedef {import('../ledger.js').Ledger} Ledger
 * @typedef {'slow' | 'lost' | 'page' | 'companion' | 'refused' | 'joining'} Reason  the last four
 *   are no fault of the chat
 * @typedef {Readonly<{key: string, level: number, again: boolean}>} Turn
 * @typedef {Readonly<{p99: number | null, atLeast: boolean, count: number, disturbed: number,
 *   missing: number}>} Measured  `count` messages tell about the chat, and `disturbed` ones do not;
 *   `atLeast`: the p99 is this or more, because the step ended before its last message, or because
 *   a message did not come
 * @typedef {Turn & Measured & Readonly<{outcome: import('./search.js').Outcome,
 *   reason: Reason | null, detail: string}>} Step
 */

/** @param {number} rate  a second @returns {number} */
export function messagesOf(rate) {
  return Math.max(LEAST_FOR_P99, Math.ceil(rate * LEAST_STEP_S));
}

/** @param {number} rate @returns {number} messages that a step sends at most */
export function mostOf(rate) {
  return Math.ceil((1 + AGAIN) * messagesOf(rate));
}

/**
 * By nearest rank, so with all messages delivered it is the p99 of the race.
 *
 * @param {Ledger} ledger  of the step @param {number} planned  messages
 * @param {number} now  on the clock of the messages
 * @param {readonly import('./pauses.js').Pause[]} [pauses]  of the page
 * @returns {Measured}
 */
export function measured({ rows, flying, totals }, planned, now, pauses = []) {
  const all = [
    ...rows.map((row) => ({ at: row.at, ms: delivery(row) ?? LATE_MS, open: row.fate !== 'whole' })),
    ...flying.map(({ at }) => ({ at, ms: now - at, open: true })),
  ];
  const times = all.filter(({ at, ms }) => !isDisturbed(pauses, at, at + ms))
    .sort((one, other) => other.ms - one.ms);
  const slower = planned - Math.ceil(SHARE * planned);
  return {
    p99: times[slower]?.ms ?? null,
    atLeast: times.length < planned || times.some(({ open }) => open),
    count: times.length,
    disturbed: all.length - times.length,
    missing: totals.lost + totals.excused + totals.unsent + flying.length,
  };
}

/**
 * Whether the step breaks whatever comes. Then it ends: an overloaded server gets no more load.
 *
 * @param {Measured} measured @returns {boolean}
 */
export function isCertain({ p99 }) {
  return p99 !== null && p99 > MOST_P99_MS;
}

/**
 * @param {Measured} measured  after all that was sent was delivered, or lost
 * @param {{planned: number, refused: number, unreported: number, lag: import('../lag.js').Lag,
 *   companionLag: number, sent: number, sendingMs: number, rate: number}} about
 * @returns {{outcome: import('./search.js').Outcome, reason: Reason | null}}
 */
export function judged(measured, about) {
  const reason = about.refused > 0 ? 'refused' : about.unreported > 0 ? 'companion'
    : isSlowSender(about) ? 'page' : null;
  if (reason !== null) return { outcome: 'limit', reason };
  const broken = measured.missing > 0 ? 'lost' : isCertain(measured) ? 'slow' : null;
  // What is late only adds time: a step that holds nevertheless, holds.
  if (broken === null) {
    return measured.count < about.planned ? { outcome: 'limit', reason: 'page' }
      : { outcome: 'held', reason: null };
  }
  if (isLate(about.lag)) return { outcome: 'limit', reason: 'page' };
  if (about.companionLag > MOST_LAG_MS) return { outcome: 'limit', reason: 'companion' };
  return { outcome: 'broken', reason: broken };
}

/** @param {{sent: number, sendingMs: number, rate: number}} about */
function isSlowSender({ sent, sendingMs, rate }) {
  return sendingMs > SLOW_SENDING * 1000 * sent / rate + MOST_P99_MS;
}

/** A step that ends early is too short for the rule of the race. @param {import('../lag.js').Lag} lag */
function isLate(lag) {
  const sorted = [...lag.last].sort((one, other) => one - other);
  return isLimit(lag) || (sorted[Math.ceil(sorted.length / 2) - 1] ?? 0) > MOST_LAG_MS;
}
