/**
 * The seqs of a room's messages that are here: sets of integers as sorted, disjoint ranges
 * `[from, to]`, both ends included. Pure.
 */

/** @typedef {readonly [number, number]} Range */
/** @typedef {readonly Range[]} Ranges */

/** @param {Ranges} held @param {number} seq @returns {boolean} */
export function has(held, seq) {
  return held.some(([from, to]) => from <= seq && seq <= to);
}

/** @param {Ranges} held @param {number} seq @returns {Ranges} `held` itself if it has `seq` */
export function add(held, seq) {
  const last = held.at(-1);
  if (last !== undefined && seq === last[1] + 1) {
    return [...held.slice(0, -1), [last[0], seq]]; // the usual case: the next message
  }
  if (has(held, seq)) return held;
  /** @type {Range[]} */
  const merged = [];
  let added = /** @type {Range} */ ([seq, seq]);
  for (const range of held) {
    if (range[1] + 1 < added[0]) merged.push(range);
    else if (added[1] + 1 < range[0]) {
      merged.push(added);
      added = range;
    } else added = [Math.min(range[0], added[0]), Math.max(range[1], added[1])];
  }
  return [...merged, added];
}

/** @param {Ranges} held @param {number} floor @returns {Ranges} without seqs below `floor` */
export function from(held, floor) {
  return held.filter(([, to]) => to >= floor)
    .map(([first, to]) => /** @type {Range} */ ([Math.max(first, floor), to]));
}

/** @param {Ranges} held @param {number} floor @param {number} newest @returns {Ranges} */
export function missing(held, floor, newest) {
  /** @type {Range[]} */
  const holes = [];
  let next = floor;
  for (const [first, to] of held) {
    if (first > next) holes.push([next, first - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= newest) holes.push([next, newest]);
  return holes;
}

/**
 * @param {Ranges} held @param {number} floor
 * @returns {number} up to this seq nothing is missing from `floor` on; at least `floor - 1`
 */
export function contiguous(held, floor) {
  const first = held.find(([start, to]) => start <= floor && floor <= to);
  return first === undefined ? floor - 1 : first[1];
}
