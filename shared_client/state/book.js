/**
 * The known seqs of a room, and the messages to fetch over HTTP: holes from a lossy fan-out or
 * from messages that crossed, and the pages above the oldest message shown. Pure.
 *
 * A hole waits before it is fetched: a message that crossed or a replay may still fill it.
 */

import { add, contiguous, from, missing } from './seqs.js';

/**
 * @typedef {{from: number, to: number, dueAt: number, tries: number}} Hole
 *   missing seqs; fetched from `dueAt` on (ms since the epoch)
 *
 * @typedef {Readonly<{floor: number, newest: number, welcomed: number,
 *   held: import('./seqs.js').Ranges, holes: readonly Hole[],
 *   older: 'idle' | 'wanted' | 'failed' | 'end', page: number, stale: number}>} Book
 *   `floor` is the lowest seq that should be here, `newest` the highest known seq, `welcomed` the
 *   seq of the last welcome; `older` is the state of the messages below the floor; the messages up
 *   to the seq `stale` may have changed: 0 if none
 */

export const HOLE_MS = 1000;
/** After this many tries a hole is a failed gap, which the user can try again. */
export const TRIES = 4;
export const PAGE = 50;
/** The most messages of one history call. */
const MOST = 200;
/** A gap wider than this is loaded page by page as the user scrolls up, not at once. */
export const WIDE = 1000;

/**
 * @param {number} floor  lower seqs are loaded as the user scrolls up
 * @param {number} newest @returns {Book}
 */
export function opened(floor, newest) {
  return { floor, newest, welcomed: newest, held: [], holes: [],
    older: floor > 1 ? 'wanted' : 'end', page: PAGE, stale: 0 };
}

/** @param {Book} book @returns {number} the next `since`: all messages up to it are here */
export function resumePoint(book) {
  return contiguous(book.held, book.floor);
}

/** @param {Book} book @returns {boolean} whether all messages up to `welcomed` are here */
export function isCaughtUp(book) {
  return resumePoint(book) >= book.welcomed;
}

/** @param {Book} book @returns {boolean} whether no fetch up to `welcomed` is left to try */
export function isGivenUp({ holes, welcomed }) {
  return !holes.some(({ from: first, tries }) => first <= welcomed && tries < TRIES);
}

/** The room has this seq. @param {Book} book @param {number} seq @param {number} at */
export function learned(book, seq, at) {
  return seq <= book.newest ? book : looked({ ...book, newest: seq }, at);
}

/** @param {Book} book @param {number} newest @param {number} at @returns {Book} */
export function welcomed(book, newest, at) {
  const holes = book.holes.map((hole) => ({ ...hole, tries: 0 }));
  const older = book.older === 'failed' ? 'idle' : book.older;
  return looked({ ...book, holes, older, welcomed: newest, newest: Math.max(newest, book.newest) },
    at);
}

/** Changes of the messages that are here were missed. @param {Book} book @returns {Book} */
export function stale(book) {
  return { ...book, stale: resumePoint(book) };
}

/** @param {Book} book @param {number} seq @param {number} at @returns {Book} */
export function taken(book, seq, at) {
  const next = { ...book, held: add(book.held, seq), newest: Math.max(book.newest, seq) };
  const expected = book.holes.length === 0 && seq === book.newest + 1;
  return expected && resumePoint(next) === seq ? next : looked(next, at);
}

/**
 * Messages below `floor` are no longer here.
 *
 * @param {Book} book @param {number} floor @param {number} at @returns {Book}
 */
export function raised(book, floor, at) {
  if (floor <= book.floor) return book;
  const older = book.older === 'wanted' ? book.older : 'idle';
  return looked({ ...book, floor, held: from(book.held, floor), older }, at);
}

/**
 * The server does not send the messages between these seqs. They are a hole like any other,
 * unless the hole is too wide to fill.
 *
 * @param {Book} book @param {number} after @param {number} before @param {number} at
 * @returns {Book}
 */
export function skipped(book, after, before, at) {
  if (before - after > WIDE) return raised(book, before, at);
  return learned(book, before - 1, at);
}

