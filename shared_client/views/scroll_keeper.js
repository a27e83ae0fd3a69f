/**
 * Keeps what is read where it is: at the end while one reads at the end, else the first line in
 * view, whatever is added above or below and however late a picture gets its size. Of a long list
 * only what is near the view is drawn; spacers stand for the rest.
 */

import { windowAround } from './window.js';

/** How near to its end, in pixels, the log counts as being read at its end. */
const NEAR = 48;
/** How near to its start older messages are wanted. */
const NEAR_START = 1000;
const ANCHORS = 5;
/** Nobody scrolls any more, in ms after the last time. */
const STILL_MS = 150;
/** A smooth movement that was under way may go on for so long after one has asked for the end. */
const INSIST_MS = 300;
/** Lines are drawn at estimated heights, and more of them where they turn out to be lower. */
const TRIES = 4;

/**
 * @typedef {import('./window.js').Span} Span
 * @typedef {{
 *   draw: (span: Span, above: number) => void,
 *   rectOf: (index: number) => DOMRect | null,
 *   measure: () => boolean}} Lines
 *   `draw` these rows, with so many pixels more above them than their geometry says; `measure` what
 *   is drawn, and say whether anything was otherwise
 */

/**
 * @param {HTMLElement} log  what scrolls
 * @param {HTMLElement} list  its lines
 * @param {ReturnType<typeof import('./window.js').createGeometry>} geometry  of the lines
 * @param {Lines} lines
 * @param {{atEnd: (atEnd: boolean) => void, nearStart: () => void}} tell
 */
