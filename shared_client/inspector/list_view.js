/**
 * The list of frames and connection events, as a list box. Only the rows in view are in the
 * document. `aria-activedescendant` names the chosen row, and the list box keeps the focus, so that
 * rows can be added and removed.
 */

import { clock, line } from './describe.js';
import { indexFrom, isFrame } from './log.js';
import { element } from '../views/dom.js';
import { inspector as said } from '../words/inspector.js';

/** Rows drawn beyond each edge, so that a fast scroll shows no gaps. */
const SPARE = 8;
/** At most this many rows from the end, the list follows new entries. */
const NEAR = 1;

/** @typedef {import('./log.js').Entry} Entry */

/**
 * @param {{choose: (n: number) => void, open: () => void, leave: () => void, copy: () => void}} on
 *   `choose` by arrow or pointer, `open` by Enter or pointer, `leave` by Escape
 */
export function createList(on) {
  const space = element('div', { className: 'space', role: 'presentation' });
  const empty = element('p', { className: 'nothing' });
  const node = element('div', { className: 'frames', role: 'listbox', tabIndex: 0,
    ariaLabel: said.frames }, space);
  /** @type {Map<number, {row: any, entry: Entry}>} */
  const rows = new Map();
  /** @type {readonly Entry[]} */
  let entries = [];
  /** @type {number | null} */
  let chosen = null;
  let following = true;
  /** The entry at the upper edge, and its px above the edge. It stays there when others go. */
  let anchor = { n: 0, offset: 0 };
  let height = 0;
  let rowHeight = 1;

  new ResizeObserver(() => {
    height = node.clientHeight;
    rowHeight = rowPixels(node);
    place();
  }).observe(node);
  node.addEventListener('scroll', () => {
    const top = node.scrollTop;
    following = top >= entries.length * rowHeight - height - NEAR * rowHeight;
    remember(top);
    drawRows(top);
  }, { passive: true });
  node.addEventListener('click', pressed);
  node.addEventListener('keydown', keyed);

  /** @param {number} top */
  function remember(top) {
    const index = Math.min(entries.length - 1, Math.floor(top / rowHeight));
    if (index >= 0) anchor = { n: entries[index].n, offset: top - index * rowHeight };
  }

  /** Corrects the scroll position after rows were added or removed. */
  function place() {
    space.style.height = `${entries.length * rowHeight}px`;
    const most = Math.max(0, entries.length * rowHeight - height);
    const top = following ? most
      : Math.min(most, indexFrom(entries, anchor.n) * rowHeight + anchor.offset);
    if (Math.abs(node.scrollTop - top) >= 1) node.scrollTop = top;
    drawRows(top);
  }

  /** @param {number} top */
  function drawRows(top) {
    const first = Math.max(0, Math.floor(top / rowHeight) - SPARE);
    const last = Math.min(entries.length, Math.ceil((top + height) / rowHeight) + SPARE);
    const wanted = new Set();
    for (let index = first; index < last; index += 1) {
      wanted.add(entries[index].n);
      drawRow(entries[index], index);
    }
    for (const [n, { row }] of rows) {
      if (wanted.has(n)) continue;
      row.remove();
      rows.delete(n);
    }
    const shown = chosen !== null && rows.has(chosen);
    if (shown) node.setAttribute('aria-activedescendant', `frame-${chosen}`);
    else node.removeAttribute('aria-activedescendant');
  }

  /** @param {Entry} entry @param {number} index */
  function drawRow(entry, index) {
    const known = rows.get(entry.n);
    const row = known?.entry === entry ? known.row : makeRow(entry);
    if (row !== known?.row) {
      if (known === undefined) space.append(row);
      else known.row.replaceWith(row);
      rows.set(entry.n, { row, entry });
    }
    const y = `translateY(${index * rowHeight}px)`;
    if (row.style.transform !== y) row.style.transform = y;
    row.ariaSetSize = `${entries.length}`;
    row.ariaPosInSet = `${index + 1}`;
    row.ariaSelected = `${entry.n === chosen}`;
  }

  /** @param {MouseEvent} event */
  function pressed(event) {
    const row = /** @type {Element} */ (event.target).closest('[role=option]');
    if (row === null) return;
    choose(Number(row.id.slice('frame-'.length)));
    on.open();
  }

  /** @param {KeyboardEvent} event */
  function keyed(event) {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const at = chosen === null ? entries.length : indexFrom(entries, chosen);
    /** @type {Record<string, number>} */
    const steps = { ArrowUp: at - 1, ArrowDown: at + 1, PageUp: at - page, PageDown: at + page,
      Home: 0, End: entries.length - 1 };
    if (event.key === 'Enter' && chosen !== null) on.open();
    else if (event.key === 'Escape') on.leave();
    else if (event.key === 'c' && (event.ctrlKey || event.metaKey)) on.copy();
    else if (event.key in steps && !event.altKey && !event.ctrlKey && entries.length > 0) {
      choose(entries[Math.max(0, Math.min(entries.length - 1, steps[event.key]))].n);
    } else return;
    event.preventDefault();
  }

  /** @param {number} n */
  function choose(n) {
    chosen = n;
    const top = indexFrom(entries, n) * rowHeight;
    const least = top + rowHeight - height;
    const aim = Math.min(top, Math.max(least, node.scrollTop));
    following = n === entries.at(-1)?.n;
    if (Math.abs(aim - node.scrollTop) >= 1) node.scrollTop = aim;
    remember(node.scrollTop);
    drawRows(node.scrollTop);
    on.choose(n);
  }

  return {
    nodes: [node, empty],
    focus: () => node.focus(),
    forget() {
      chosen = null;
      drawRows(node.scrollTop);
    },
    /** @param {import('./log.js').Log} log */
    draw(log) {
      empty.textContent = log.entries.length === 0 ? said.empty : said.noneShown;
      empty.hidden = log.shown.length > 0;
      if (log.shown === entries) return;
      if (entries.length === 0) following = true;
      entries = log.shown;
      place();
    },
  };
}

/** @param {HTMLElement} list @returns {number} as px; the style sheet has the height in rem */
function rowPixels(list) {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return parseFloat(getComputedStyle(list).getPropertyValue('--row')) * rem;
}

/** @param {Entry} entry */
function makeRow(entry) {
  const cells = [cell('time', clock(entry.at))];
  if (isFrame(entry)) {
    const { frame, what } = entry;
    const way = element('span', { className: 'way' },
      element('span', { className: 'unseen', textContent: `${said.directions[what]} ` }));
    cells.push(element('span', { className: 'type' }, way,
      element('bdi', { textContent: frame.type || said.noType })), cell('size', said.size(frame.size)));
  }
  const row = element('div', { className: 'row', role: 'option', id: `frame-${entry.n}` },
    ...cells, element('bdi', { className: 'content', textContent: line(entry) }));
  row.dataset.what = entry.what;
  if (isFrame(entry)) {
    row.dataset.type = entry.frame.type;
    if (entry.frame.binary) row.dataset.binary = '';
    if (entry.probe !== undefined) row.dataset.probe = entry.probe;
  }
  return row;
}

/** @param {string} className @param {string} textContent */
function cell(className, textContent) {
  return element('span', { className, textContent });
}
