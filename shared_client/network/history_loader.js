/** Fetches what is missing over HTTP, one page at a time. */

import { nextPage } from '../state/book.js';

/**
 * @param {{readonly state: import('../state/state.js').State,
 *   dispatch: (event: import('../state/state.js').Event) => void}} store
 * @param {typeof import('./api.js').fetchPage} fetchPage
 * @returns {() => Promise<void>} to call whenever something may be missing
 */
export function createHistoryLoader(store, fetchPage) {
  let busy = false;

  return async function load() {
    const { room, book, link } = store.state;
    if (busy || room === null || book === null || link.status !== 'online') return;
    const page = nextPage(book, Date.now());
    if (page === null) return;
    busy = true;
    const records = await fetchPage(room, page).catch(() => null);
    busy = false;
    if (store.state.room !== room) return;
    const at = Date.now();
    if (records === null) store.dispatch({ type: 'pageFailed', before: page.before, at });
    else store.dispatch({ type: 'paged', ...page, records, at });
  };
}