/**
 * The page before `before` arrived: its messages count as held if they are not below the floor.
 *
 * @param {Book} book @param {{before: number, limit: number, seqs: readonly number[]}} page
 * @param {number} at @returns {Book}
 */
export function paged(book, { before, limit, seqs }, at) {
  const { floor } = book;
  let next = book;
  if (before === book.stale + 1) next = { ...book, stale: (seqs[0] ?? 1) - 1 };
  if (before === floor) {
    const end = seqs.length < limit || seqs[0] <= 1;
    next = { ...next, floor: seqs[0] ?? floor, older: end ? 'end' : 'idle' };
  }
  const held = seqs.filter((seq) => seq >= next.floor).reduce(add, next.held);
  const filled = tried(looked({ ...next, held }, at), before, at);
  return seqs.length < limit ? filled : continued(filled, seqs[0], at);
}

/** A full page leaves the rest of its hole below it. The rest is fetched without a wait. */
function continued(/** @type {Book} */ book, /** @type {number} */ lowest,
  /** @type {number} */ at) {
  return { ...book, holes: book.holes.map((hole) =>
    hole.to === lowest - 1 ? { ...hole, dueAt: at } : hole) };
}

/** @param {Book} book @param {number} before @param {number} at @returns {Book} */
export function pageFailed(book, before, at) {
  if (before === book.floor) return { ...book, older: 'failed' };
  if (before === book.stale + 1) return { ...book, stale: 0 };
  return tried(book, before, at);
}

/** The page did not fill the hole: it is fetched again, after a longer wait each time. */
function tried(/** @type {Book} */ book, /** @type {number} */ before, /** @type {number} */ at) {
  const holes = book.holes.map((hole) => hole.to !== before - 1 ? hole
    : { ...hole, tries: hole.tries + 1, dueAt: at + HOLE_MS * 2 ** hole.tries });
  return { ...book, holes };
}

/** @param {Book} book @returns {Book} one more page is wanted: the user scrolled or tries again */
export function wantsOlder(book) {
  return book.older === 'idle' || book.older === 'failed' ? { ...book, older: 'wanted' } : book;
}

/** @param {Book} book @returns {Book} something far above is sought */
export function wantsMuch(book) {
  return book.older === 'idle' || book.older === 'wanted'
    ? { ...book, older: 'wanted', page: MOST } : book;
}

/** @param {Book} book @returns {Book} it was found: pages are small again */
export function wantsLittle(book) {
  return book.page === PAGE ? book : { ...book, page: PAGE };
}

/** @param {Book} book @param {number} to  a hole's last seq @param {number} at @returns {Book} */
export function wantsAgain(book, to, at) {
  const holes = book.holes.map((hole) => hole.to === to ? { ...hole, tries: 0, dueAt: at } : hole);
  return { ...book, holes };
}

/**
 * @param {Book} book @param {number} at
 * @returns {{before: number, limit: number} | null} the page to fetch now
 */
export function nextPage(book, at) {
  const hole = book.holes.find(({ dueAt, tries }) => dueAt <= at && tries < TRIES);
  if (hole !== undefined) {
    return { before: hole.to + 1, limit: Math.min(MOST, hole.to - hole.from + 1) };
  }
  if (book.older === 'wanted') return { before: book.floor, limit: book.page };
  return book.stale < book.floor ? null
    : { before: book.stale + 1, limit: Math.min(MOST, book.stale - book.floor + 1) };
}

/** @param {Book} book @returns {boolean} whether a hole still waits for a fetch */
export function awaits(book) {
  return book.holes.some(({ tries }) => tries < TRIES);
}

/** A hole that shrinks is being filled by a replay, so its wait begins again. */
function looked(/** @type {Book} */ book, /** @type {number} */ at) {
  const holes = missing(book.held, book.floor, book.newest).map(([first, to]) =>
    book.holes.find((known) => known.from === first && known.to === to)
      ?? { from: first, to, dueAt: at + HOLE_MS, tries: 0 });
  return { ...book, holes };
}
