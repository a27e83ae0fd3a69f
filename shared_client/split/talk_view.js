/** The messages of both sides, copy beside copy, in one list that scrolls. */

import { mountUploads } from '../photos/uploads_view.js';
import { estimated } from '../views/timeline_view.js';
import { createAnnouncer } from '../views/announcer.js';
import { element, setText } from '../views/dom.js';
import { createLines } from '../views/lines.js';
import { mountMessageKeys } from '../views/message_keys.js';
import { createNews } from '../views/news.js';
import { keepScroll } from '../views/scroll_keeper.js';
import { createGeometry } from '../views/window.js';
import { split } from '../words/split.js';
import { words } from '../words/words.js';
import { createLines as createJoined, horizonOf } from './joined.js';
import { createPairs } from './pair_view.js';
import { createSwitches } from './switches.js';
import { mountSplitTools } from './tools.js';

/** The list's width without its text, and the part of it that a column has. */
const BESIDE = 160;
const WIDE = '(min-width: 48rem)';
/** The other side where there is one backend. @type {import('./joined.js').Side} */
const NOTHING = { rows: [], horizon: -Infinity, arrivalOf: () => null };

/**
 * @typedef {import('./side.js').Side} Side
 * @typedef {import('./joined.js').Line} Line
 * @typedef {import('../state/state.js').State} State
 */

/**
 * @param {readonly Side[]} sides
 * @param {ReturnType<typeof import('../photos/photo_view.js').mountViewer>} viewer
 * @param {HTMLElement} draft  gets the focus from the list
 * @returns {{node: HTMLElement, draw: () => void, close: () => void}}
 */
export function createTalkView(sides, viewer, draft) {
  const nothing = element('p', { className: 'silence', textContent: split.nothing, hidden: true });
  const olderWords = element('span');
  const again = element('button', { type: 'button', textContent: words.page.tryAgain });
  const older = element('p', { className: 'older', hidden: true }, olderWords, ' ', again);
  const list = element('ol', { className: 'timeline', id: 'split-lines' });
  const log = element('div', { className: 'split-log', id: 'split-log', role: 'log',
    ariaLive: 'off', ariaLabel: words.page.messages, tabIndex: 0 }, nothing, older, list);
  const unread = element('button', { type: 'button', className: 'unread', hidden: true });
  const heard = element('div', { className: 'unseen', ariaLive: 'polite' });
  const node = element('section', { className: 'split-talk',
    ariaLabel: words.page.conversation }, log, heard, unread);

  const wide = matchMedia(WIDE);
  let width = 0;
  const geometry = createGeometry((/** @type {Line} */ line) => guess(line, width));
  const lines = createLines(list, /** @type {any} */ (geometry),
    { actions: sides[0], openPhoto: viewer.open }, createPairs(sides));
  const join = createJoined();
  const withSwitches = createSwitches();
  const showTools = mountSplitTools(list, lines.itemOf, sides);
  const uploads = sides.map(({ buffered }, place) =>
    mountUploads(buffered, `#${list.id} .split-cell[data-side="${place}"]`));
  const announce = createAnnouncer(heard);
  const news = sides.map(createNews);
  /** The last changes of messages that were announced. @type {State['heard'][]} */
  const changes = sides.map(() => null);
  let missed = 0;

  const scroll = keepScroll(log, list, geometry, lines, {
    atEnd(atEnd) {
      for (const side of sides) side.scrolled(atEnd);
      if (atEnd) showMissed(0);
    },
    nearStart: () => loadOlder(),
  });
  mountMessageKeys(log, draft);
  unread.addEventListener('click', () => {
    scroll.goToEnd();
    draft.focus();
  });
  again.addEventListener('click', () => {
    log.focus({ preventScroll: true }); // the button will be hidden
    loadOlder(true);
  });

  /** Only the side that has loaded least: the lines of the other begin where its lines begin. */
  function loadOlder(after = false) {
    const horizons = sides.map(({ store }) => horizonOf(store.state));
    sides.forEach((side, place) => {
      if (horizons[place] === Math.max(...horizons)) side.loadOlder(after);
    });
  }

  /** @param {number} count */
  function showMissed(count) {
    missed = count;
    unread.hidden = count === 0;
    setText(unread, words.unread(count));
  }

  /** @returns {boolean} whether the user wrote; counts and announces what is new */
  function tellNews() {
    const all = sides.map(({ store }, place) => ({ ...news[place](store.state),
      whole: store.state.book !== null }));
    const fresh = all.flatMap((each) => each.fresh);
    const messages = fresh.filter((entry) => entry.kind !== 'notice' && !entry.own);
    if (!scroll.following && messages.length > 0) showMissed(missed + messages.length);
    announce([...fresh.filter((entry) => entry.kind === 'notice' || !entry.own),
      ...all.flatMap((each) => each.failed), ...newChanges()], all.every(({ whole }) => whole));
    return all.some(({ wrote }) => wrote);
  }

  /** @returns {NonNullable<State['heard']>[]} to announce */
  function newChanges() {
    const now = sides.map(({ store }) => store.state.heard);
    const fresh = now.filter((change, place) => change !== null && change !== changes[place]);
    now.forEach((change, place) => { changes[place] = change; });
    for (const change of fresh) if (change?.kind === 'unsaid') viewer.forget(change.seq);
    return fresh.filter((change) => change !== null);
  }

  function draw() {
    scroll.notice();
    width = (log.clientWidth - BESIDE) / (wide.matches ? 2 : 1);
    const [left, right = NOTHING] = sides.map((side) => side.look());
    const [leftRows, rightRows] = withSwitches(left.rows, right.rows);
    geometry.show(join({ ...left, rows: leftRows }, { ...right, rows: rightRows }));
    lines.prepare(false, null, '');
    const states = sides.map(({ store }) => store.state);
    states.forEach((state, place) => uploads[place](state));
    showOlder(states);
    nothing.hidden = !states.every(isSilent);
    if (tellNews()) scroll.toEnd();
    else scroll.settle();
    showTools();
  }

  /** @param {State[]} states */
  function showOlder(states) {
    const failed = states.some(({ book }) => book?.older === 'failed');
    const loading = states.some(({ book }) => book?.older === 'wanted');
    older.hidden = !failed && !loading;
    setText(olderWords, failed ? words.older.failed : loading ? words.older.loading : '');
    again.hidden = !failed;
  }

  /** Ends the look at uploads that have not ended. */
  function close() {
    for (const show of uploads) show({ outbox: [] });
  }

  return { node, draw, close };
}

/** @param {State} state @returns {boolean} whether the room has no messages, as far as is known */
function isSilent({ entries, outbox, book, link }) {
  const known = link.status === 'online' && (book === null || book.older === 'end');
  return known && outbox.length === 0 && entries.every(({ kind }) => kind === 'notice');
}

/** @param {Line} line @param {number} width  of a column's text */
function guess({ item, grouped }, width) {
  const parts = item.kind === 'pair' ? item.parts.filter((part) => part !== null) : [item];
  return Math.max(...parts.map((part) => estimated({ key: '', item: part, grouped }, width)));
}
