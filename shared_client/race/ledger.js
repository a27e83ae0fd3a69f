/**
 * The account of one side: every message at every member, until all members had it or it is lost.
 * Late is not lost: a message that comes after the limit is late. It is lost when its side is
 * quiet and no message is sent any more, or when the member's connection ends.
 * Member numbers start at 0. A set of members is the bits of one number. Pure.
 */

/** A message that a member does not have after this time is late. */
export const LATE_MS = 5000;
/** Without load, a side on which nothing came or went for this time is settled. */
export const SETTLE_MS = 5000;
/** The first report may come this long after the limit: its 5 s begin at the first member. */
export const REPORT_MS = 6000;
/** The account keeps at most this many messages and drops the oldest. */
export const MOST_ROWS = 10_000;
/** The member that sends the messages, if no other is named. */
export const SPEAKER = 0;

/**
 * @typedef {{members: number, had: number, late: number, waiting: number, first: number | null,
 *   last: number | null, give: number}} Crew  the companion's last report on a message; `late` of
 *   those who had it had it late, and `waiting` may still get it; `give` is the possible error of
 *   its clock in ms
 * @typedef {'whole' | 'lost' | 'refused' | 'unsent' | 'cut' | 'unreported'} Fate  `unsent`: there
 *   was no connection; `cut`: the speaker's connection ended, and no member had it; `unreported`:
 *   this page's members had it, but no report on the companion's members came
 * @typedef {{n: number, kind: 'text' | 'image', size: number, text: string}} Content
 * @typedef {Content & {at: number, order: number, members: number, due: number, had: number,
 *   gone: number, first: number | null, last: number | null, trip: number | null, copies: number,
 *   by: number, awaits: number, crew: Crew | null, silent: boolean, until: number,
 *   overdue: boolean, cut: boolean, fate: Fate | null, lost: number, late: number, code: string}} Message  `at` is
 *   the time of the write to the socket; `first`, `last` and `trip` are in ms after it; `overdue`:
 *   the limit has passed; `gone`: members whose connection ended after the limit; `late` counts
 *   this page's members that had it after the limit; `silent`: no further report will come
 * @typedef {{sent: number, whole: number, delivered: number, lost: number, excused: number,
 *   late: number, duplicates: number, refused: number, unsent: number, cut: number,
 *   replayed: number, unreported: number}} Totals  of settled messages; `delivered`, `lost` and
 *   `excused` count one for each message and member; `late` are in `delivered`, too
 * @typedef {{flying: readonly Message[], rows: readonly Message[], totals: Totals}} Ledger
 */

/** @type {Totals} */
const NOTHING = Object.freeze({
  sent: 0, whole: 0, delivered: 0, lost: 0, excused: 0, late: 0, duplicates: 0, refused: 0,
  unsent: 0, cut: 0, replayed: 0, unreported: 0,
});

/** @type {Ledger} */
export const emptyLedger = Object.freeze({ flying: [], rows: [], totals: NOTHING });

