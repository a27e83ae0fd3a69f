/** Breaks parts of the stacks of `chatbench up`, and counts what becomes of a conversation there. */

import { newId } from '../page/identity.js';
import { roomOfRace } from '../race/room.js';
import { openLink } from '../stacks/link.js';
import { element, setText } from '../views/dom.js';
import { loadStyles } from '../views/style_sheets.js';
import { breaks as table } from '../words/breaks.js';
import { stacks as stacksTable } from '../words/stacks.js';
import { createSide } from './side.js';
import { createSideView } from './side_view.js';

const SUFFIX = '-break';

/**
 * @param {{companion: string, list: readonly import('../network/backends.js').Backend[],
 *   room: string, name: string, crew: import('../race/doors.js').Crew}} start
 * @returns {{node: HTMLElement, close: () => void}}
 */
export function openPanel({ companion, list, room, name, crew }) {
  const run = newId().slice(0, 8);
  const hint = element('p', { className: 'hint', textContent: stacksTable.looking });
  const problem = element('p', { className: 'problem', role: 'alert' });
  const redis = element('button', { type: 'button', textContent: table.buttons.redis,
    onclick: () => link.break('redis', list[0].key) });
  const redisHint = element('p', { className: 'hint' });
  const views = list.map(({ key, label }, index) =>
    createSideView(label, index, (what) => {
      if (what === 'away') sides[index].away();
      else link.break(what, key);
    }));
  const stalls = list.map(({ key, label }) => element('button', { type: 'button',
    textContent: table.stall(label), onclick: () => crew.stall(key) }));
  const body = element('div', { className: 'breaks-body', hidden: true },
    element('div', { className: 'breaks-sides' }, ...views.map(({ node }) => node)),
    element('div', { className: 'breaks-both' }, redis, redisHint),
    element('div', { className: 'breaks-both' }, ...stalls,
      element('p', { className: 'hint', textContent: table.stalled })));
  /** @type {ReturnType<typeof createSide>[]} */
  let sides = [];
  let frame = 0;
  /** The newest break that is known. @type {number | null} */
  let known = null;
  let busy = true;
  let hasRedis = false;

  function draw() {
    frame = 0;
    views.forEach((view, index) => sides[index] && view.draw(sides[index], busy));
    const broken = sides.some(({ account }) => account.underWay !== null);
    redis.disabled = busy || broken || !hasRedis;
    list.forEach(({ key }, index) => {
      stalls[index].disabled = crew.count(key) === 0;
    });
    setText(redisHint, hasRedis ? table.redis : table.noRedis);
  }

  function redraw() {
    frame ||= requestAnimationFrame(draw);
  }

  /** @param {import('../stacks/link.js').Stacks} stacks */
  function told({ sides: found, off, redis: there, broken, problem: wrong }) {
    setText(hint, off === '' ? table.lead : stacksTable.off[off]);
    setText(problem, wrong);
    if (found.length === 0) return;
    body.hidden = false;
    if (sides.length === 0) sides = list.map(begin);
    busy = broken?.over === false || found.some(({ step }) => step !== '');
    hasRedis = there;
    known ??= broken?.number ?? 0;
    if (broken !== null) follow(broken);
    redraw();
  }

  /** @param {import('../network/backends.js').Backend} backend */
  function begin({ origin }) {
    return createSide({ origin, room: roomOfRace(room, SUFFIX), name, run, changed: redraw });
  }

  /** @param {import('../stacks/link.js').Broken} broken */
  function follow({ what, backend, number, over }) {
    const now = performance.now();
    list.forEach(({ key }, index) => {
      if (backend !== '' && backend !== key) return;
      const { account } = sides[index];
      if (number > Number(known)) account.begin(what, now);
      if (over) account.over(now);
    });
    known = number;
  }

  const link = openLink({
    origin: companion,
    told,
    refused: (detail) => setText(problem, stacksTable.refused(detail)),
    away() {
      busy = true;
      setText(hint, stacksTable.away);
      redraw();
    },
  });
  loadStyles(new URL('./breaks.css', import.meta.url));
  return {
    node: element('div', { className: 'breaks' }, hint, body, problem),
    close() {
      cancelAnimationFrame(frame);
      link.close();
      for (const side of sides) side.close();
    },
  };
}
