/**
 * Keeps the scroll position: at the end while the user reads at the end, else at the first line
 * in view. Lines added above or below and late picture sizes do not change it. Of a long list only
 * the lines near the viewport are drawn. Spacers replace the other lines.
 */

import { windowAround } from './window.js';

/** Within this distance from its end, in pixels, the log counts as read at its end. */
const NEAR = 48;
/** Within this distance from its start, older messages are loaded. */
const NEAR_START = 1000;
const ANCHORS = 5;
/** Scrolling has ended this long after the last scroll event, in ms. */
const STILL_MS = 150;
/** A smooth scroll can continue for this long after the user asked for the end. */
const INSIST_MS = 300;
/** This many drawings at most: if lines are lower than estimated, more lines are drawn. */
const TRIES = 4;

/**
 * @typedef {import('./window.js').Span} Span
 * @typedef {{
 *   draw: (span: Span, above: number) => void,
 *   rectOf: (index: number) => DOMRect | null,
 *   measure: () => boolean}} Lines
 *   `draw` draws these rows, with `above` more pixels above them than in the geometry; `measure`
 *   measures the drawn lines, and tells whether a height changed
 */

/**
 * @param {HTMLElement} log  the element that scrolls
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
  /** How much too large the space above is: corrected when scrolling has ended. */
  let above = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let moving;
  let insistUntil = 0;
  let hidden = false;

  /** The lines changed. The position is corrected before the next paint, so nothing jumps. */
  function settle() {
    redraw(true);
  }

  /** @param {boolean} changed  whether the lines changed, not only the view */
  function redraw(changed) {
    if (log.clientHeight === 0) { // the log is hidden
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

  /** The size of a picture or of the log changed. */
  function resized() {
    if (log.clientHeight === 0) {
      hidden = true;
      return;
    }
    if (hidden) lastTop = log.scrollTop; // it may differ, but the user did not scroll
    hidden = false;
    notice();
    lines.measure();
    place(false);
    look();
  }

  /** @returns {[top: number, height: number]} of the wanted viewport, in the geometry's pixels */
  function wantedView() {
    const height = log.clientHeight;
    const anchor = held();
    if (following || anchor === undefined) return [geometry.total - height, height];
    return [geometry.top(anchor.index) - anchor.offset, height];
  }

  /** Several lines are anchors: a day's line goes when another message becomes the day's first. */
  function held() {
    for (const anchor of anchors) {
      anchor.index = geometry.indexOf(anchor.key, anchor.index);
      if (anchor.index >= 0) return anchor;
    }
    if (anchors.length === 0 || geometry.rows.length === 0) return undefined;
    return { key: geometry.rows[0].key, index: 0, offset: 0 }; // the anchor lines are gone
  }

  /**
   * While the user scrolls, the space above is changed instead of the scroll position: setting
   * the position would stop the browser's smooth scroll.
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

  /** @returns {number} what pixel of the geometry is at the top of the viewport */
  function viewTop() {
    const rect = lines.rectOf(span[0]);
    const edge = log.getBoundingClientRect().top;
    return rect === null ? 0 : geometry.top(span[0]) - (rect.top - edge);
  }

  function scrolled() {
    notice();
    redraw(false); // also if `notice` saw the scroll before
  }

  /** Call it before the lines change: it needs the drawn lines to know what is in view. */
  function notice() {
    if (!hidden && log.clientHeight > 0 && log.scrollTop !== lastTop) noticeScroll();
  }

  /** From now on, the user scrolls. */
  function touched() {
    insistUntil = 0;
  }

  function noticeScroll() {
    const { scrollTop } = log;
    const rest = log.scrollHeight - scrollTop - log.clientHeight;
    // At the end, lines added below take the view away from the end. That is not scrolling up.
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

  /** From the first line that begins in view: a line that is cut off may be a growing picture. */
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

  /** The user asked for the end. */
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

  /** @param {number} index @param {number} offset  from the top of the viewport, in pixels */
  function to(index, offset) {
    lastTop = log.scrollTop;
    following = false;
    anchors = [{ key: geometry.rows[index].key, index, offset }];
    tell.atEnd(false);
    settle();
  }

  log.addEventListener('scroll', scrolled, { passive: true });
  // If messages come faster than the user scrolls, the first pixels up must count.
  log.addEventListener('wheel', ({ deltaY, ctrlKey, shiftKey }) => {
    if (deltaY >= 0 || ctrlKey || shiftKey || log.scrollTop <= 0 || !following) return;
    following = false;
    anchors = inView();
    tell.atEnd(false);
  }, { passive: true });
  log.addEventListener('keydown', (event) => {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (altKey || ctrlKey || metaKey || shiftKey || (key !== 'Home' && key !== 'End')) return;
    log.focus({ preventScroll: true }); // the focused line scrolls out of view
    if (key === 'End') goToEnd();
    else log.scrollTo(0, 0);
    event.preventDefault(); // it would scroll a long way, and the end would move
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
