/**
 * The account of one side: every message at every member, until all members had it or it is lost.
 * Member numbers start at 0. A set of members is the bits of one number. Pure.
 */

/** A message is lost if a member does not have it after this time. */
export const LOSS_MS = 5000;
/** A report may come this long after the limit: the companion waits 5 s from its first member. */
export const REPORT_MS = 6000;
/** The account keeps at most this many messages and drops the oldest. */
export const MOST_ROWS = 10_000;
/** The member that sends the messages. */
export const SPEAKER = 0;

/**
 * @typedef {{members: number, had: number, first: number | null, last: number | null,
 *   give: number}} Crew  the companion's report on a message; `give` is the possible error of its
 *   clock in ms
 * @typedef {'whole' | 'lost' | 'refused' | 'unsent' | 'cut' | 'unreported'} Fate  `unsent`: there
 *   was no connection; `cut`: the speaker's connection ended, and no member had it; `unreported`:
 *   this page's members had it, but no report on the companion's members came
 * @typedef {{n: number, kind: 'text' | 'image', size: number, text: string}} Content
 * @typedef {Content & {at: number, order: number, members: number, due: number, had: number,
 *   first: number | null, last: number | null, trip: number | null, copies: number,
 *   awaits: number, crew: Crew | null, silent: boolean, until: number, inTime: number | null,
 *   cut: boolean, fate: Fate | null, lost: number, late: number, code: string}} Message  `at` is
 *   the time of the write to the socket; `first`, `last` and `trip` are in ms after it; `inTime`
 *   are this page's members that had it at the limit, null before; `silent`: no report will come
 * @typedef {{sent: number, whole: number, delivered: number, lost: number, excused: number,
 *   late: number, duplicates: number, refused: number, unsent: number, cut: number,
 *   replayed: number, unreported: number}} Totals  of settled messages; `delivered`, `lost` and
 *   `excused` count one for each message and member
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
 * @param {{at: number, order: number, due: number, awaits: number, until: number} | null} way
 *   the members that it goes to and its limit; null without a connection
 * @returns {Ledger}
 */
export function sent(ledger, content, way) {
  const { at, order, due, awaits, until } = way
    ?? { at: 0, order: 0, due: 0, awaits: 0, until: 0 };
  /** @type {Message} */
  const message = {
    ...content, at, order, due, until, awaits, members: size(due), had: 0, first: null, last: null,
    trip: null, copies: 0, crew: null, silent: false, inTime: null, cut: false, fate: null,
    lost: 0, late: 0, code: '',
  };
  return way === null ? close(ledger, message, 'unsent')
    : { ...ledger, flying: [...ledger.flying, message] };
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
  if (message === undefined) return receivedLate(ledger, n, bit);
  if (message.had & bit) {
    return count(put(ledger, { ...message, copies: message.copies + 1 }), 'duplicates');
  }
  if (message.inTime !== null) {
    return message.due & bit ? count(put(ledger, late(message, bit)), 'late') : ledger;
  }
  const ms = at - message.at;
  return judged(ledger, { ...message, had: message.had | bit, first: message.first ?? ms, last: ms,
    trip: member === SPEAKER ? ms : message.trip });
}

/**
 * A member disconnected. It loses no message that is still within its limit.
 *
 * @param {Ledger} ledger @param {number} member
 * @returns {Ledger}
 */
export function gone(ledger, member) {
  const bit = 1 << member;
  return ledger.flying.reduce((all, message) =>
    message.inTime === null && message.due & ~message.had & bit
    ? judged(all, { ...message, due: message.due & ~bit, cut: message.cut || member === SPEAKER })
    : all, ledger);
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
  if (message === undefined || !waits(message)) return ledger;
  return judged(ledger, { ...message, crew });
}

/** No more reports will come. @param {Ledger} ledger @returns {Ledger} */
export function unreported(ledger) {
  return ledger.flying.reduce((all, message) => waits(message)
    ? judged(all, { ...message, silent: true }) : all, ledger);
}

/** @param {Ledger} ledger @param {number} awake  time on the clock of `until` @returns {Ledger} */
export function passed(ledger, awake) {
  return ledger.flying.reduce((all, message) => {
    if (awake < message.until) return all;
    if (!waits(message)) return close(all, message, null);
    if (awake >= message.until + REPORT_MS) return close(all, { ...message, silent: true }, null);
    return message.inTime === null ? put(all, { ...message, inTime: message.had }) : all;
  }, ledger);
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

/** @param {Message} message @returns {boolean} whether the companion still has to report */
function waits({ awaits, crew, silent }) {
  return awaits > 0 && crew === null && !silent;
}

/** @param {Ledger} ledger @param {Message} message @returns {Ledger} closed if it need not wait */
function judged(ledger, message) {
  const owed = message.inTime === null ? message.due & ~message.had : 0;
  return owed === 0 && !waits(message) ? close(ledger, message, null) : put(ledger, message);
}

/**
 * @param {Ledger} ledger @param {Message} message
 * @param {Fate | null} fate  null: computed here
 * @returns {Ledger}
 */
function close({ flying, rows, totals }, message, fate) {
  const { crew, due, had, silent } = message;
  const inTime = message.inTime ?? had;
  const missing = size(due & ~inTime) + (crew === null ? 0 : crew.members - crew.had);
  const anybody = inTime !== 0 || (crew?.had ?? 0) > 0;
  const found = fate ?? (!anybody && (message.cut || missing === 0) ? 'cut'
    : missing > 0 ? 'lost' : silent ? 'unreported' : 'whole');
  const lost = found === 'lost' ? missing : 0;
  const delivered = size(inTime) + (crew?.had ?? 0);
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
 * The message is settled: it came too late, or again.
 *
 * @param {Ledger} ledger @param {number} n @param {number} bit
 */
function receivedLate(ledger, n, bit) {
  const index = ledger.rows.findLastIndex((row) => row.n === n);
  const row = ledger.rows[index];
  if (row === undefined || (!(row.had & bit) && !(row.due & bit))) return ledger;
  const again = (row.had & bit) !== 0;
  const rows = ledger.rows.with(index, again ? { ...row, copies: row.copies + 1 }
    : late(row, bit));
  return count({ ...ledger, rows }, again ? 'duplicates' : 'late');
}

/** @param {Message} message @param {number} bit @returns {Message} at a member, too late */
function late(message, bit) {
  return { ...message, had: message.had | bit, late: message.late + 1 };
}

/** @param {Ledger} ledger @param {Message} message @returns {Ledger} */
function put(ledger, message) {
  return { ...ledger,
    flying: ledger.flying.map((each) => each.n === message.n ? message : each) };
}

/** @param {Ledger} ledger @param {keyof Totals} what @returns {Ledger} */
function count(ledger, what) {
  return { ...ledger, totals: { ...ledger.totals, [what]: ledger.totals[what] + 1 } };
}
