/**
 * Finds users who switched: they left one side and joined the other at nearly the same time. A
 * server does not know why a user leaves, but this page sees both sides. Pure.
 */

/** A user who needs longer between leaving and joining did two things. */
export const SWITCH_MS = 5000;
/** A user who changes the connection, as for the split view, leaves and joins again at once. */
const AGAIN_MS = 1000;

/**
 * @typedef {import('../state/rows.js').Row} Row
 * @typedef {{place: number, user: string, at: number}} Coming
 */

/**
 * @returns {(left: readonly Row[], right: readonly Row[]) => (readonly Row[])[]} the rows of both
 *   sides; the notices of a switch have the `switch` of the user, and stay the same objects
 */
export function createSwitches() {
  /** @type {WeakMap<Row, Row>} */
  const made = new WeakMap();

  /** @param {Row} row @param {'to' | 'from'} way @returns {Row} */
  function marked(row, way) {
    /** @type {any} */
    const item = { ...row.item, switch: way };
    const now = made.get(row) ?? { ...row, item };
    made.set(row, now);
    return now;
  }

  return (left, right) => {
    const sides = [left, right];
    const all = [[...left], [...right]];
    let found = false;
    [0, 1].forEach((from) => {
      const back = notices(sides[from], 'joined');
      const there = notices(sides[1 - from], 'joined');
      for (const { place, user, at } of notices(sides[from], 'left')) {
        const within = (/** @type {number} */ ms) => (/** @type {Coming} */ each) =>
          each.user === user && Math.abs(each.at - at) <= ms;
        const index = there.findIndex(within(SWITCH_MS));
        if (index < 0 || back.some(within(AGAIN_MS))) continue;
        const [come] = there.splice(index, 1);
        all[from][place] = marked(all[from][place], 'to');
        all[1 - from][come.place] = marked(all[1 - from][come.place], 'from');
        found = true;
      }
    });
    return found ? all : sides;
  };
}

/** @param {readonly Row[]} rows @param {'joined' | 'left'} what @returns {Coming[]} */
function notices(rows, what) {
  return rows.flatMap(({ item }, place) => 'notice' in item && item.notice === what
    ? [{ place, user: item.detail, at: item.at }] : []);
}
