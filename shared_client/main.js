/** Puts the parts together: state, connection, actions, views. */

import { createActions } from './actions.js';
import { readAddress } from './address.js';
import { loadBackends } from './backends.js';
import { mountComposer } from './composer_view.js';
import { Connection } from './connection.js';
import { mountEntrance } from './entrance_view.js';
import { mountHeader } from './header_view.js';
import { friendlyName } from './identity.js';
import { createOutbox } from './outbox.js';
import { mountPanel } from './panel_view.js';
import { recall, remember } from './preferences.js';
import { nameProblem } from './protocol.js';
import { initial, isTimed, reduce } from './state.js';
import { createStore, draw } from './store.js';
import { mountTheme } from './theme_view.js';
import { mountTimeline } from './timeline_view.js';
import { mountTrouble } from './trouble_view.js';

mountTheme();

const store = createStore(reduce, initial);
const connection = new Connection((event) => store.dispatch(event));
const backends = await loadBackends(location.origin);
const actions = createActions(store, connection, backends);

store.subscribe(createOutbox(store, (frame) => connection.send(frame)));
store.subscribe(keepTime());
window.addEventListener('online', () => actions.reconnect());
window.addEventListener('popstate', goWhereTheAddressPoints);

goWhereTheAddressPoints();
draw(store, [
  mountHeader(actions, backends),
  mountTrouble(actions),
  mountTimeline(actions),
  mountPanel(),
  mountComposer(actions),
  mountEntrance(actions, backends, { name: ownName(), room: proposedRoom(), backend: backend() }),
]);

/** A link with a room opens it; without one the entrance asks. */
function goWhereTheAddressPoints() {
  const { room } = readAddress(location.search);
  if (room !== null) actions.enter({ room, user: ownName(), backend: backend() }, 'replace');
  else if (store.state.room !== null) actions.exit('replace');
}

/** @returns {string} the name used last in this browser, or a new one */
function ownName() {
  const name = recall('name') ?? '';
  if (nameProblem(name) === null) return name;
  const made = friendlyName();
  remember('name', made);
  return made;
}

function proposedRoom() {
  return recall('room') ?? 'lobby';
}

/** @returns {string} the backend that the address names, or the one that served this page */
function backend() {
  const asked = readAddress(location.search).backend;
  return backends.list.some(({ key }) => key === asked) ? `${asked}` : backends.self;
}

/** Lets time pass for the state while something in it waits for that. */
function keepTime() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    if (timer !== undefined || !isTimed(store.state)) return;
    timer = setTimeout(() => {
      timer = undefined;
      store.dispatch({ type: 'passed', at: Date.now() });
    }, 1000);
  };
}
