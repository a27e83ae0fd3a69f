/** One line of the timeline: a message, a photo, a notice, a day, a gap. */

import { frameworkLabel } from '../network/backends.js';
import { avatar, byId, element, isolated } from './dom.js';
import { linked } from './links.js';
import { fillReactions } from './reactions_view.js';
import { learnSize, sizeOf } from '../photos/sizes.js';
import { authorOf } from '../state/rows.js';
import { locale, lookUp, words } from '../words/words.js';

/** A text of one to three emoji and nothing else is shown large. */
const EMOJI = /^\p{RGI_Emoji}{1,3}$/v;

// Created once: creating a formatter takes as long as drawing a line.
const TIME = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
const ISO_DAY = new Intl.DateTimeFormat('sv'); // Swedish dates have the ISO form, in local time
const FULL = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {{actions: import('../actions.js').Talk, sourceOf: (picture: Blob) => string,
 *   openPhoto: (source: string, caption: string) => void, complete: boolean}} Means
 *   `complete`: there is a history, so nothing was missed
 */

/**
 * @param {HTMLElement} node @param {any} item @param {boolean} grouped @param {Means} means
 */
export function fill(node, item, grouped, means) {
  delete node.dataset.status;
  if (item.kind === 'day') fillDay(node, item);
  else if (item.kind === 'gap') fillGap(node, item, means);
  else if (item.kind === 'notice') fillNotice(node, item, means);
  else fillMessage(node, item, grouped, means);
}

/** @param {HTMLElement} node @param {{at: number}} day */
function fillDay(node, { at }) {
  node.className = 'day';
  const date = new Date(at);
  node.replaceChildren(element('time', { dateTime: ISO_DAY.format(date),
    textContent: dayWords(date) }));
}

/** @param {HTMLElement} node @param {import('../state/rows.js').Gap} gap @param {Means} means */
function fillGap(node, { from, to, failed }, { actions }) {
  node.className = `gap${failed ? ' failed' : ''}`;
  const count = to - from + 1;
  node.replaceChildren(element('span', {
    textContent: failed ? words.gap.failed(count) : words.gap.loading(count) }));
  if (!failed) return;
  const again = element('button', { type: 'button', textContent: words.retry });
  again.addEventListener('click', () => {
    byId('log').focus({ preventScroll: true }); // the button will be removed
    actions.fillGap(to);
  });
  node.append(again);
}

/** @param {HTMLElement} node @param {import('../state/timeline.js').Notice} item @param {Means} means */
function fillNotice(node, item, { complete }) {
  node.className = `notice ${item.notice}`;
  node.replaceChildren(element('span', { textContent: noticeWords(item, complete) }));
}

/** @param {HTMLElement} node @param {any} item @param {boolean} grouped @param {Means} means */
function fillMessage(node, item, grouped, means) {
  const author = authorOf(item);
  node.className = `message${author === null ? ' own' : ''}${grouped ? ' grouped' : ''}`;
  const photo = item.kind === 'image' || item.photo || item.problem === 'photo_gone';
  const shape = photo ? ' framed' : EMOJI.test(item.text) ? ' emoji'
    : item.kind === 'unsaid' ? ' unsaid' : '';
  // The bubble has the text's direction, so that its lines begin at the correct side.
  const bubble = element('div', { className: `bubble${shape}`, dir: photo ? '' : 'auto' },
    photo ? photoOf(item, author, means, node.querySelector('.photo'))
      : element('p', { className: 'text' }, ...item.kind === 'unsaid' ? [unsaidWords(item)]
        : linked(item.text).map(partOf)),
    timeOf(item.at));
  const who = element('p', { className: 'author' },
    element('bdi', { textContent: author ?? words.you }));
  node.replaceChildren(...(author === null ? [] : [avatar(author)]), who, bubble);
  node.tabIndex = -1; // focus by a tap, or by the arrow keys in the log
  if (item.reactions) fillReactions(node, item, means.actions);
  if ('kind' in item) return;
  node.dataset.status = item.status;
  node.append(fate(item, means.actions));
}

/** @param {ReturnType<typeof linked>[number]} part */
function partOf({ text, href }) {
  if (href === null) return text;
  const rel = 'noopener noreferrer nofollow';
  return element('a', { href, textContent: text, target: '_blank', rel });
}

/**
 * @param {any} item  an image, or the user's own message with a photo
 * @param {string | null} author @param {Means} means
 * @param {HTMLElement | null} before  the same photo is kept, so that it does not flicker
 */
