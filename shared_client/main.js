/** Puts the parts together: state, connection, actions, views. */

import { mountAccount } from './views/account_view.js';
import { createActions } from './actions.js';
import { readAddress, writeAddress } from './page/address.js';
import { fetchPage } from './network/api.js';
import { loadBackends } from './network/backends.js';
import { byId } from './views/dom.js';
import { mountComposer } from './views/composer_view.js';
import { Connection } from './network/connection.js';
import { mountEntrance } from './views/entrance_view.js';
import { mountHeader } from './views/header_view.js';
import { createHistoryLoader } from './network/history_loader.js';
import { ownName } from './page/identity.js';
import { openKeeper } from './page/keeper.js';
import { mountInspectorDoor } from './views/inspector_door.js';
import { mountLanguage } from './views/language_view.js';
import { later } from './views/later.js';
import { createOutbox } from './network/outbox.js';
import { mountPanel } from './views/panel_view.js';
import { mountPhotoEntries, mountViewer } from './photos/photo_view.js';
import { recall, remember } from './page/preferences.js';
import { mountRooms } from './views/rooms_view.js';
import { initial, isTimed, reduce } from './state/state.js';
import { createStore, draw } from './state/store.js';
import { mountTheme } from './views/theme_view.js';
import { mountTimeline } from './views/timeline_view.js';
import { mountToast } from './views/toast_view.js';
import { mountTrouble } from './views/trouble_view.js';
import { words } from './words/words.js';

/** Close codes for an account without a cookie (4400) or with an ended session (4401, 4403). */
const TURNED_AWAY = new Set([4400, 4401, 4403]);

mountLanguage();
mountTheme();

const store = createStore(reduce, initial);
const connection = new Connection((event) => {
  const { account, user } = store.state;
  store.dispatch(event);
  const turnedAway = event.type === 'closed' && TURNED_AWAY.has(event.code) && account !== null;
  const renamed = event.type === 'frame' && event.frame.type === 'welcome'
    && event.frame.user !== (account ?? user);
  if (turnedAway || renamed) actions.checkAccount();
});
const [backends, keeper] = await Promise.all([loadBackends(location.origin), openKeeper(restoreMore)]);
/** @type {Parameters<typeof createActions>[4]} */
let position = () => null;
const actions = createActions(store, connection, backends, keeper, () => position());

store.subscribe(createOutbox(store, (frame) => connection.send(frame)));
store.subscribe(createHistoryLoader(store, (...page) => fetchPage(actions.origin(), ...page)));
store.subscribe(() => keeper.save(store.state));
store.subscribe(keepTime());
window.addEventListener('offline', () => connection.drop());
window.addEventListener('online', () => actions.reconnect());
document.addEventListener('visibilitychange', () => document.hidden || actions.reconnect());
if (document.hidden) countUnread();
else document.addEventListener('visibilitychange', countUnread, { once: true });
window.addEventListener('popstate', async () => {
  await handedOver();
  goWhereTheAddressPoints();
});

if (!await isElsewhere()) start(await handedOver());

/** @param {import('./page/handoff.js').Handoff} handoff */
function start(handoff) {
  if (handoff.name !== null) remember('name', handoff.name);
  const { wrong } = readAddress(location.search);
  goWhereTheAddressPoints(handoff.from === null ? 'entered' : 'switched');
  if (handoff.draft !== '') store.dispatch({ type: 'drafted', text: handoff.draft });
  const say = mountToast();
  const viewer = mountViewer();
  watchView(viewer, () => {
    say(words.viewAway);
    actions.leaveView(viewRoom());
  });
  const timeline = mountTimeline(actions, viewer);
  const log = byId('log');
  position = () => log.scrollHeight > log.clientHeight ? timeline.position() : undefined;
  draw(store, [
    mountHeader(actions, backends, say),
    mountTrouble(actions, say),
    mountPanel(), // before the timeline: it tells the avatars apart
    timeline,
    later(({ outbox }) => outbox.some(({ photo }) => photo !== null), async () =>
      (await import('./photos/uploads_view.js')).mountUploads(() => connection.buffered)),
    mountComposer(actions),
    mountEntrance(actions, backends, { name: ownName(), room: wrong ?? recall('room') ?? 'lobby' }),
    mountAccount(actions, () => say(words.accountAway)),
    mountRooms(actions),
    later(({ room }) => room === null, async () =>
      (await import('./rooms/entrance_rooms.js')).mountEntranceRooms()),
    later(({ entries, outbox }) =>
      outbox.length > 0 || entries.some(({ kind }) => kind !== 'notice'), async () =>
      (await import('./views/message_keys.js')).mountMessageKeys()),
    later(({ link }) => link.status === 'online' && backends.companion !== null, async () =>
      (await import('./company/company.js')).mountCompany(backends)),
  ]);
  mountInspectorDoor(connection, () => say(words.inspectorAway), () => store.state.roundTrips);
  mountPhotoEntries(actions, () => store.state.room !== null);
  // A guest is not checked: the answer would be an error in the guest's console.
  if (store.state.room === null && store.state.account !== null) actions.checkAccount();
}

