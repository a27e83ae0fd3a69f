/**
 * Reads out what is new. The log itself is not announced: its lines come and go as one scrolls,
 * and what was said yesterday is not news because it comes into view.
 */

import { element } from './dom.js';
import { noticeWords } from './message_view.js';
import { lookUp, words } from '../words/words.js';

/** What comes within this time is said together, in ms. */
const TOGETHER_MS = 1000;
/** More than that are counted and not read out one by one. */
const FEW = 3;
/** Then it has been read out, and is not found a second time. */
const READ_MS = 5000;

/** @param {HTMLElement} region  a live one */
export function createAnnouncer(region) {
  /** @type {(() => string)[]} */
  let few = [];
  let count = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function read() {
    const texts = count > FEW ? [words.unread(count)] : few.map((text) => text());
    [timer, few, count] = [undefined, [], 0];
    const lines = texts.map((textContent) => element('p', { textContent }));
    region.append(...lines);
    setTimeout(() => lines.forEach((line) => line.remove()), READ_MS);
  }

  return (/** @type {readonly (() => string)[]} */ texts) => {
    if (count < FEW) few.push(...texts);
    count += texts.length;
    if (count > 0) timer ??= setTimeout(read, TOGETHER_MS);
  };
}

/**
 * @param {import('../state/timeline.js').Entry | import('../state/outgoing.js').Outgoing} item
 * @param {boolean} complete  as for the lines
 * @returns {string} what a line says, without its time and its buttons
 */
export function spoken(item, complete) {
  if (!('kind' in item)) return lookUp(words.failed, item.problem);
  if (item.kind === 'notice') return noticeWords(item, complete);
  return item.kind === 'image' ? words.photo.from(item.user, item.name)
    : `${item.user}: ${item.text}`;
}
