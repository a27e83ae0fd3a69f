/**
 * Announces new lines to screen readers. The log itself is not announced: scrolling adds and
 * removes its lines, and an old message that scrolls into view is not new.
 */

import { element } from './dom.js';
import { noticeWords, unsaidWords } from './message_view.js';
import { lookUp, words } from '../words/words.js';

/**
 * @typedef {import('../state/timeline.js').Entry | import('../state/outgoing.js').Outgoing
 *   | import('../state/amendments.js').Heard} Item
 */

/** Lines that come within this time are announced together, in ms. */
const TOGETHER_MS = 1000;
/** More messages than this are counted, not read out one by one. */
const FEW = 3;
/** By then a line is read out. It is removed, so that it is not found again. */
const READ_MS = 5000;

/** @param {HTMLElement} region  a live region */
export function createAnnouncer(region) {
  /** @type {Item[]} */
  let items = [];
  let whole = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function read() {
    const lines = told(items, whole).map((textContent) => element('p', { textContent }));
    [timer, items] = [undefined, []];
    region.append(...lines);
    setTimeout(() => lines.forEach((line) => line.remove()), READ_MS);
  }

  return (/** @type {readonly Item[]} */ more, /** @type {boolean} */ complete) => {
    items.push(...more);
    whole = complete;
    if (items.length > 0) timer ??= setTimeout(read, TOGETHER_MS);
  };
}

/**
 * @param {readonly Item[]} items @param {boolean} complete  as in `lines.js`
 * @returns {string[]} what to read out: joins and leaves only if the items are few
 */
export function told(items, complete) {
  const messages = items.filter(isSaid);
  const rest = items.filter((item) => !isSaid(item) && !comesOrGoes(item)).map(text);
  function text(/** @type {Item} */ item) {
    return spoken(item, complete);
  }
  if (items.length - rest.length <= FEW) return [...new Set(items.map(text))];
  return [...new Set(rest), ...messages.length > FEW ? [words.unread(messages.length)]
    : messages.map(text)];
}

/** @param {Item} item */
function isSaid(item) {
  return 'kind' in item && (item.kind === 'message' || item.kind === 'image');
}

/** @param {Item} item */
function comesOrGoes(item) {
  return 'kind' in item && item.kind === 'notice'
    && (item.notice === 'joined' || item.notice === 'left');
}

/**
 * @param {Item} item @param {boolean} complete  as in `lines.js`
 * @returns {string} what to read out for a line, without its time and its buttons
 */
function spoken(item, complete) {
  if (!('kind' in item)) return lookUp(words.failed, item.problem);
  if (item.kind === 'notice') return noticeWords(item, complete);
  if (item.kind === 'reacted') return words.reacted(item.user, item.emoji);
  if (item.kind === 'unsaid') return unsaidWords(item);
  return item.kind === 'image' ? words.photo.from(item.user, item.name)
    : `${item.user}: ${item.text}`;
}
