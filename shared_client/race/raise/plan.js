/** The raise of both sides: whose turn it is, and who needs how many members. Pure. */

import { BOUNDS } from '../load.js';
import { after, begun } from './search.js';

/** The companion has so many members for all sides and pages. */
export const MOST_CREW = 800;
/** A chat takes 20 messages a second from one member, so others help. */
export const SENDS_EACH = 15;
/** The page's timers are not fine enough for more. */
const MOST_RATE = 200;
export const MOST_STEPS = 40;
export const MOST_MINUTES = 20;
/** What rises. */
export const WHATS = /** @type {const} */ (['members', 'rate']);

/**
 * @typedef {typeof WHATS[number]} What
 * @typedef {import('../load.js').Settings} Settings
 * @typedef {import('./search.js').Search} Search
 * @typedef {import('./step.js').Step} Step
 * @typedef {import('./step.js').Turn} Turn
 * @typedef {'stopped' | 'hidden' | 'time' | 'steps'} Cut  why it ended before its end
 * @typedef {Readonly<Record<string, Readonly<{members: number, crew: number}>>>} Demand  by side
 * @typedef {Readonly<{what: What, settings: Readonly<Settings>, companion: boolean, most: number,
 *   searches: Readonly<Record<string, Search>>, steps: readonly Step[], cut: Cut | null}>} Plan
 */

/**
 * @param {What} what @param {Readonly<Settings>} settings
 * @param {readonly string[]} keys  of the sides @param {boolean} companion  whether it is there
 * @returns {Plan}
 */
export function planned(what, settings, keys, companion) {
  const most = what === 'rate' ? Math.min(MOST_RATE, SENDS_EACH * settings.members)
    : companion ? MOST_CREW : BOUNDS.members[1];
  return { what, settings, companion, most, steps: [], cut: null,
    searches: Object.fromEntries(keys.map((key) => [key, begun(most)])) };
}

/** @param {Plan} plan @returns {Turn | null} the next step, of the other side if it still rises */
export function nextTurn({ searches, steps, cut }) {
  const open = Object.keys(searches).filter((key) => searches[key].level !== null);
  if (cut !== null || open.length === 0) return null;
  const last = steps.at(-1)?.key;
  const key = open.find((each) => each !== last) ?? open[0];
  const { level, again } = searches[key];
  return level === null ? null : { key, level, again };
}

/** @param {Plan} plan @param {Step} step  that was done @returns {Plan} */
export function stepped(plan, step) {
  const { key, outcome } = step;
  const next = { ...plan, steps: [...plan.steps, step],
    searches: { ...plan.searches, [key]: after(plan.searches[key], outcome) } };
  return next.steps.length >= MOST_STEPS && nextTurn(next) !== null ? cut(next, 'steps') : next;
}

/** @param {Plan} plan @param {Cut} why @returns {Plan} */
export function cut(plan, why) {
  return { ...plan, cut: why };
}

/** @param {Plan} plan @param {Turn} turn @returns {number} messages a second */
export function rateOf({ what, settings }, { level }) {
  return what === 'rate' ? level : Math.max(1, settings.rate);
}

/** @param {number} rate @returns {number} how many members send in turn */
export function speakersFor(rate) {
  return Math.ceil(rate / SENDS_EACH);
}

/**
 * The side that waits keeps its members, because members that leave and join are work for its
 * server. If there are not enough for both, it has none meanwhile.
 *
 * @param {Plan} plan @param {Turn} turn @returns {Demand}
 */
export function demandOf(plan, turn) {
  const { what, settings, companion, searches } = plan;
  if (what === 'rate') {
    const all = { members: settings.members, crew: companion ? settings.crew : 0 };
    return Object.fromEntries(Object.keys(searches).map((key) => [key, all]));
  }
  const mine = membersFor(plan, turn.level);
  return Object.fromEntries(Object.entries(searches).map(([key, { level }]) => {
    if (key === turn.key) return [key, mine];
    const kept = membersFor(plan, level ?? 0);
    return [key, kept.crew + mine.crew > MOST_CREW ? membersFor(plan, 0) : kept];
  }));
}

/** The speaker stays. @param {Plan} plan @param {number} level */
function membersFor({ settings, companion }, level) {
  const here = Math.max(1, companion ? Math.min(level, settings.members) : level);
  return { members: here, crew: Math.max(0, level - here) };
}
