/** What was said, and what happened in between. */

import { byId, element, setText } from './dom.js';
import { fill } from './message_view.js';
import { createPictures } from '../photos/pictures.js';
import { isMessage, rowsOf } from '../state/rows.js';
import { keepScroll } from './scroll_keeper.js';
import { words } from '../words/words.js';

/** How long a page of the history is not announced, once it is here. */
const HUSH_MS = 500;

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {{item: any, grouped: boolean, node: HTMLElement}} Drawn
 */

/**
 * @param {import('../actions.js').Actions} actions
 * @param {(source: string, caption: string) => void} openPhoto
 * @returns {(state: State) => void}
 */
export function mountTimeline(actions, openPhoto) {
  const list = byId('timeline');
  const unread = byId('unread');
  const pictures = createPictures();
  /** @type {Map<string, Drawn>} */
  let rows = new Map();
  let missed = 0;
  let newest = 0;
  /** The first message that came while nobody was looking. @type {string | null} */
  let firstUnread = null;

  const scroll = keepScroll(byId('log'), list, {
    atEnd(atEnd) {
      actions.scrolled(atEnd);
      if (atEnd) showMissed(0);
    },
    nearStart: actions.loadOlder,
  });
  unread.addEventListener('click', () => {
    scroll.toEnd();
    byId('draft').focus();
  });
  const hush = quietly(byId('log'));
  byId('older-again').addEventListener('click', () => actions.loadOlder(true));

  /** @param {number} count */
  function showMissed(count) {
    missed = count;
    unread.hidden = count === 0;
    setText(unread, words.unread(count));
  }

  return (state) => {
    if (state.room === null) newest = 0;
    hush(state.book?.older === 'wanted');
    const before = rows;
    const means = { actions, openPhoto, sourceOf: pictures.of, complete: state.book !== null };
    rows = drawn(rowsOf(state, Date.now()), before, means);
    for (const [key, { node }] of before) if (!rows.has(key)) node.remove();
    arrange(list, [...rows.values()].map(({ node }) => node));
    pictures.keepOnly(shownPictures(rows));
    showSilence(state, rows);
    showOlder(state);

    const added = [...rows].filter(([key]) => !before.has(key)).map(([, { item }]) => item);
    const fresh = added.filter((item) => isMessage(item) && 'kind' in item && !item.own
      && (item.seq === null || item.seq > newest));
    newest = Math.max(newest, ...added.map(({ seq }) => seq ?? 0));
    const wrote = added.some((item) => isMessage(item) && !('kind' in item));
    const seen = scroll.following && !document.hidden;
    if (wrote || (seen && fresh.length > 0)) firstUnread = null;
    else if (fresh.length > 0) firstUnread ??= fresh[0].key;
    mark(before, rows, firstUnread);
    if (wrote) scroll.toEnd();
    else if (!scroll.following && fresh.length > 0) showMissed(missed + fresh.length);
    scroll.settle();
  };
}

/**
 * Fills the lines that changed, and no others.
 *
 * @param {ReturnType<typeof rowsOf>} wanted @param {Map<string, Drawn>} before
 * @param {import('./message_view.js').Means} means @returns {Map<string, Drawn>}
 */
function drawn(wanted, before, means) {
  return new Map(wanted.map(({ key, item, grouped }) => {
    const old = before.get(key);
    const node = old?.node ?? element('li');
    if (old === undefined || old.grouped !== grouped || !same(old.item, item)) {
      fill(node, item, grouped, means);
    }
    return [key, { item, grouped, node }];
  }));
}

/**
 * What is loaded from the history is there to be read, and not to be read out as if it were new.
 *
 * @param {HTMLElement} log @returns {(loading: boolean) => void}
 */
function quietly(log) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return (loading) => {
    if (loading) {
      clearTimeout(timer);
      timer = undefined;
      log.ariaLive = 'off';
    } else if (log.ariaLive === 'off') {
      timer ??= setTimeout(() => { log.ariaLive = 'polite'; }, HUSH_MS);
    }
  };
}

/** Filling a line anew takes its mark away. */
function mark(/** @type {Map<string, Drawn>} */ before, /** @type {Map<string, Drawn>} */ rows,
  /** @type {string | null} */ key) {
  for (const { node } of before.values()) node.classList.toggle('first-unread', false);
  const drawn = key === null ? undefined : rows.get(key);
  if (drawn === undefined) return;
  drawn.node.classList.toggle('first-unread', true);
  drawn.node.dataset.new = words.unreadHere;
}

/** Days and gaps are made anew each time. @param {any} one @param {any} other */
function same(one, other) {
  if (one === other || one.kind === 'day') return true;
  return one.kind === 'gap' && one.from === other.from && one.failed === other.failed;
}

/** Moves only what is out of place, so that nothing else is drawn or read out again. */
function arrange(/** @type {HTMLElement} */ list, /** @type {HTMLElement[]} */ nodes) {
  let place = list.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else list.insertBefore(node, place);
  }
}

/** @param {Map<string, Drawn>} rows @returns {Set<Blob>} */
function shownPictures(rows) {
  const blobs = [...rows.values()].map(({ item }) => item.picture ?? item.photo?.blob);
  return new Set(blobs.filter(Boolean));
}

/** @param {State} state @param {Map<string, Drawn>} rows */
function showSilence({ link, book }, rows) {
  const talked = [...rows.values()].some(({ item }) => isMessage(item));
  const known = book === null || book.older === 'end';
  byId('silence').hidden = talked || !known || link.status !== 'online';
}

/** What is above the oldest message that is here. @param {State} state */
function showOlder({ book, room, entries }) {
  const said = entries.some(({ kind }) => kind !== 'notice');
  const older = book?.older ?? 'idle';
  const text = { idle: '', wanted: words.older.loading, failed: words.older.failed,
    end: said ? words.older.end(`${room}`) : '' }[older];
  byId('older').hidden = text === '';
  setText(byId('older-words'), text);
  byId('older-again').hidden = older !== 'failed';
}
