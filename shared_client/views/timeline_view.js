/** The messages, and the events between them. */

import { createAnnouncer } from './announcer.js';
import { byId, setText } from './dom.js';
import { createLines } from './lines.js';
import { createNews } from './news.js';
import { createRows } from '../state/rows.js';
import { keepScroll } from './scroll_keeper.js';
import { mountToolsDoor } from './tools_door.js';
import { createGeometry } from './window.js';
import { isFound } from '../state/conversation.js';
import { words } from '../words/words.js';

/** Estimated heights before the first drawing, in pixels: of a line, and of each text line. */
const LINE = 44;
const TEXT_LINE = 24;
const PHOTO = 300;
const REACTIONS = 30;
/** The width of the log without its text. */
const BESIDE = 110;
/** The widths of a character and of the widest line of text. */
const CHARACTER = 8.5;
const WIDEST = 550;

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../state/rows.js').Row} Row
 */

/**
 * @param {import('../actions.js').Actions} actions
 * @param {ReturnType<typeof import('../photos/photo_view.js').mountViewer>} viewer
 * @returns {((state: State) => void) & {position: () => State['seek']}} `position` gives the `seek`
 *   that leads back to where the user reads; null at the end
 */
export function mountTimeline(actions, viewer) {
  const log = byId('log');
  const unread = byId('unread');
  const rowsOf = createRows();
  let width = 0;
  const geometry = createGeometry((/** @type {Row} */ row) => estimated(row, width));
  const lines = createLines(byId('timeline'), geometry, { actions, openPhoto: viewer.open });
  const showTools = mountToolsDoor(byId('timeline'), lines.itemOf, () => actions);
  const announce = createAnnouncer(byId('news'));
  const news = createNews();
  let visit = -1;
  let missed = 0;
  /** Whether the page was hidden since the last drawing: a hidden page is not drawn. */
  let away = document.hidden;
  /** The first message that came unseen. @type {string | null} */
  let firstUnread = null;
  /** The last `seek` that was found. @type {State['seek']} */
  let sought = null;
  /** @type {State['heard']} */
  let heard = null;

  const scroll = keepScroll(log, byId('timeline'), geometry, lines, {
    atEnd(atEnd) {
      actions.scrolled(atEnd);
      if (atEnd) showMissed(0);
    },
    nearStart: actions.loadOlder,
  });
  document.addEventListener('visibilitychange', () => { away ||= document.hidden; });
  unread.addEventListener('click', () => {
    scroll.goToEnd();
    byId('draft').focus();
  });
  byId('older-again').addEventListener('click', () => {
    log.focus({ preventScroll: true }); // the button will be hidden
    actions.loadOlder(true);
  });

  /** @param {number} count */
  function showMissed(count) {
    missed = count;
    unread.hidden = count === 0;
    setText(unread, words.unread(count));
  }

  /** @param {State} state */
  function view(state) {
    scroll.notice();
    if (state.visit !== visit) begin(state);
    width = Math.min(WIDEST, log.clientWidth - BESIDE);
    geometry.show(rowsOf(state, Date.now()));
    const { fresh, wrote, failed } = news(state);
    const messages = fresh.filter((entry) => entry.kind !== 'notice' && !entry.own);
    const seen = scroll.following && !away;
    away = document.hidden;
    if (wrote || (seen && messages.length > 0)) firstUnread = null;
    else if (messages.length > 0) firstUnread ??= messages[0].key;
    lines.prepare(state.book !== null, firstUnread, words.unreadHere);
    showSilence(state);
    showOlder(state);
    if (wrote) scroll.toEnd();
    else if (state.seek !== null && state.seek !== sought) goTo(state);
    else scroll.settle();
    if (!scroll.following && messages.length > 0) showMissed(missed + messages.length);
    announce([...fresh.filter((entry) => entry.kind === 'notice' || !entry.own), ...failed,
      ...changesOf(state)], state.book !== null);
    showTools(() => state);
  }

  /** @param {State} state @returns {NonNullable<State['heard']>[]} to announce */
  function changesOf(state) {
    if (state.heard === heard) return [];
    heard = state.heard;
    if (heard?.kind === 'unsaid') viewer.forget(heard.seq);
    return heard === null ? [] : [heard];
  }

  /** The room or the backend changed. @param {State} state */
  function begin(state) {
    visit = state.visit;
    firstUnread = null;
    lines.forget();
    if (state.seek === null) scroll.toEnd();
  }

  /** Until the sought message is loaded, the log stays at the top, which shows the loading. */
  function goTo(/** @type {State} */ state) {
    const { book, seek } = state;
    const { rows } = geometry;
    const first = rows.findIndex(isSaid);
    if (seek === null || book === null || first < 0) return scroll.settle();
    if (!isFound(state)) return book.older === 'failed' ? scroll.settle() : scroll.to(0, 0);
    sought = seek;
    const last = rows.findLastIndex((row) => isSaid(row) && atOf(row) <= seek.at);
    return scroll.to(Math.max(first, last), seek.offset);
  }

  function position() {
    const place = scroll.position();
    const { rows, top } = geometry;
    const index = place === null ? -1
      : rows.findIndex((row, at) => at >= place.index && isSaid(row));
    if (place === null || index < 0) return null;
    return { at: atOf(rows[index]), offset: place.offset + top(index) - top(place.index) };
  }

  return Object.assign(view, { position });
}

/**
 * Unsent messages are last, whenever they were written.
 *
 * @param {Row} row @returns {boolean} whether its time determines its place
 */
function isSaid({ item }) {
  return 'user' in item;
}

/** @param {Row} row @returns {number} when it was sent */
function atOf({ item }) {
  return /** @type {{at: number}} */ (item).at;
}

/**
 * @param {Row} row @param {number} width  of a line of text
 * @returns {number} a guess, in pixels: the line is measured when it is drawn
 */
export function estimated({ item, grouped }, width) {
  const { text, kind, photo, reactions } = /** @type {any} */ (item);
  const below = reactions === undefined ? 0 : REACTIONS;
  if (kind === 'image' || photo) return PHOTO + below;
  if (text === undefined) return LINE;
  const most = Math.max(10, width / CHARACTER);
  const lines = text.length <= most && !text.includes('\n') ? 1
    : text.split('\n').reduce((/** @type {number} */ sum, /** @type {string} */ line) =>
      sum + Math.max(1, Math.ceil(line.length / most)), 0);
  return LINE + (lines - 1) * TEXT_LINE + (grouped ? 0 : TEXT_LINE) + below;
}

/** @param {State} state */
function showSilence({ link, book, entries, outbox }) {
  const talked = outbox.length > 0 || entries.some(({ kind }) => kind !== 'notice');
  const known = book === null || book.older === 'end';
  byId('silence').hidden = talked || !known || link.status !== 'online';
}

/** Says what is above the oldest loaded message. @param {State} state */
function showOlder({ book, room, entries }) {
  const said = entries.some(({ kind }) => kind !== 'notice');
  const older = book?.older ?? 'idle';
  const text = { idle: '', wanted: words.older.loading, failed: words.older.failed,
    end: said ? words.older.end(`${room}`) : '' }[older];
  byId('older').hidden = text === '';
  setText(byId('older-words'), text);
  byId('older-again').hidden = older !== 'failed';
}
