/** Fetches missing messages over HTTP, one page at a time. */

import { nextPage } from '../state/book.js';

/**
 * @param {{readonly state: import('../state/state.js').State,
 *   dispatch: (event: import('../state/state.js').Event) => void}} store
 * @param {(room: string, page: {before: number, limit: number}) =>
 *   Promise<import('./api.js').Record[]>} fetchPage
 * @returns {() => Promise<void>} to call when messages may be missing
 */
export function createHistoryLoader(store, fetchPage) {
  /** The visit that waits for a page. An earlier visit's request does not delay a later visit. */
  let waiting = -1;

  return async function load() {
    const { room, visit, book, link } = store.state;
    if (waiting === visit || room === null || book === null || link.status !== 'online') return;
    const page = nextPage(book, Date.now());
    if (page === null) return;
    waiting = visit;
    const records = await fetchPage(room, page).catch(() => null);
    if (store.state.visit !== visit) return;
    waiting = -1;
    const at = Date.now();
    if (records === null) store.dispatch({ type: 'pageFailed', before: page.before, at });
    else store.dispatch({ type: 'paged', ...page, records, at });
  };
}
