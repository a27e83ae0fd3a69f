/** Counts, in the tab's title, the messages of others that came while the tab was hidden. */

import { createNews } from './news.js';

const MOST = 99;
const COUNT = /^\(\d+\+?\) /;

/**
 * A hidden tab draws nothing, so this listens to the stores.
 *
 * @param {readonly {readonly state: import('../state/state.js').State,
 *   subscribe: (listener: () => void) => void}[]} stores  copies of one message count once
 * @returns {{close: () => void}}
 */
export function mountUnreadTitle(stores) {
  const ended = new AbortController();
  const news = stores.map(createNews);
  /** @type {Set<string>} */
  const unread = new Set();

  function look() {
    return stores.flatMap(({ state }, place) => news[place](state).fresh);
  }

  function hear() {
    if (!document.hidden || ended.signal.aborted) return;
    const before = unread.size;
    for (const entry of look()) {
      if (entry.kind !== 'notice' && !entry.own && unread.size <= MOST) unread.add(entry.key);
    }
    if (unread.size !== before) show();
  }

  function show() {
    document.title = titled(document.title, unread.size);
  }

  document.addEventListener('visibilitychange', () => {
    look(); // what came until now was seen
    if (document.hidden || unread.size === 0) return;
    unread.clear();
    show();
  }, { signal: ended.signal });
  // The first look finds the room, and the second one what was said in it until now.
  look();
  look();
  for (const store of stores) store.subscribe(hear);
  return { close: () => ended.abort() };
}

/** @param {string} title  with or without a count @param {number} count */
export function titled(title, count) {
  const plain = title.replace(COUNT, '');
  if (count === 0) return plain;
  return `(${count > MOST ? `${MOST}+` : count}) ${plain}`;
}
