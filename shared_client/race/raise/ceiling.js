/** What the raise found of one side. Pure. */

/**
 * @typedef {import('./step.js').Step} Step
 * @typedef {Readonly<{is: 'ceiling' | 'none' | 'limit' | 'open', held: Step | null,
 *   end: Step | null, most: number}>} Ceiling  `held` is the highest level that held, and `end` the
 *   step that broke above it, or at which not the chat was the limit. `none`: it held the highest
 *   level; `open`: the raise goes on, or was cut off
 */

/** @param {import('./plan.js').Plan} plan @param {string} key  of the side @returns {Ceiling} */
export function ceilingOf({ searches, steps }, key) {
  const { held, broken, limited, level, most } = searches[key];
  const last = (/** @type {number | null} */ at, /** @type {Step['outcome']} */ outcome) =>
    steps.findLast((step) => step.key === key && step.level === at && step.outcome === outcome)
      ?? null;
  const found = { held: last(held, 'held'), most };
  if (level !== null) return { ...found, is: 'open', end: null };
  if (limited !== null) return { ...found, is: 'limit', end: last(limited, 'limit') };
  if (broken !== null) return { ...found, is: 'ceiling', end: last(broken, 'broken') };
  return { ...found, is: 'none', end: null };
}
