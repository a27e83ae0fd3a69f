/** Draws a part of the timeline's lines, with spacers for the other lines. */

import { element } from './dom.js';
import { fill } from './message_view.js';
import { createPictures } from '../photos/pictures.js';
import { differInReactions, fillReactions } from './reactions_view.js';
import { joined } from './window.js';

/** This many lines stay on both sides of the focused line: the arrow keys lead to them. */
const NEIGHBOURS = 3;

/**
 * @typedef {import('../state/rows.js').Row} Row
 * @typedef {import('./window.js').Span} Span
 * @typedef {{row: Row, node: HTMLElement}} Drawn
 */

/**
 * @param {HTMLElement} list
 * @param {ReturnType<typeof import('./window.js').createGeometry<Row>>} geometry
 * @param {Omit<import('./message_view.js').Means, 'sourceOf' | 'complete'>} given
 * @param {typeof fill} [fillLine]
 */
export function createLines(list, geometry, given, fillLine = fill) {
  const pictures = createPictures();
  const means = { ...given, sourceOf: pictures.of, complete: false };
  /** @type {Map<string, Drawn>} */
  let drawn = new Map();
  /** @type {WeakMap<Element, string>} */
  const keyOf = new WeakMap();
  /** @type {HTMLElement[]} */
  const spacers = [];
  /** The drawn rows, from the top. @type {readonly Span[]} */
  let spans = [];
  /** The photos' drawn sizes, for the next drawing. @type {Map<string, [number, number]>} */
  const sizes = new Map();
  /** @type {string | null} */
  let marked = null;
  let mark = '';
  /** The date of the last drawing. After midnight, the day lines are filled again. */
  let today = '';

  /**
   * @param {Span} span @param {number} above  extra pixels above the span
   */
  function draw(span, above) {
    const { rows, top, total } = geometry;
    const before = today;
    today = new Date().toDateString();
    for (const { row: { item, grouped }, node } of today === before ? [] : drawn.values()) {
      if (/** @type {any} */ (item).kind === 'day') fill(node, item, grouped, means);
    }
    spans = joined([span, ...kept()]);
    /** @type {Map<string, Drawn>} */
    const next = new Map();
    /** @type {HTMLElement[]} */
    const nodes = [];
    let end = 0;
    for (const [from, to] of spans) {
      const extra = from <= span[0] && span[0] < to ? above : 0;
      nodes.push(spacer(nodes.length - next.size, top(from) - end + extra));
      for (const row of rows.slice(from, to)) {
        const line = lineOf(row);
        next.set(row.key, line);
        nodes.push(line.node);
      }
      end = top(to);
    }
    nodes.push(spacer(nodes.length - next.size, total - end));
    for (const [key, { node }] of drawn) if (!next.has(key)) node.remove();
    for (const rest of spacers.slice(nodes.length - next.size)) rest.remove();
    drawn = next;
    arrange(list, nodes);
    pictures.keepOnly(shownPictures(drawn));
  }

  /** @param {Row} row @returns {Drawn} filled if it is new or changed, else unchanged */
  function lineOf(row) {
    const old = drawn.get(row.key);
    if (old?.row === row) return old;
    const node = old?.node ?? element('li');
    if (old?.row.grouped === row.grouped && differInReactions(old.row.item, row.item)) {
      fillReactions(node, row.item, means.actions);
    } else if (old === undefined || old.row.grouped !== row.grouped || !same(old.row.item, row.item)) {
      fillLine(node, row.item, row.grouped, means);
      keyOf.set(node, row.key);
      reserve(node, row.key);
      showMark(node, row.key);
    }
    return { row, node };
  }

  /** A photo that was drawn before has its size before it loads again. */
  function reserve(/** @type {HTMLElement} */ node, /** @type {string} */ key) {
    const image = node.querySelector('img');
    if (image === null || image.naturalWidth > 0) return; // a loaded photo has its size
    const [width, height] = (sizes.get(key) ?? []).map((pixels) => `${pixels}px`);
    Object.assign(image.style, { width, height });
    image.addEventListener('load', () => {
      Object.assign(image.style, { width: '', height: '' });
      sizes.set(key, [image.offsetWidth, image.offsetHeight]);
    });
  }

  /** Focused and selected lines stay in the document wherever the user scrolls. */
  function kept() {
    const { anchorNode, focusNode, isCollapsed = true } = document.getSelection() ?? {};
    const ends = (isCollapsed ? [] : [anchorNode, focusNode]).map(indexOf).filter((at) => at >= 0);
    const focus = indexOf(document.activeElement);
    /** @type {Span[]} */
    const all = ends.length === 0 ? [] : [[Math.min(...ends), Math.max(...ends) + 1]];
    return focus < 0 ? all : [...all, /** @type {Span} */ ([Math.max(0, focus - NEIGHBOURS),
      Math.min(geometry.rows.length, focus + 1 + NEIGHBOURS)])];
  }

  /** @param {Node | null | undefined} node @returns {number} of the row around it; -1 if none */
  function indexOf(node) {
    if (!node || node === list || !list.contains(node)) return -1;
    const line = (node instanceof Element ? node : node.parentElement)?.closest(`#${list.id} > li`);
    return geometry.indexOf((line && keyOf.get(line)) ?? '', -1);
  }

  /** @param {number} place @param {number} height */
  function spacer(place, height) {
    spacers[place] ??= element('li', { className: 'spacer', ariaHidden: 'true' });
    const pixels = `${Math.max(0, height)}px`;
    if (spacers[place].style.height !== pixels) spacers[place].style.height = pixels;
    return spacers[place];
  }

  function showMark(/** @type {HTMLElement} */ node, /** @type {string} */ key) {
    node.classList.toggle('first-unread', key === marked);
    if (key === marked) node.dataset.new = mark;
  }

  return {
    draw,

    /** @param {number} index @returns {DOMRect | null} where that row is; null if not drawn */
    rectOf: (index) =>
      drawn.get(geometry.rows[index]?.key)?.node.getBoundingClientRect() ?? null,

    /** Tells the geometry each drawn line's height. @returns {boolean} whether one changed */
    measure() {
      const { rows } = geometry;
      let news = false;
      for (const [from, to] of spans) {
        // The margin below the last line belongs to a line that is not drawn.
        const last = to === rows.length ? to : to - 1;
        let node = drawn.get(rows[from].key)?.node;
        let next = topOf(node);
        for (let index = from; index < last; index += 1) {
          const here = next;
          node = /** @type {HTMLElement} */ (node?.nextElementSibling);
          next = topOf(node);
          news = geometry.measure(index, next - here) || news;
        }
      }
      return news;
    },

    /**
     * @param {boolean} complete  nothing was missed, because there is a history
     * @param {string | null} key  of the first unseen line @param {string} words  shown there
     */
    prepare(complete, key, words) {
      means.complete = complete;
      if (key === marked) return;
      const nodes = [marked, key].map((each) => drawn.get(each ?? '')?.node);
      [marked, mark] = [key, words];
      for (const node of nodes) if (node !== undefined) showMark(node, keyOf.get(node) ?? '');
    },

    /** @param {Element} node  a line @returns {Row['item'] | null} what it shows */
    itemOf: (node) => drawn.get(keyOf.get(node) ?? '')?.row.item ?? null,

    /** Forgets the photos of another room. */
    forget: () => sizes.clear(),
  };
}

/** @param {Element | undefined} node */
function topOf(node) {
  return node?.getBoundingClientRect().top ?? 0;
}

/** Days and gaps are new objects each time. @param {any} one @param {any} other */
function same(one, other) {
  if (one === other || one.kind === 'day') return true;
  return one.kind === 'gap' && one.from === other.from && one.failed === other.failed;
}

/**
 * Moves only nodes that are out of place, and spacers rather than lines: a moved line loses the
 * focus.
 */
function arrange(/** @type {HTMLElement} */ list, /** @type {HTMLElement[]} */ nodes) {
  let place = /** @type {Element | null} */ (list.firstElementChild);
  for (const node of nodes) {
    while (place !== null && place !== node && place.className === 'spacer') {
      const next = place.nextElementSibling;
      place.remove();
      place = next;
    }
    if (node === place) place = place.nextElementSibling;
    else list.insertBefore(node, place);
  }
}

/** @param {Map<string, Drawn>} drawn @returns {Set<Blob>} */
function shownPictures(drawn) {
  const items = [...drawn.values()].map(({ row }) => /** @type {any} */ (row.item));
  return new Set(items.flatMap((item) => item.parts ?? item)
    .map((item) => item?.picture ?? item?.photo?.blob).filter(Boolean));
}
