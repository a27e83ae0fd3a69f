/**
 * What is known of a room's numbering, and what has to be fetched over HTTP: holes that a lossy
 * fan-out or two crossing processes left, and the pages above the oldest message shown. Pure.
 *
 * A hole is waited for: two processes may have crossed, and a replay is on its way.
 */

import { add, contiguous, from, missing } from './seqs.js';

/**
 * @typedef {{from: number, to: number, dueAt: number, tries: number}} Hole
 *   missing between what is here; fetched from `dueAt` on (ms since the epoch)
 *
 * @typedef {Readonly<{floor: number, newest: number, welcomed: number,
 *   held: import('./seqs.js').Ranges, holes: readonly Hole[],
 *   older: 'idle' | 'wanted' | 'failed' | 'end', page: number}>} Book
 *   `floor` is the lowest seq that is meant to be here, `newest` the highest that exists as far as
 *   is known, `welcomed` that of the last welcome; `older` is about what lies below the floor
 */

export const HOLE_MS = 1000;
/** After so many tries a hole is a visible gap, which a person can have tried again. */
export const TRIES = 4;
export const PAGE = 50;
/** What one call of the history gives at most. */
const MOST = 200;
/** A gap wider than this is not filled at once: one scrolls up through it, page by page. */
export const WIDE = 1000;

/**
 * @param {number} floor  what is below is loaded as one scrolls up
 * @param {number} newest @returns {Book}
 */
export function opened(floor, newest) {
  return { floor, newest, welcomed: newest, held: [], holes: [],
    older: floor > 1 ? 'wanted' : 'end', page: PAGE };
}

/** @param {Book} book @returns {number} the seq to come back with: all up to it is here */
export function resumePoint(book) {
  return contiguous(book.held, book.floor);
}

/** @param {Book} book @returns {boolean} whether all is here that was said before one came */
export function isCaughtUp(book) {
  return resumePoint(book) >= book.welcomed;
}

/** @param {Book} book @returns {boolean} whether what is missing of that is tried for no more */
export function isGivenUp({ holes, welcomed }) {
  return !holes.some(({ from: first, tries }) => first <= welcomed && tries < TRIES);
}

/** The room's newest is this one. @param {Book} book @param {number} seq @param {number} at */
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

/** @param {Book} book @param {number} seq @param {number} at @returns {Book} */
export function taken(book, seq, at) {
  const next = { ...book, held: add(book.held, seq), newest: Math.max(book.newest, seq) };
  const expected = book.holes.length === 0 && seq === book.newest + 1;
  return expected && resumePoint(next) === seq ? next : looked(next, at);
}

/**
 * Nothing below `floor` is here any more.
 *
 * @param {Book} book @param {number} floor @param {number} at @returns {Book}
 */
export function raised(book, floor, at) {
  if (floor <= book.floor) return book;
  const older = book.older === 'wanted' ? book.older : 'idle';
  return looked({ ...book, floor, held: from(book.held, floor), older }, at);
}

/**
 * The server says that it does not send what lies between these: it is a hole like any other,
 * unless it is too wide to be filled.
 *
 * @param {Book} book @param {number} after @param {number} before @param {number} at
 * @returns {Book}
 */
export function skipped(book, after, before, at) {
  if (before - after > WIDE) return raised(book, before, at);
  return learned(book, before - 1, at);
}

/**
 * What came of asking for the page before `before`: its messages have been `taken` where they are
 * not below the floor.
 *
 * @param {Book} book @param {{before: number, limit: number, seqs: readonly number[]}} page
 * @param {number} at @returns {Book}
 */
export function paged(book, { before, limit, seqs }, at) {
  const { floor } = book;
  let next = book;
  if (before === floor) {
    const end = seqs.length < limit || seqs[0] <= 1;
    next = { ...book, floor: seqs[0] ?? floor, older: end ? 'end' : 'idle' };
  }
  const held = seqs.filter((seq) => seq >= next.floor).reduce(add, next.held);
  const filled = tried(looked({ ...next, held }, at), before, at);
  return seqs.length < limit ? filled : continued(filled, seqs[0], at);
}

/** A full page leaves more of its hole below it, which need not be waited for again. */
function continued(/** @type {Book} */ book, /** @type {number} */ lowest,
  /** @type {number} */ at) {
  return { ...book, holes: book.holes.map((hole) =>
    hole.to === lowest - 1 ? { ...hole, dueAt: at } : hole) };
}

/** @param {Book} book @param {number} before @param {number} at @returns {Book} */
export function pageFailed(book, before, at) {
  if (before === book.floor) return { ...book, older: 'failed' };
  return tried(book, before, at);
}

/** The page was not all that was missing: it is asked for again, later each time. */
function tried(/** @type {Book} */ book, /** @type {number} */ before, /** @type {number} */ at) {
  const holes = book.holes.map((hole) => hole.to !== before - 1 ? hole
    : { ...hole, tries: hole.tries + 1, dueAt: at + HOLE_MS * 2 ** hole.tries });
  return { ...book, holes };
}

/** @param {Book} book @returns {Book} one has scrolled up, or asks again */
export function wantsOlder(book) {
  return book.older === 'idle' || book.older === 'failed' ? { ...book, older: 'wanted' } : book;
}

/** @param {Book} book @returns {Book} something is looked for far above */
export function wantsMuch(book) {
  return book.older === 'idle' || book.older === 'wanted'
    ? { ...book, older: 'wanted', page: MOST } : book;
}

/** @param {Book} book @returns {Book} it is here */
export function wantsLittle(book) {
  return book.page === PAGE ? book : { ...book, page: PAGE };
}

/** @param {Book} book @param {number} to  a hole's end @param {number} at @returns {Book} */
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
  return book.older === 'wanted' ? { before: book.floor, limit: book.page } : null;
}

/** @param {Book} book @returns {boolean} whether something is due by time alone */
export function awaits(book) {
  return book.holes.some(({ tries }) => tries < TRIES);
}

/** A hole that shrinks is being filled by a replay, and waited for anew. */
function looked(/** @type {Book} */ book, /** @type {number} */ at) {
  const holes = missing(book.held, book.floor, book.newest).map(([first, to]) =>
    book.holes.find((known) => known.from === first && known.to === to)
      ?? { from: first, to, dueAt: at + HOLE_MS, tries: 0 });
  return { ...book, holes };
}