/** @param {number} bits @returns {number} how many members are in the set */
export function size(bits) {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/**
 * @param {Ledger} ledger
 * @param {Content} content
 * @param {{at: number, order: number, by?: number, due: number, awaits: number,
 *   until: number} | null} way  the members that it goes to and its limit; `by` sent it; null
 *   without a connection
 * @returns {Ledger}
 */
export function sent(ledger, content, way) {
  const { at, order, by = SPEAKER, due, awaits, until } = way
    ?? { at: 0, order: 0, due: 0, awaits: 0, until: 0 };
  /** @type {Message} */
  const message = {
    ...content, at, order, by, due, until, awaits, members: size(due), had: 0, gone: 0, first: null,
    last: null, trip: null, copies: 0, crew: null, silent: false, overdue: false, cut: false,
    fate: null, lost: 0, late: 0, code: '',
  };
  if (way === null) return close(ledger, message, 'unsent');
  const { flying } = ledger;
  const bounded = flying.length < MOST_ROWS ? ledger : close(ledger, flying[0], null);
  return { ...bounded, flying: [...bounded.flying, message] };
}

/**
 * @param {Ledger} ledger @param {number} n @param {number} member @param {number} at
 * @param {number} from  the first message that this member can get live on this connection
 * @returns {Ledger}
 */
export function received(ledger, n, member, at, from) {
  if (n < from) return count(ledger, 'replayed');
  const bit = 1 << member;
  const message = ledger.flying.find((each) => each.n === n);
  if (message === undefined) return receivedAfterAll(ledger, n, bit, at);
  if (message.had & bit) {
    return count(put(ledger, { ...message, copies: message.copies + 1 }), 'duplicates');
  }
  if (!message.overdue) return judged(ledger, arrived(message, bit, at));
  if (!(message.due & bit)) return ledger;
  return judged(count(ledger, 'late'), late(message, bit, at));
}

/**
 * A member disconnected, and gets no replay. It loses what is late. What is within the limit went
 * down with the connection: it is counted apart.
 *
 * @param {Ledger} ledger @param {number} member
 * @returns {Ledger}
 */
export function gone(ledger, member) {
  const bit = 1 << member;
  return ledger.flying.reduce((all, message) => {
    if (!(message.due & ~message.had & ~message.gone & bit)) return all;
    const cut = message.cut || member === message.by;
    return judged(all, message.overdue ? { ...message, gone: message.gone | bit, cut }
      : { ...message, due: message.due & ~bit, cut });
  }, ledger);
}

/** @param {Ledger} ledger @param {number} n @param {string} code @returns {Ledger} */
export function refused(ledger, n, code) {
  const message = ledger.flying.find((each) => each.n === n);
  if (message === undefined || message.had !== 0) return ledger;
  return close(ledger, { ...message, code }, 'refused');
}

/** @param {Ledger} ledger @param {number} n @param {Crew} crew @returns {Ledger} */
export function reported(ledger, n, crew) {
  const message = ledger.flying.find((each) => each.n === n);
  if (message === undefined) return reportedAfterAll(ledger, n, crew);
  if (!waits(message)) return ledger;
  return judged(count(ledger, 'late', crew.late - (message.crew?.late ?? 0)), { ...message, crew });
}

/** No more reports will come. @param {Ledger} ledger @returns {Ledger} */
export function unreported(ledger) {
  return ledger.flying.reduce((all, message) => waits(message)
    ? judged(all, { ...message, silent: true }) : all, ledger);
}

/**
 * @param {Ledger} ledger @param {number} awake  time on the clock of `until`
 * @param {boolean} quiet  whether nothing is under way any more
 * @returns {Ledger}
 */
export function passed(ledger, awake, quiet) {
  return ledger.flying.reduce((all, message) => {
    if (awake < message.until) return all;
    const silent = message.silent || (isUnheard(message) && awake >= message.until + REPORT_MS);
    const now = message.overdue && silent === message.silent ? message
      : { ...message, overdue: true, silent };
    if (quiet && !isUnheard(now)) return close(all, now, null);
    return now === message ? all : judged(all, now);
  }, ledger);
}

/** @param {Ledger} ledger @returns {number} late deliveries that are still under way */
export function overdue({ flying }) {
  return flying.reduce((sum, message) => sum + (message.overdue ? size(owed(message)) : 0)
    + (waits(message) ? message.crew?.waiting ?? 0 : 0), 0);
}

/** @param {Message} row @returns {number | null} ms until all had it; null if not all had it */
export function delivery(row) {
  return row.fate === 'whole' ? Math.max(row.last ?? 0, row.crew?.last ?? 0) : null;
}

/** @param {Message} row @returns {number | null} ms until the first member had it */
export function soonest(row) {
  if (row.first === null) return row.crew?.first ?? null;
  return Math.max(0, Math.min(row.first, row.crew?.first ?? Infinity));
}

/** @param {Message} message @returns {number} the members that may still get it */
function owed({ due, had, gone: left }) {
  return due & ~had & ~left;
}

/** @param {Message} message @returns {boolean} whether a report of the companion may come */
function waits({ awaits, crew, silent }) {
  return !silent && (crew === null ? awaits > 0 : crew.waiting > 0);
}

/** @param {Message} message @returns {boolean} whether the companion has to report, and has not */
function isUnheard(message) {
  return message.crew === null && waits(message);
}

/** @param {Ledger} ledger @param {Message} message @returns {Ledger} closed if it need not wait */
function judged(ledger, message) {
  return owed(message) === 0 && !waits(message) ? close(ledger, message, null)
    : put(ledger, message);
}

/**
 * @param {Ledger} ledger @param {Message} message
 * @param {Fate | null} fate  null: computed here
 * @returns {Ledger}
 */
function close({ flying, rows, totals }, message, fate) {
  const { crew, due, had, silent } = message;
  // What became of those who waited, nobody will tell any more.
  const unknown = silent ? crew?.waiting ?? 0 : 0;
  const missing = size(due & ~had) + (crew === null ? 0 : crew.members - crew.had - unknown);
  const anybody = had !== 0 || (crew?.had ?? 0) > 0;
  const found = fate ?? (!anybody && (message.cut || missing === 0) ? 'cut'
    : missing > 0 ? 'lost' : silent ? 'unreported' : 'whole');
  const lost = found === 'lost' ? missing : 0;
  const delivered = size(had) + (crew?.had ?? 0);
  const members = message.members + (crew?.members ?? 0);
  const row = { ...message, fate: found, lost };
  return {
    flying: flying.filter(({ n }) => n !== message.n),
    rows: [...(rows.length < MOST_ROWS ? rows : rows.slice(rows.length - MOST_ROWS + 1)), row],
    totals: {
      ...totals,
      sent: totals.sent + (found === 'unsent' ? 0 : 1),
      whole: totals.whole + (found === 'whole' ? 1 : 0),
      refused: totals.refused + (found === 'refused' ? 1 : 0),
      unsent: totals.unsent + (found === 'unsent' ? 1 : 0),
      cut: totals.cut + (found === 'cut' ? 1 : 0),
      unreported: totals.unreported + (found === 'unreported' ? 1 : 0),
      delivered: totals.delivered + delivered,
      lost: totals.lost + lost,
      excused: totals.excused + members - delivered - lost,
    },
  };
}

/**
 * The message is settled, and comes again, or to a member that had lost it.
 *
 * @param {Ledger} ledger @param {number} n @param {number} bit @param {number} at
 */
function receivedAfterAll(ledger, n, bit, at) {
  const index = ledger.rows.findLastIndex((row) => row.n === n);
  const row = ledger.rows[index];
  if (row === undefined || (!(row.had & bit) && !(row.due & bit))) return ledger;
  if (row.had & bit) {
    return count(withRow(ledger, index, { ...row, copies: row.copies + 1 }), 'duplicates');
  }
  const counted = count(ledger, 'late');
  const came = late(row, bit, at);
  return row.fate === 'lost' ? foundAgain(counted, index, came, 1) : withRow(counted, index, came);
}

/**
 * The message is settled, and came to members of the companion that had lost it.
 *
 * @param {Ledger} ledger @param {number} n @param {Crew} crew @returns {Ledger}
 */
function reportedAfterAll(ledger, n, crew) {
  const index = ledger.rows.findLastIndex((row) => row.n === n);
  const row = ledger.rows[index];
  if (row?.fate !== 'lost' || row.crew === null || !waits(row)) return ledger;
  return foundAgain(count(ledger, 'late', crew.late - row.crew.late), index, { ...row, crew },
    crew.had - row.crew.had);
}

/**
 * Deliveries were lost too soon: they are only late.
 *
 * @param {Ledger} ledger @param {number} index @param {Message} row @param {number} found
 * @returns {Ledger}
 */
function foundAgain(ledger, index, row, found) {
  const lost = row.lost - found;
  const fate = lost > 0 ? 'lost' : row.silent ? 'unreported' : 'whole';
  const { totals } = ledger;
  return withRow({ ...ledger, totals: { ...totals, lost: totals.lost - found,
    delivered: totals.delivered + found,
    whole: totals.whole + (fate === 'whole' ? 1 : 0),
    unreported: totals.unreported + (fate === 'unreported' ? 1 : 0) } },
  index, { ...row, lost, fate });
}

/** @param {Message} message @param {number} bit @param {number} at @returns {Message} at a member */
function arrived(message, bit, at) {
  const ms = at - message.at;
  return { ...message, had: message.had | bit, first: message.first ?? ms, last: ms,
    trip: bit === 1 << message.by ? ms : message.trip };
}

/** @param {Message} message @param {number} bit @param {number} at @returns {Message} */
function late(message, bit, at) {
  return { ...arrived(message, bit, at), late: message.late + 1 };
}

/** @param {Ledger} ledger @param {Message} message @returns {Ledger} */
function put(ledger, message) {
  return { ...ledger,
    flying: ledger.flying.map((each) => each.n === message.n ? message : each) };
}

/** @param {Ledger} ledger @param {number} index @param {Message} row @returns {Ledger} */
function withRow(ledger, index, row) {
  return { ...ledger, rows: ledger.rows.with(index, row) };
}

/** @param {Ledger} ledger @param {keyof Totals} what @param {number} [more] @returns {Ledger} */
function count(ledger, what, more = 1) {
  return { ...ledger, totals: { ...ledger.totals, [what]: ledger.totals[what] + more } };
}
