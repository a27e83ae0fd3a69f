/** Which arms a side may run, as three choices: server, fan-out, variant. Pure. */

/**
 * @typedef {{server: string, fanout: string, variant: string}} Chosen
 * @typedef {Chosen & {id: string, missing: string | null}} Arm  `missing`: why it cannot run here
 */

/** The most important part first. */
export const PARTS = /** @type {const} */ (['server', 'fanout', 'variant']);

/** @typedef {typeof PARTS[number]} Part */

/**
 * @param {readonly Arm[]} arms @param {Chosen} chosen
 * @returns {Record<Part, string[]>} each part's values that exist with the parts before it
 */
export function offered(arms, chosen) {
  const values = PARTS.map((part, index) => arms
    .filter((arm) => PARTS.slice(0, index).every((before) => arm[before] === chosen[before]))
    .map((arm) => arm[part]));
  const [server, fanout, variant] = values.map((each) => [...new Set(each)]);
  return { server, fanout, variant };
}

/**
 * @param {readonly Arm[]} arms @param {Chosen} chosen  before the change
 * @param {Part} part @param {string} value
 * @returns {Arm | undefined} the arm with this value that keeps most of what was chosen
 */
export function choose(arms, chosen, part, value) {
  const kept = (/** @type {Arm} */ arm) => PARTS.reduce((sum, each, index) =>
    sum + (arm[each] === chosen[each] ? 2 ** (PARTS.length - index) : 0), 0);
  return arms.filter((arm) => arm[part] === value).sort((one, other) => kept(other) - kept(one))[0];
}