/** Restores messages of this room from a page that was just closed. */
function restoreMore() {
  const { backend, room } = store.state;
  if (room !== null) store.dispatch({ type: 'restored', ...keeper.load(backend, room) });
}

/** Reads an invitation, or the handoff from another backend's page: both are rare. */
async function handedOver() {
  if (location.hash === '') return { name: null, draft: '', from: null };
  const [{ readHandoff }, { markPrivate }] = await Promise.all(
    [import('./page/handoff.js'), import('./page/invitations.js')]);
  const handoff = readHandoff(location.hash);
  const { backend, room } = whereTheAddressPoints();
  if (handoff.invitation) markPrivate(backend, room, handoff.invitation);
  return handoff;
}

/** Opens a link on its backend's page if this page cannot use the backend. */
async function isElsewhere() {
  const address = readAddress(location.search);
  const place = backends.list.find(({ key }) => key === address.backend);
  if (place === undefined || backends.isNear(place.key)) return false;
  const { readHandoff, writeHandoff } = await import('./page/handoff.js');
  const { invitation } = readHandoff(location.hash);
  location.replace(writeHandoff(place.origin, writeAddress(address, location.search),
    { name: recall('name'), draft: '', from: null, invitation }));
  return true;
}

/**
 * Opens the link's room. Without a room, the entrance asks.
 *
 * @param {'entered' | 'switched'} [arrival]
 */
function goWhereTheAddressPoints(arrival) {
  const { backend: key, room, view } = whereTheAddressPoints();
  if (view !== null) actions.exit('replace', key, viewRoom(), view);
  else if (room === null) actions.exit('replace', key);
  else {
    const { account, room: from, user } = store.state;
    const own = from !== null && account === null ? user : ownName();
    actions.enter({ room, user: own, backend: key }, 'replace', arrival);
  }
}

/** An unknown backend is this page's. */
function whereTheAddressPoints() {
  const { backend, room, view } = readAddress(location.search);
  const { key } = backends.list.find((known) => known.key === backend) ?? { key: backends.self };
  return { backend: key, room, view };
}

function viewRoom() {
  return readAddress(location.search).room ?? recall('room') ?? 'lobby';
}

function countUnread() {
  import('./views/unread_title.js').then((unread) => unread.mountUnreadTitle([store]), console.warn);
}

/**
 * Loads what opens the other views when one is first wanted.
 *
 * @param {ReturnType<typeof mountViewer>} viewer @param {() => void} failed
 */
function watchView(viewer, failed) {
  let loading = false;
  async function look() {
    if (loading || store.state.view === null) return;
    loading = true;
    try {
      const { mountViews } = await import('./page/view_door.js');
      mountViews(store, { backends, keeper, viewer }, viewRoom, actions.leaveView, failed);
    } catch (error) {
      console.error(error);
      loading = false;
      failed();
    }
  }
  store.subscribe(look);
  look();
}

/** Tells the state the time while something in it depends on time. */
function keepTime() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    if (timer !== undefined || !isTimed(store.state)) return;
    timer = setTimeout(() => {
      timer = undefined;
      store.dispatch({ type: 'passed', at: Date.now(), draining: connection.buffered > 0 });
    }, 1000);
  };
}
