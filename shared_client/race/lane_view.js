/** The view of one side: its members, its plots, and its last messages. */

import { element, setText } from '../views/dom.js';
import { race } from '../words/race.js';
import { lookUp, words } from '../words/words.js';
import { delivery, size, soonest } from './ledger.js';
import { createPlot } from './plot.js';
import { position } from './scale.js';
import { present, speaker } from './side.js';

const LATEST = 6;
/** Messages settle out of order: the latest messages are among this many last rows. */
const MOST_AT_ONCE = 200;

/**
 * @typedef {import('./ledger.js').Message} Message
 * @typedef {import('./side.js').Side} Side
 * @typedef {{side: Side, figures: import('./figures.js').Figures,
 *   scale: import('./scale.js').Scale, wanted: number}} Shown
 */

/**
 * @param {import('../network/backends.js').Backend} backend @param {number} index
 * @param {() => void} again  called when the user wants another try
 * @returns {{node: HTMLElement, draw: (shown: Shown) => void, tell: (shown: Shown) => void}}
 */
export function createLaneView({ key, label }, index, again) {
  const id = `race-lane-${index}`;
  const badge = element('p', { className: 'race-badge' });
  const there = element('p', { className: 'race-there' });
  const dots = element('p', { className: 'race-dots', ariaHidden: 'true' });
  const trouble = element('p', { className: 'race-trouble' });
  const button = element('button', { type: 'button', textContent: words.page.tryNow,
    onclick: again });
  const strip = element('div', { className: 'race-strip', hidden: true }, trouble, button);
  const plots = { delivery: createPlot(race.deliveryPlot), trip: createPlot(race.tripPlot) };
  const nothing = element('p', { className: 'race-nothing', textContent: race.nothing });
  const latest = Array.from({ length: LATEST }, createLine);
  const node = element('section', { className: 'race-lane' },
    element('header', {}, element('h2', { id, textContent: label }), badge, strip, there, dots),
    element('div', { className: 'race-plots' }, plots.delivery.node, plots.trip.node),
    element('ol', { className: 'race-latest', ariaLabel: race.latest },
      ...latest.map((line) => line.node)), nothing);
  node.setAttribute('aria-labelledby', id);
  Object.assign(node.dataset, { side: `${index}`, backend: key });
  /** @type {unknown} */
  let drawn = null;

  return {
    node,
    draw({ side, figures, scale, wanted }) {
      const { server } = side;
      setText(badge, server === null ? '' : [server.server, server.fanout, server.history]
        .join(' · '));
      const here = size(present(side));
      setText(there, race.there(here, wanted, side.crew));
      drawTrouble(side, strip, trouble);
      drawDots(dots, side, wanted);
      nothing.hidden = side.next > 1;
      latest.forEach((line, at) => line.draw(recent(side, at), scale));
      if (drawn === figures) return;
      drawn = figures;
      const { newest } = figures;
      const points = figures.recent.map((row) => ({ n: row.n, from: soonest(row),
        to: delivery(row), fate: row.fate }));
      const trips = figures.recent.map((row) => ({ n: row.n, from: null, to: row.trip,
        fate: row.fate }));
      plots.delivery.draw({ points, scale, newest, median: figures.delivery.median });
      plots.trip.draw({ points: trips, scale, newest, median: figures.trip.median });
    },
    tell({ figures }) {
      plots.delivery.tell(race.plotted(race.deliveryPlot, label, figures.delivery,
        extent(figures.recent.map(delivery))));
      plots.trip.tell(race.plotted(race.tripPlot, label, figures.trip,
        extent(figures.recent.map(({ trip }) => trip))));
    },
  };
}

/** @param {(number | null)[]} times @returns {[number, number] | null} */
function extent(times) {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : [Math.min(...known), Math.max(...known)];
}

/** @param {Side} side @param {number} at  0 for the newest @returns {Message | undefined} */
function recent({ ledger: { flying, rows }, next }, at) {
  const n = next - 1 - at;
  return flying.find((each) => each.n === n)
    ?? rows.slice(-MOST_AT_ONCE).find((each) => each.n === n);
}

/** @param {Side} side @param {any} strip @param {HTMLElement} text */
function drawTrouble(side, strip, text) {
  const { status, code, reason } = speaker(side);
  const trouble = code !== null && status !== 'online' && status !== 'off';
  strip.hidden = !trouble;
  if (!trouble) return;
  const why = lookUp(words.closed, code);
  const more = status === 'refused' ? (reason === '' ? '' : ` (${reason})`)
    : ` ${words.link.waiting}`;
  setText(text, why + more);
}

/**
 * Draws a dot for each member, filled if the member has the newest message.
 *
 * @param {HTMLElement} dots @param {Side} side @param {number} wanted
 */
function drawDots(dots, side, wanted) {
  while (dots.childElementCount > wanted) dots.lastElementChild?.remove();
  while (dots.childElementCount < wanted) dots.append(element('span'));
  const newest = recent(side, 0);
  for (const [member, dot] of [...dots.children].entries()) {
    const { status } = side.members[member] ?? { status: 'off' };
    const has = newest !== undefined && (newest.had & (1 << member)) !== 0;
    const lacks = newest?.fate === 'lost' && !has && (newest.due & (1 << member)) !== 0;
    /** @type {HTMLElement} */ (dot).dataset.is =
      lacks ? 'lost' : status !== 'online' ? 'away' : has ? 'has' : 'here';
  }
}

/** @returns {{node: HTMLElement, draw: (row: Message | undefined, scale: import('./scale.js').Scale) => void}} */
function createLine() {
  const number = element('span', { className: 'number' });
  const text = element('span', { className: 'said' });
  const bar = element('span', { className: 'bar-fill' });
  const track = element('span', { className: 'track', ariaHidden: 'true' }, bar);
  const time = element('span', { className: 'time' });
  const node = element('li', { hidden: true }, number, text, track, time);
  return {
    node,
    draw(row, scale) {
      node.hidden = row === undefined;
      if (row === undefined) return;
      node.dataset.fate = row.fate ?? (row.overdue ? 'late' : 'flying');
      setText(number, `${row.n}`);
      setText(text, row.kind === 'image' ? words.bytes(row.size) : row.text);
      setText(time, race.fate(row, soonest(row), delivery(row)));
      const [first, last] = [soonest(row), delivery(row) ?? row.last];
      bar.hidden = first === null || last === null;
      if (first === null || last === null) return;
      const from = 100 * position(scale, first);
      bar.style.left = `min(${from}%, 100% - 0.375rem)`;
      bar.style.width = `${Math.max(0, 100 * position(scale, last) - from)}%`;
    },
  };
}
