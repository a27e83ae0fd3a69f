/** Puts the parts together: state, connection, actions, views. */

import { mountAccount } from './views/account_view.js';
import { createActions } from './actions.js';
import { readAddress, writeAddress } from './page/address.js';
import { fetchPage } from './network/api.js';
import { loadBackends } from './network/backends.js';
import { mountComposer } from './views/composer_view.js';
import { Connection } from './network/connection.js';
import { mountEntrance } from './views/entrance_view.js';
import { readHandoff, writeHandoff } from './page/handoff.js';
import { mountHeader } from './views/header_view.js';
import { createHistoryLoader } from './network/history_loader.js';
import { friendlyName } from './page/identity.js';
import { openKeeper } from './page/keeper.js';
import { mountLanguage } from './views/language_view.js';
import { createOutbox } from './network/outbox.js';
import { mountPanel } from './views/panel_view.js';
import { mountPhotoEntries, mountViewer } from './photos/photo_view.js';
import { recall, remember } from './page/preferences.js';
import { nameProblem } from './network/protocol.js';
import { mountRooms } from './views/rooms_view.js';
import { initial, isTimed, reduce } from './state/state.js';
import { createStore, draw } from './state/store.js';
import { mountTheme } from './views/theme_view.js';
import { mountTimeline } from './views/timeline_view.js';
import { mountToast } from './views/toast_view.js';
import { mountTrouble } from './views/trouble_view.js';

const NOT_SIGNED_IN = 4401;

mountLanguage();
mountTheme();

const store = createStore(reduce, initial);
const connection = new Connection((event) => {
  const { account, user } = store.state;
  store.dispatch(event);
  const turnedAway = event.type === 'closed' && event.code === NOT_SIGNED_IN && account !== null;
  const renamed = event.type === 'frame' && event.frame.type === 'welcome' && account === null
    && event.frame.user !== user;
  if (turnedAway || renamed) actions.checkAccount();
});
const [backends, keeper] = await Promise.all([loadBackends(location.origin), openKeeper(restoreMore)]);
const actions = createActions(store, connection, backends, keeper);
// Not asked of every guest: that would be an error in each one's console.
if (recall('account')) await actions.checkAccount();

store.subscribe(createOutbox(store, (frame) => connection.send(frame)));
store.subscribe(createHistoryLoader(store, fetchPage));
store.subscribe(() => keeper.save(store.state));
store.subscribe(keepTime());
window.addEventListener('offline', () => connection.drop());
window.addEventListener('online', () => actions.reconnect());
document.addEventListener('visibilitychange', () => document.hidden || actions.reconnect());
window.addEventListener('popstate', () => goWhereTheAddressPoints());

if (!isElsewhere()) start();

function start() {
  const handoff = readHandoff(location.hash);
  if (handoff.name !== null) remember('name', handoff.name);
  goWhereTheAddressPoints(handoff.from === null ? 'entered' : 'switched');
  if (handoff.draft !== '') store.dispatch({ type: 'drafted', text: handoff.draft });
  draw(store, [
    mountHeader(actions, backends, mountToast()),
    mountTrouble(actions),
    mountTimeline(actions, mountViewer()),
    mountPanel(),
    mountComposer(actions),
    mountEntrance(actions, backends, { name: ownName(), room: recall('room') ?? 'lobby' }),
    mountAccount(actions),
    mountRooms(actions),
  ]);
  mountPhotoEntries(actions, () => store.state.room !== null);
}

/** A page that was just closed left something for the room that this one is in. */
function restoreMore() {
  const { room } = store.state;
  if (room !== null) store.dispatch({ type: 'restored', ...keeper.load(room) });
}

/** A link to the other backend's room is opened there. @returns {boolean} */
function isElsewhere() {
  const { backend, room } = readAddress(location.search);
  const place = backends.list.find(({ key }) => key === backend);
  if (place === undefined || place.key === backends.self) return false;
  location.replace(writeHandoff(place.origin, writeAddress({ backend, room }),
    { name: recall('name'), draft: '', from: null }));
  return true;
}

/**
 * A link with a room opens it; without one the entrance asks.
 *
 * @param {'entered' | 'switched'} [arrival]
 */
function goWhereTheAddressPoints(arrival) {
  const { room } = readAddress(location.search);
  if (room !== null) actions.enter({ room, user: ownName() }, 'replace', arrival);
  else if (store.state.room !== null) actions.exit('replace');
  else history.replaceState(null, '', `${location.pathname}${location.search}`);
}

/** @returns {string} the name used last in this browser, or a new one */
function ownName() {
  const name = recall('name') ?? '';
  if (nameProblem(name) === null) return name;
  const made = friendlyName();
  remember('name', made);
  return made;
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
