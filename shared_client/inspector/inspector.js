/** Shows the frames of the connection, and sends invalid frames. Loaded at its first use. */

import { copyText } from './describe.js';
import { copied } from './copying.js';
import { createDetail } from './detail_view.js';
import { dock } from './dock.js';
import { DROPPED } from '../network/connection.js';
import { frameOf, KEPT } from './frame.js';
import { createList } from './list_view.js';
import { indexFrom } from './log.js';
import { createStaller } from './stalling.js';
import { initial, reduce } from './state.js';
import { createStatus } from './status_view.js';
import { createSummary } from './summary_view.js';
import { createTools } from './tools_view.js';
import { element } from '../views/dom.js';
import { loadStyles } from '../views/style_sheets.js';
import { inspector as said } from '../words/inspector.js';

await loadStyles(new URL('./inspector.css', import.meta.url));

/** The most events that wait for the next draw. A hidden page does not draw. */
const MOST_WAITING = 500;
const SECOND = 1000;
/** The least time between two draws. Nobody reads faster, and the chat needs the time. */
const APART_MS = 50;

/** @typedef {import('./state.js').Observed} Observed */

/**
 * @param {import('../network/connection.js').Connection} connection
 * @param {HTMLElement} host  the inspector stands at its lower edge
 * @param {() => void} gone  called when the inspector closed itself
 * @param {readonly number[]} [trips]  round trips of this connection, measured before
 */
export function openInspector(connection, host, gone, trips = []) {
  /** @type {import('./state.js').State} */
  let state = { ...initial, trips };
  /** @type {number | null} */
  let chosen = null;
  /** @type {Observed[]} */
  let waiting = [];
  /** The name of the invalid frame that is being sent. @type {string | undefined} */
  let probing;
  let drawing = 0;
  let drawnAt = -Infinity;
  const staller = createStaller(connection);
  const panel = element('section', { className: 'inspector', id: 'inspector' });
  panel.setAttribute('aria-labelledby', 'inspector-title');
  const status = createStatus();

  const list = createList({
    choose(n) {
      chosen = n;
      if (!detail.node.hidden) showDetail();
    },
    open() {
      showDetail();
      detail.focus();
    },
    leave() {
      if (!detail.node.hidden) closeDetail();
      else if (docked.covers()) leave();
    },
    copy: () => copyEntries(chosenEntry() ?? []),
  });
  const detail = createDetail({ close: closeDetail, copy: () => copyEntries(chosenEntry() ?? []) });
  const summary = createSummary();
  const tools = createTools({
    pause: () => dispatch(state.log.paused ? { type: 'resumed', at: performance.now() }
      : { type: 'paused' }),
    clear() {
      status.tell('');
      dispatch({ type: 'cleared' });
      chosen = null;
      list.forget();
      closeDetail();
    },
    copy: () => copyEntries(state.log.shown),
    filter: (filter) => dispatch({ type: 'filtered', filter }),
    drop: () => connection.drop(DROPPED),
    probe,
    stall: () => dispatch({ at: performance.now(),
      type: state.stall.status === 'reading' ? 'stallWanted' : 'stallEnded' }),
    close: leave,
  }, staller.possible);
  const docked = dock(host, panel);
  const columns = element('div', { className: 'columns', ariaHidden: 'true' },
    ...Object.entries(said.columns).map(([key, textContent]) =>
      element('span', { className: key, textContent })));
  panel.append(docked.edge, tools.node, summary.node, ...status.nodes,
    element('div', { className: 'both' },
      element('div', { className: 'listing' }, columns, ...list.nodes), detail.node));

  /** @param {import('./state.js').Event} event */
  function dispatch(event) {
    flush();
    change(event);
    ask();
  }

  /** @param {import('./state.js').Event} event */
  function change(event) {
    const before = state;
    state = reduce(state, event);
    staller.follow(before.stall, state.stall);
  }

  function flush() {
    if (waiting.length === 0) return;
    const all = waiting;
    waiting = [];
    change({ type: 'seen', all });
  }

  function ask() {
    if (drawing === 0) drawing = requestAnimationFrame(draw);
  }

  /** @param {number} now */
  function draw(now) {
    drawing = 0;
    if (now - drawnAt < APART_MS) {
      ask();
      return;
    }
    drawnAt = now;
    flush();
    list.draw(state.log);
    tools.draw(state);
    status.draw(state, now);
    summary.draw(state.pace, state.trips, now);
  }

  /** @param {import('../network/connection.js').Seen} seen */
  function watch(seen) {
    if ('data' in seen) {
      const frame = frameOf(seen.data);
      waiting.push({ what: seen.what, at: seen.at, frame, probe: probing });
      if (seen.data instanceof Blob) readHead(frame, seen.data);
    } else waiting.push(seen);
    // A stall in preparation must begin at once, and not at the next draw.
    if (waiting.length >= MOST_WAITING || state.stall.status === 'preparing') flush();
    ask();
  }

  /** @param {import('./frame.js').Frame} frame @param {Blob} blob */
  async function readHead(frame, blob) {
    const head = new Uint8Array(await blob.slice(0, KEPT).arrayBuffer());
    dispatch({ type: 'headRead', frame, head });
  }

  /** @param {import('./probes.js').Probe} bad */
  function probe(bad) {
    probing = bad.name;
    const sent = connection.sendAsIs(bad.data);
    probing = undefined;
    if (!sent) return;
    dispatch({ type: 'asked',
      asked: { name: bad.name, expects: bad.expects, at: performance.now() } });
  }

  function chosenEntry() {
    const { entries } = state.log;
    const entry = chosen === null ? undefined : entries[indexFrom(entries, chosen)];
    return entry?.n === chosen ? [entry] : null;
  }

  function showDetail() {
    const entry = chosenEntry();
    if (entry === null) return;
    detail.show(entry[0]);
    panel.dataset.detail = '';
  }

  function closeDetail() {
    if (detail.node.hidden) return;
    detail.show(null);
    delete panel.dataset.detail;
    list.focus();
  }

  /** @param {readonly import('./log.js').Entry[]} entries */
  async function copyEntries(entries) {
    if (entries.length === 0) return;
    const done = await copied(entries.map(copyText).join('\n'), panel);
    status.tell(done ? said.copied(entries.length) : said.notCopied);
  }

  function leave() {
    close();
    gone();
  }

  const beat = setInterval(ask, SECOND);
  docked.arrive();
  connection.watch(watch);
  draw(performance.now());

  function close() {
    connection.watch(null);
    dispatch({ type: 'stallEnded', at: performance.now() });
    cancelAnimationFrame(drawing);
    clearInterval(beat);
    docked.leave();
  }

  return { close, focus: () => list.focus() };
}
