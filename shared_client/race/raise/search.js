/**
 * The search for one side's ceiling: the level doubles until the side breaks, then the gap between
 * what held and what broke is halved. Pure.
 */

/** Both searches begin here, and nobody has a smaller ceiling in practice. */
export const FIRST = 5;
/** The search ends when the level that broke is higher by this share or less. */
const NEAR = 0.15;

/**
 * @typedef {'held' | 'broken' | 'limit'} Outcome  `limit`: not the chat was the limit
 * @typedef {Readonly<{most: number, held: number | null, broken: number | null,
 *   limited: number | null, level: number | null, again: boolean}>} Search  `level` is the next
 *   one, null at the end; `again`: a step with this level did not hold, and is repeated
 */

/** @param {number} most  the highest level @returns {Search} */
export function begun(most) {
  return { most, held: null, broken: null, limited: null, level: Math.min(FIRST, most),
    again: false };
}

/** @param {Search} search @param {Outcome} outcome  of the step @returns {Search} */
export function after(search, outcome) {
  const { level, again } = search;
  if (level === null) return search;
  if (outcome === 'held') return { ...onward({ ...search, held: level }), again: false };
  // One hiccup is no ceiling.
  if (!again) return { ...search, again: true };
  if (outcome === 'limit') return { ...search, limited: level, level: null, again: false };
  return { ...onward({ ...search, broken: level }), again: false };
}

/** @param {Search} search @returns {Search} with the next level */
function onward(search) {
  const { most, held, broken } = search;
  if (broken === null) {
    return { ...search, level: held === most ? null : Math.min(most, 2 * (held ?? FIRST)) };
  }
  const low = held ?? 0;
  const middle = Math.floor((low + broken) / 2);
  const near = held !== null && broken - held <= NEAR * held;
  return { ...search, level: near || middle <= low ? null : middle };
}
