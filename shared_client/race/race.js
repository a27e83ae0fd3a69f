/** The race: sends the same messages to both chats at the same moment. Loaded on first use. */

import { textProblem } from '../network/protocol.js';
import { newId } from '../page/identity.js';
import { createStore } from '../state/store.js';
import { byId, element } from '../views/dom.js';
import { loadStyles } from '../views/style_sheets.js';
import { race } from '../words/race.js';
import { createBoard } from './board_view.js';
import { openCompanion } from './companion.js';
import { toCsv } from './csv.js';
import { createDoors } from './doors.js';
import { createFigures } from './figures.js';
import { Lane } from './lane.js';
import { createLaneView } from './lane_view.js';
import { readRaise, readSettings, writeSettings } from './link.js';
import { defaultsFor } from './load.js';
import { createLoadView } from './load_view.js';
import { createPage } from './page.js';
import { createPictures } from './pictures.js';
import { createRaiseView } from './raise/raise_view.js';
import { createRaising } from './raise/raising.js';
import { createResult } from './result.js';
import { resultWords } from './result_words.js';
import { roomOfRace } from './room.js';
import { createRunner } from './runner.js';
import { initial, reduce } from './state.js';

/** The shortest time between two summaries for screen readers. */
const SUMMARY_MS = 10_000;
/** Browsers allow few changes of the address, and a slider makes many. */
const ADDRESS_MS = 300;
/** The time between two drawings while the load rises. */
const CALM_MS = 250;

/**
 * @param {{backends: import('../network/backends.js').Backends & {companion?: string | null},
 *   room: string, name: string, leave: () => void}} start  the user came from `room`
 * @returns {{close: () => void}}
 */