export function keepScroll(log, list, geometry, lines, tell) {
  let following = true;
  /** @type {{key: string, index: number, offset: number}[]} */
  let anchors = [];
  let lastTop = 0;
  /** @type {Span} */
  let span = [0, 0];
  /** What the space above is too large by: made even as soon as nobody scrolls. */
  let above = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let moving;
  let insistUntil = 0;
  let hidden = false;

  /** The lines changed. All is put right before the next paint, so that nothing is seen to move. */
  function settle() {
    redraw(true);
  }

  /** @param {boolean} changed  what is drawn, too, and not only the view of it */
  function redraw(changed) {
    if (log.clientHeight === 0) { // it is not shown at all
      span = windowAround(geometry, ...wantedView(), span);
      lines.draw(span, 0);
      return;
    }
    for (let tries = 0; tries < TRIES; tries += 1) {
      const [from, to] = span;
      span = windowAround(geometry, ...wantedView(), span);
      if (!changed && span[0] === from && span[1] === to) break;
      changed = false;
      if (span[0] === 0 || following) above = 0;
      lines.draw(span, above);
      if (!lines.measure()) break;
    }
    place(true);
    look();
  }

  /** A picture got its size, or the log another one. */
  function resized() {
    if (log.clientHeight === 0) {
      hidden = true;
      return;
    }
    if (hidden) lastTop = log.scrollTop; // which may be another one: what one read is the same
    hidden = false;
    notice();
    lines.measure();
    place(false);
    look();
  }

  /** @returns {[top: number, height: number]} of what is to be in view, as the geometry has it */
  function wantedView() {
    const height = log.clientHeight;
    const anchor = held();
    if (following || anchor === undefined) return [geometry.total - height, height];
    return [geometry.top(anchor.index) - anchor.offset, height];
  }

  /** A few lines are held on to: one of a day goes when another message becomes the day's first. */
  function held() {
    for (const anchor of anchors) {
      anchor.index = geometry.indexOf(anchor.key, anchor.index);
      if (anchor.index >= 0) return anchor;
    }
    if (anchors.length === 0 || geometry.rows.length === 0) return undefined;
    return { key: geometry.rows[0].key, index: 0, offset: 0 }; // they are no longer kept
  }

  /**
   * While one scrolls the space above gives way: setting the scroll position would end the
   * browser's own smooth movement.
   *
   * @param {boolean} mayDraw
   */
  function place(mayDraw) {
    const anchor = held();
    if (following || anchor === undefined) {
      log.scrollTop = log.scrollHeight;
    } else {
      const error = () => geometry.top(anchor.index) - anchor.offset - viewTop();
      if (mayDraw && moving !== undefined) giveWay(error());
      const rest = error();
      if (Math.abs(rest) >= 0.5) log.scrollTop += rest;
    }
    lastTop = log.scrollTop;
  }

  /** @param {number} error */
  function giveWay(error) {
    const next = above - error;
    if (Math.abs(error) < 0.5 || span[0] === 0 || geometry.top(span[0]) + next < 0) return;
    above = next;
    lines.draw(span, above);
  }

  /** @returns {number} what is at the top of the view, as the geometry has it */
  function viewTop() {
    const rect = lines.rectOf(span[0]);
    const edge = log.getBoundingClientRect().top;
    return rect === null ? 0 : geometry.top(span[0]) - (rect.top - edge);
  }

  function scrolled() {
    notice();
    redraw(false); // it may have been noticed before
  }

  /** To be called before the lines change: what is in view is said by those that are drawn. */
  function notice() {
    if (!hidden && log.clientHeight > 0 && log.scrollTop !== lastTop) noticeScroll();
  }

  /** Whatever moves now, it is the person. */
  function touched() {
    insistUntil = 0;
  }

  function noticeScroll() {
    const { scrollTop } = log;
    const rest = log.scrollHeight - scrollTop - log.clientHeight;
    // What grows below while one is at the end leads away from it, and is no scrolling up.
    const up = scrollTop < lastTop && performance.now() >= insistUntil;
    following = up ? rest < 2 : following || rest < NEAR;
    lastTop = scrollTop;
    clearTimeout(moving);
    moving = setTimeout(still, STILL_MS);
    anchors = following ? [] : inView();
    tell.atEnd(following);
  }

  function still() {
    moving = undefined;
    notice();
    if (above !== 0 && moving === undefined) {
      above = 0;
      settle();
    }
  }

  /** From the first line on that begins in view: one that is cut off may be a picture growing. */
  function inView() {
    const top = viewTop();
    const cut = geometry.at(top);
    const next = cut + 1 < geometry.rows.length && geometry.top(cut + 1) < top + log.clientHeight;
    const first = geometry.top(cut) < top && next ? cut + 1 : cut;
    return geometry.rows.slice(first, first + ANCHORS).map(({ key }, place) =>
      ({ key, index: first + place, offset: geometry.top(first + place) - top }));
  }

  function look() {
    if (span[0] === 0 && viewTop() < NEAR_START) tell.nearStart();
  }

  /** One has asked for it. */
  function goToEnd() {
    insistUntil = performance.now() + INSIST_MS;
    toEnd();
  }

  function toEnd() {
    lastTop = log.scrollTop;
    following = true;
    anchors = [];
    tell.atEnd(true);
    settle();
  }

  /** @param {number} index @param {number} offset  from the top of the view, in pixels */
  function to(index, offset) {
    lastTop = log.scrollTop;
    following = false;
    anchors = [{ key: geometry.rows[index].key, index, offset }];
    tell.atEnd(false);
    settle();
  }

  log.addEventListener('scroll', scrolled, { passive: true });
  // Where messages come faster than one scrolls, the first pixels up have to count.
  log.addEventListener('wheel', ({ deltaY, ctrlKey, shiftKey }) => {
    if (deltaY >= 0 || ctrlKey || shiftKey || log.scrollTop <= 0 || !following) return;
    following = false;
    anchors = inView();
    tell.atEnd(false);
  }, { passive: true });
  log.addEventListener('keydown', (event) => {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (altKey || ctrlKey || metaKey || shiftKey || (key !== 'Home' && key !== 'End')) return;
    log.focus({ preventScroll: true }); // the line that had it is left behind
    if (key === 'End') goToEnd();
    else log.scrollTo(0, 0);
    event.preventDefault(); // there would be a long way to go, and more at its end by then
  });
  for (const type of ['wheel', 'touchstart', 'pointerdown', 'keydown']) {
    log.addEventListener(type, touched, { passive: true, capture: true });
  }
  const observer = new ResizeObserver(resized);
  observer.observe(log);
  observer.observe(list);

  return {
    notice,
    settle,
    toEnd,
    goToEnd,
    to,
    /** @returns {{index: number, offset: number} | null} the first line in view; null at the end */
    position: () => following ? null : inView()[0] ?? null,
    get following() {
      return following;
    },
  };
}
