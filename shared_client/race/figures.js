/** Computes the figures of both sides, a few times a second for any number of events. */

import { delivery, soonest } from './ledger.js';
import { scaleFor } from './scale.js';
import { summary } from './statistics.js';

/** The number of messages in a plot: the last ones. */
export const SHOWN = 90;
const EVERY_MS = 250;

/**
 * @typedef {import('./ledger.js').Message} Message
 * @typedef {import('./statistics.js').Summary} Summary
 * @typedef {{delivery: Summary, trip: Summary, recent: Message[], newest: number}} Figures
 *   `recent` are the messages in the plots, `newest` is the number of the last of them: a side that
 *   is behind shows what it has
 * @typedef {{sides: Record<string, Figures>, scale: import('./scale.js').Scale, newest: number}} All
 */

/** @returns {(state: import('./state.js').State, now: number) => All} */
export function createFigures() {
  /** @type {All | null} */
  let last = null;
  /** @type {unknown} */
  let of = null;
  let reckonedAt = -Infinity;
  return (state, now) => {
    const fresh = of === state.sides || now - reckonedAt < EVERY_MS;
    if (last !== null && fresh && state.next > last.newest) return last;
    of = state.sides;
    reckonedAt = now;
    last = reckon(state);
    return last;
  };
}

/** @param {import('./state.js').State} state @returns {All} */
export function reckon(state) {
  const sides = Object.fromEntries(Object.entries(state.sides).map(([key, { ledger }]) => [key, {
    delivery: summary(ledger.rows.map(delivery)),
    trip: summary(ledger.rows.map(({ trip }) => trip)),
    ...lately(ledger.rows.slice(-2 * SHOWN)),
  }]));
  const flying = Object.values(state.sides).flatMap(({ ledger }) => ledger.flying.slice(-SHOWN));
  return { sides, newest: state.next - 1,
    scale: scaleFor([...Object.values(sides).flatMap(times), ...flying.flatMap(soFar)]) };
}

/** @param {readonly Message[]} rows  the last ones, in the order in which they were settled */
function lately(rows) {
  const newest = Math.max(0, ...rows.map(({ n }) => n));
  return { newest, recent: rows.filter(({ n }) => n > newest - SHOWN) };
}

/** @param {Message} message @returns {number[]} the times of a message that is under way */
function soFar({ first, last, trip }) {
  return [first, last, trip].filter((time) => time !== null);
}

/** @param {Figures} figures @returns {number[]} all times that the axis must include */
function times({ recent, delivery: all, trip }) {
  return recent.flatMap((row) => [row.trip, soonest(row), delivery(row)])
    .concat(all.median, trip.median)
    .filter((time) => time !== null);
}
