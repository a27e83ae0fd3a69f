/** What became of each message of one side, at each of its members. Uses no socket and no clock. */

/** A message that is younger than this is on its way, and not missing. */
export const ON_ITS_WAY_MS = 1000;
/** So long after the members are back, what is still missing is lost. */
export const LOST_MS = 5000;

/**
 * @typedef {import('../stacks/link.js').What | 'away'} What  `away`: the page's own readers leave
 * @typedef {{what: What, at: number, overAt: number | null, probe: number | null,
 *   backAt: number | null, caughtUpAt: number, newest: number, replayed: number}} Break  `probe` is
 *   the first message that was sent when the break was over; `backAt` is when all had it or a
 *   later one; `caughtUpAt` is when a late message came last; `newest` is the newest one that all
 *   have; `replayed` is the count at the beginning
 * @typedef {{what: What, ms: number, replayed: number,
 *   lost: number}} Outcome  `ms` from the break until all is well
 */

export class Account {
  sent = 0;
  live = 0;
  replayed = 0;
  duplicates = 0;
  lost = 0;
  /** Of the newest break that has ended. @type {Outcome | null} */
  outcome = null;
  /** @type {Break | null} */
  underWay = null;
  #all;
  /** Those that some member lacks, with the members that have them. @type {Map<number, {at: number, had: Set<number>}>} */
  #open = new Map();

  /** @param {number} members */
  constructor(members) {
    this.#all = members;
  }

  /** @param {number} n  of the message, rising @param {number} at */
  said(n, at) {
    this.sent += 1;
    this.#open.set(n, { at, had: new Set() });
    const { underWay } = this;
    if (underWay !== null && underWay.overAt !== null) underWay.probe ??= n;
  }

  /** @param {number} n @param {number} member @param {boolean} isReplay @param {number} at */
  heard(n, member, isReplay, at) {
    const message = this.#open.get(n);
    if (message === undefined || message.had.has(member)) {
      if (!isReplay) this.duplicates += 1;
      return;
    }
    message.had.add(member);
    const isLate = at - message.at >= ON_ITS_WAY_MS;
    if (isLate && this.underWay !== null) this.underWay.caughtUpAt = at;
    if (isReplay) this.replayed += 1;
    else this.live += 1;
    if (message.had.size < this.#all) return;
    this.#open.delete(n);
    this.#completed(n, at);
  }

  /** @param {number} now @returns {number} messages that a member should have and has not, by member */
  missing(now) {
    return this.#lacks(({ at }) => now - at >= ON_ITS_WAY_MS);
  }

  /** @param {What} what @param {number} at */
  begin(what, at) {
    this.outcome = null;
    this.underWay = { what, at, overAt: null, probe: null, backAt: null, caughtUpAt: at,
      newest: 0, replayed: this.replayed };
  }

  /** What is broken works again, and the members may come back. @param {number} at */
  over(at) {
    if (this.underWay !== null) this.underWay.overAt ??= at;
  }

  /** @param {number} now */
  passed(now) {
    const { underWay } = this;
    if (underWay === null || underWay.backAt === null || now - underWay.backAt < LOST_MS) return;
    const lost = this.missing(now);
    for (const [n, { at }] of this.#open) if (now - at >= ON_ITS_WAY_MS) this.#open.delete(n);
    this.lost += lost;
    this.#end(underWay, Math.max(underWay.backAt, underWay.caughtUpAt), lost);
  }

  /** @param {number} n @param {number} at */
  #completed(n, at) {
    const { underWay } = this;
    if (underWay === null || underWay.probe === null) return;
    if (n >= underWay.probe) underWay.backAt ??= at;
    underWay.newest = Math.max(underWay.newest, n);
    if (underWay.backAt === null || this.missing(at) > 0) return;
    const { newest } = underWay;
    if (this.#lacks((_, each) => each < newest) === 0) this.#end(underWay, at, 0);
  }

  /** @param {Break} ended @param {number} at @param {number} lost */
  #end({ what, at: begun, replayed }, at, lost) {
    this.outcome = { what, ms: at - begun, replayed: this.replayed - replayed, lost };
    this.underWay = null;
  }

  /** @param {(message: {at: number}, n: number) => boolean} counts */
  #lacks(counts) {
    let sum = 0;
    for (const [n, message] of this.#open) {
      if (counts(message, n)) sum += this.#all - message.had.size;
    }
    return sum;
  }
}
