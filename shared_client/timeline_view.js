/** What was said, and what happened in between. */

import { frameworkLabel } from './backends.js';
import { avatar, byId, element, setText } from './dom.js';
import { lookUp, words } from './words.js';

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./state.js').Entry | import('./state.js').Outgoing} Item
 */

/** Messages of one author within this time stand under one name. */
const GROUP_MS = 5 * 60_000;
/** How near to its end, in pixels, the log counts as being read at its end. */
const NEAR = 48;

/**
 * @param {import('./actions.js').Actions} actions
 * @returns {(state: State) => void}
 */
export function mountTimeline(actions) {
  const log = byId('log');
  const list = byId('timeline');
  const unread = byId('unread');
  /** @type {Map<string, {item: Item, grouped: boolean, node: HTMLElement}>} */
  let rows = new Map();
  let following = true;
  let missed = 0;

  const toEnd = () => log.scrollTo(0, log.scrollHeight);
  const follow = () => {
    following = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (following) showMissed(0);
  };
  log.addEventListener('scroll', follow, { passive: true });
  new ResizeObserver(() => following && toEnd()).observe(log);
  unread.addEventListener('click', () => {
    toEnd();
    byId('draft').focus();
  });

  /** @param {number} count */
  function showMissed(count) {
    missed = count;
    unread.hidden = count === 0;
    setText(unread, words.unread(count));
  }

  return (state) => {
    const before = rows;
    rows = new Map();
    let previous = null;
    let fresh = 0;
    for (const item of [...state.entries, ...state.outgoing]) {
      const key = keyOf(item, state);
      const grouped = isGrouped(previous, item);
      const old = before.get(key);
      const same = old !== undefined && old.item === item && old.grouped === grouped;
      const node = old?.node ?? element('li');
      if (!same) fill(node, item, grouped, actions);
      if (old === undefined && 'kind' in item && item.kind === 'message' && !item.own) fresh += 1;
      if (old === undefined && !('kind' in item)) following = true;
      rows.set(key, { item, grouped, node });
      previous = item;
    }
    for (const [key, { node }] of before) if (!rows.has(key)) node.remove();
    arrange(list, [...rows.values()].map(({ node }) => node));
    const talked = [...rows.values()].some(({ item }) => !isNotice(item));
    byId('silence').hidden = talked || state.link.status !== 'online';
    if (following) toEnd();
    else if (fresh > 0) showMissed(missed + fresh);
  };
}

/** Moves only what is out of place, so that nothing else is drawn or read out again. */
function arrange(/** @type {HTMLElement} */ list, /** @type {HTMLElement[]} */ nodes) {
  let place = list.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else list.insertBefore(node, place);
  }
}

/** A message keeps its key, and so its place in the document, when it comes back. */
function keyOf(/** @type {Item} */ item, /** @type {State} */ state) {
  return 'key' in item ? item.key : `${state.user}/${item.id}`;
}

/** @param {Item} item @returns {item is import('./state.js').Notice} */
function isNotice(item) {
  return 'kind' in item && item.kind === 'notice';
}

/** @param {Item} item  a message @returns {string | null} its author; null for oneself */
function authorOf(item) {
  return 'user' in item && !item.own ? item.user : null;
}

function isGrouped(/** @type {Item | null} */ previous, /** @type {Item} */ item) {
  if (previous === null || isNotice(previous) || isNotice(item)) return false;
  return authorOf(previous) === authorOf(item) && item.at - previous.at < GROUP_MS;
}

/**
 * @param {HTMLElement} node @param {Item} item @param {boolean} grouped
 * @param {import('./actions.js').Actions} actions
 */
function fill(node, item, grouped, actions) {
  if (isNotice(item)) {
    node.className = `notice ${item.notice}`;
    node.replaceChildren(element('span', { textContent: noticeWords(item) }));
    return;
  }
  const author = authorOf(item);
  node.className = `message${author === null ? ' own' : ''}${grouped ? ' grouped' : ''}`;
  const bubble = element('div', { className: 'bubble' },
    element('p', { className: 'text', dir: 'auto', textContent: item.text }), timeOf(item.at));
  const who = element('p', { className: 'author' },
    element('bdi', { textContent: author ?? words.you }));
  node.replaceChildren(...(author === null ? [] : [avatar(author)]), who, bubble);
  delete node.dataset.status;
  if ('kind' in item) return;
  node.dataset.status = item.status;
  node.append(fate(item, actions));
}

/** @param {import('./state.js').Outgoing} item @param {import('./actions.js').Actions} actions */
function fate({ id, status, problem }, actions) {
  if (status !== 'failed') {
    return element('p', { className: 'fate', textContent: words.outgoing[status] });
  }
  const retry = element('button', { type: 'button', textContent: words.retry });
  const discard = element('button', { type: 'button', textContent: words.discard });
  for (const [button, act] of [[retry, actions.retry], [discard, actions.discard]]) {
    button.addEventListener('click', () => {
      act(id);
      byId('draft').focus(); // the button is about to go, and must not take the focus along
    });
  }
  return element('p', { className: 'fate' }, lookUp(words.failed, problem), ' ', retry, discard);
}

/** @param {number} at  ms since the epoch */
function timeOf(at) {
  const date = new Date(at);
  return element('time', {
    dateTime: date.toISOString(), title: date.toLocaleString(),
    textContent: date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
  });
}

/** @param {import('./state.js').Notice} item */
function noticeWords({ notice, detail }) {
  if (notice === 'lost') return lookUp(words.closed, detail);
  const backend = notice === 'entered' || notice === 'switched';
  return words.notices[notice](backend ? frameworkLabel(detail) : detail);
}
