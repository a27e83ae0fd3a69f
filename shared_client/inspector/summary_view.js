/** Shows round trips and rates. */

import { rates, plotted, summary } from './pace.js';
import { drawing } from '../views/icon.js';
import { element, setText } from '../views/dom.js';
import { words } from '../words/words.js';
import { inspector as said } from '../words/inspector.js';

const WIDTH = 160;
const HEIGHT = 28;
const FACTS = /** @type {const} */ (['last', 'median', 'longest']);

/** @typedef {import('./pace.js').Pace} Pace @typedef {import('./pace.js').Trips} Trips */

/** Draws the given values. Updates only changed elements. */
export function createSummary() {
  const path = drawing('path', { class: 'trips' });
  const plot = drawing('svg', { viewBox: `-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`, role: 'img',
    class: 'plot', 'aria-label': said.trips });
  plot.append(drawing('path', { class: 'ground', d: `M0 ${HEIGHT}H${WIDTH}` }), path);
  const values = FACTS.map((fact) => element('b', { textContent: words.unknown,
    title: said.tripFacts[fact] }));
  const ways = /** @type {const} */ (['in', 'out']).map((way) => {
    const rate = element('span', { className: 'rate' });
    const total = element('span', { className: 'total' });
    const node = element('p', { className: `way ${way}` },
      element('span', { className: 'unseen', textContent: `${said.directions[way]}: ` }), rate,
      ' ', total);
    return { way, node, rate, total };
  });
  const trips = element('p', { className: 'trip-facts' }, ...FACTS.map((fact, index) =>
    element('span', {}, `${said.tripFacts[fact]} `, values[index])));
  /** @type {Trips | null} */
  let drawn = null;

  /** @param {Trips} history */
  function drawTrips(history) {
    if (history === drawn) return;
    drawn = history;
    path.setAttribute('d', plotted(history, WIDTH, HEIGHT));
    const facts = summary(history);
    const [last, median, longest] = FACTS.map((fact) =>
      facts === null ? words.unknown : words.milliseconds(facts[fact]));
    [last, median, longest].forEach((value, index) => setText(values[index], value));
    plot.setAttribute('aria-label', facts === null ? said.trips
      : said.tripsLong(facts.count, last, median, longest));
  }

  return {
    node: element('div', { className: 'summary' },
      element('div', { className: 'trip' },
        element('span', { className: 'name', textContent: said.trips }), plot, trips),
      ...ways.map(({ node }) => node)),
    /** @param {Pace} pace @param {Trips} history @param {number} now */
    draw(pace, history, now) {
      drawTrips(history);
      const lately = rates(pace, now);
      for (const { way, rate, total } of ways) {
        const { frames, bytes } = lately[way];
        setText(rate, said.perSecond(frames.toFixed(frames < 10 ? 1 : 0), said.size(bytes)));
        setText(total, said.total(pace[way].frames, said.size(pace[way].bytes)));
      }
    },
  };
}