export function openRace({ backends, room: from, name, leave }) {
  const room = roomOfRace(from);
  const list = backends.list.slice(0, 2);
  const companion = backends.companion ?? null;
  const store = createStore(reduce, initial(list.map(({ key }) => key), newRun()));
  const defaults = defaultsFor(companion !== null);
  store.dispatch({ type: 'set', settings: readSettings(location.search, defaults) });
  /** What the raise needs now. @type {import('./raise/plan.js').Demand | null} */
  let demand = null;
  const wanted = (/** @type {string} */ key) => demand?.[key] ?? store.state.settings;
  const run = () => store.state.run;
  const lanes = Object.fromEntries(list.map((backend) => [backend.key, new Lane({
    backend, room, name, run,
    emit: (event) => store.dispatch({ type: 'side', key: backend.key, event }),
  })]));
  const runner = createRunner(store, lanes, createPictures());
  const crew = companion === null ? null : openCompanion({
    origin: companion, room, run, emit: store.dispatch,
    wanted: () => Object.fromEntries(list.map(({ key }) => [key, wanted(key).crew])),
  });
  const raising = createRaising({
    store, lanes, newRun, changed: redraw,
    want(needed) {
      demand = needed;
      if (!closed) settle();
    },
  });

  const load = createLoadView({
    set(change) {
      store.dispatch({ type: 'set', settings: change });
      settle();
      readdress();
    },
    toggle: () => store.dispatch({ type: store.state.running ? 'paused' : 'started' }),
    reset: () => store.dispatch({ type: 'reset', run: newRun() }),
    save: () => save(from, list, store.state),
    link() {
      showAddress();
      return location.href;
    },
  }, Object.fromEntries(list.map(({ key, label }) => [key, label])));
  const board = createBoard(list);
  const views = list.map((backend, index) =>
    createLaneView(backend, index, () => lanes[backend.key].again()));
  const raise = createRaiseView({ start: raising.start, stop: raising.stop, chose: readdress },
    list, readRaise(location.search));
  const doors = createDoors({
    companion, list, room: from, name,
    crew: { count: (key) => store.state.sides[key].crew.connected,
      stall: (key) => crew?.stall(key) },
    changed(key) {
      raising.stop(); // a ceiling over two arms says nothing
      store.dispatch({ type: 'reset', run: newRun() });
      lanes[key]?.again();
    },
  });
  const page = createPage({
    room, companion, leave,
    parts: { board: board.node, load: load.node, raise: raise.node, doors: doors.nodes,
      lanes: views.map(({ node }) => node) },
    say: (text) => textProblem(text) !== null ? race.problem[`${textProblem(text)}`]
      : runner.say(text) ? null : race.nobody,
  });

  const figures = createFigures();
  const result = createResult(redraw);
  let frame = 0;
  let summed = '';
  let closed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let addressing;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let calm;
  const host = byId('race');
  const { title } = document;

  function draw() {
    frame = 0;
    const { state } = store;
    const all = figures(state, performance.now());
    load.draw(state);
    board.draw(state, all);
    raise.draw(state, raising);
    page.rest(state.raising);
    page.showLimit(state.lag);
    page.showResult(told(state));
    views.forEach((view, index) => view.draw(shown(list[index].key, all)));
    document.title = state.hidden && state.running ? race.pausedTitle
      : `${race.title} · #${room}`;
  }

  function redraw() {
    if (closed || frame !== 0) return;
    const soon = () => { frame = requestAnimationFrame(draw); };
    if (!store.state.raising) return soon();
    // The page must not be slower than the chats that it measures.
    frame = -1;
    calm = setTimeout(soon, CALM_MS);
  }

  /** @param {import('./state.js').State} state */
  function told(state) {
    return list.length < 2 ? [] : resultWords(result.look(state), state, list);
  }

  /** @param {string} key @param {import('./figures.js').All} all */
  function shown(key, all) {
    return { side: store.state.sides[key], figures: all.sides[key], scale: all.scale,
      wanted: wanted(key).members };
  }

  function summarise() {
    const all = figures(store.state, performance.now());
    views.forEach((view, index) => view.tell(shown(list[index].key, all)));
    const text = store.state.next === 1 ? '' : list.map(({ key, label }) =>
      race.summary(label, store.state.sides[key].ledger.totals, all.sides[key].delivery))
      .concat(told(store.state)).join(' ');
    if (text !== summed) page.summarise(text);
    summed = text;
  }

  function showAddress() {
    history.replaceState(history.state, '',
      writeSettings(location.search, store.state.settings, defaults, raise.what));
  }

  function readdress() {
    clearTimeout(addressing);
    addressing = setTimeout(showAddress, ADDRESS_MS);
    redraw();
  }

  function settle() {
    for (const [key, lane] of Object.entries(lanes)) lane.resize(wanted(key).members);
    crew?.set();
  }

  function seen() {
    store.dispatch({ type: 'visibility', hidden: document.hidden });
    if (document.hidden) draw(); // a hidden tab gets no frame, but its title changes
  }

  store.subscribe(redraw);
  document.addEventListener('visibilitychange', seen);
  const summaries = setInterval(summarise, SUMMARY_MS);
  Promise.all(['./race.css', './raise/raise.css'].map((file) =>
    loadStyles(new URL(file, import.meta.url)))).then(() => {
    if (closed) return;
    host.className = 'race';
    host.replaceChildren(...page.nodes);
    page.title.focus();
    summarise();
  });
  settle();
  if (document.hidden) seen();

  return {
    close() {
      closed = true;
      document.title = title;
      document.removeEventListener('visibilitychange', seen);
      clearInterval(summaries);
      clearTimeout(addressing);
      clearTimeout(calm);
      cancelAnimationFrame(frame);
      raising.stop();
      result.close();
      runner.close();
      doors.close();
      crew?.close();
      for (const lane of Object.values(lanes)) lane.close();
      host.replaceChildren();
    },
  };
}

/** @returns {string} tells this run's messages from all others in the room */
function newRun() {
  return newId().slice(0, 8);
}

/**
 * @param {string} room @param {import('../network/backends.js').Backend[]} list
 * @param {import('./state.js').State} state
 */
async function save(room, list, state) {
  const sides = list.map(({ key }) => ({ key, rows: state.sides[key].ledger.rows }));
  const parts = [];
  for (const part of toCsv(sides, performance.timeOrigin)) {
    parts.push(part);
    await new Promise((resolve) => setTimeout(resolve)); // lets the race continue
  }
  const href = URL.createObjectURL(new Blob(parts, { type: 'text/csv' }));
  const at = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  element('a', { href, download: `race-${room}-${at}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