function photoOf(item, author, means, before) {
  const { sourceOf, openPhoto } = means;
  const name = item.name ?? item.photo?.name ?? '';
  const picture = item.picture ?? item.photo?.blob ?? null;
  const source = picture === null ? item.url ?? null : sourceOf(picture);
  if (source === null) return gone();
  const caption = words.photo.from(author && isolated(author), name);
  if (before?.dataset.source === source) return before;
  // By CORS, the other backend gives its pictures to this page, but not to foreign pages.
  const image = element('img', { crossOrigin: 'use-credentials', src: source, alt: caption,
    decoding: 'async', loading: 'lazy' });
  const button = element('button', { type: 'button', className: 'photo', title: words.photo.open },
    image);
  Object.assign(button.dataset, { source, seq: item.seq });
  makeRoom(image, sizeOf(picture ?? source));
  image.addEventListener('load', () => {
    const { naturalWidth: width, naturalHeight: height } = image;
    learnSize(picture ?? source, { width, height });
    makeRoom(image, { width, height });
  });
  image.addEventListener('error', () => {
    const again = element('button', { type: 'button', textContent: words.photo.again });
    again.addEventListener('click', () => {
      const anew = photoOf(item, author, means, null);
      again.replaceWith(anew);
      anew.focus({ preventScroll: true });
    });
    button.replaceWith(picture === null ? again : gone());
  });
  button.addEventListener('click', () => openPhoto(source, caption));
  return button;
}

function gone() {
  return element('p', { className: 'text', textContent: words.photo.gone });
}

/**
 * From the size, the style sheet computes the shown size, also before the picture loads.
 *
 * @param {HTMLImageElement} image @param {import('../photos/picture_size.js').Size | null} size
 */
function makeRoom(image, size) {
  image.classList.toggle('sized', size !== null);
  if (size === null) return;
  image.style.setProperty('--width', `${size.width}`);
  image.style.setProperty('--height', `${size.height}`);
}

/**
 * @param {import('../state/outgoing.js').Outgoing} item @param {import('../actions.js').Talk} actions
 */
function fate({ id, status, problem, photo }, actions) {
  if (status === 'sent' && photo !== null) return uploadOf(id, photo);
  if (status !== 'failed') {
    return element('p', { className: 'fate', textContent: words.outgoing[status] });
  }
  const retry = element('button', { type: 'button', textContent: words.retry });
  const discard = element('button', { type: 'button', textContent: words.discard });
  for (const [button, act] of [[retry, actions.retry], [discard, actions.discard]]) {
    button.addEventListener('click', () => {
      act(id);
      byId('draft').focus(); // the button will be removed, and the focus must not be lost
    });
  }
  const choices = problem === 'photo_gone' ? [discard] : [retry, discard];
  return element('p', { className: 'fate' }, element('span', {}, lookUp(words.failed, problem)),
    ' ', element('span', {}, ...choices));
}

/** `uploads_view.js` fills it. @param {string} id @param {import('../state/outgoing.js').Photo} photo */
function uploadOf(id, { name }) {
  const bar = element('progress', { max: 1, value: 0, hidden: true,
    ariaLabel: words.photo.upload(name || words.photo.unnamed) });
  bar.dataset.upload = id;
  // A screen reader must not read out each step.
  return element('p', { className: 'fate', ariaLive: 'off' }, bar,
    element('span', { textContent: words.outgoing.sent }));
}

/** @param {number} at  ms since the epoch */
function timeOf(at) {
  const date = new Date(at);
  return element('time', {
    dateTime: date.toISOString(),
    title: FULL.format(date), textContent: TIME.format(date),
  });
}

/** @param {Date} date */
function dayWords(date) {
  const day = new Date();
  if (date.toDateString() === day.toDateString()) return words.today;
  day.setDate(day.getDate() - 1); // not 24 hours: a day with a clock change has 23 or 25
  if (date.toDateString() === day.toDateString()) return words.yesterday;
  return DAY.format(date);
}

/** @param {import('../state/timeline.js').Unsaid} item */
export function unsaidWords({ own, user }) {
  return own ? words.unsaid.own : words.unsaid.other(isolated(user));
}

/** @param {import('../state/timeline.js').Notice} item @param {boolean} complete */
export function noticeWords({ notice, detail }, complete) {
  if (notice === 'lost') return lookUp(words.closed, detail);
  if (notice === 'unsay') return lookUp(words.notUnsaid, detail);
  if (notice === 'react') return words.notReacted;
  if (notice !== 'entered' && notice !== 'switched') {
    return words.notices[notice](isolated(detail), complete);
  }
  const [backend, room] = detail.split('#');
  return words.notices[notice](frameworkLabel(backend), complete, room);
}
