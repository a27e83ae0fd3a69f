/** A user in a room, with fakes of the browser's globals for a change of backend or view. */

import { beforeEach } from 'node:test';

import { createActions } from '../../shared_client/actions.js';
import { readBackends } from '../../shared_client/network/backends.js';
import { Keeper } from '../../shared_client/page/keeper.js';
import { initial, reduce } from '../../shared_client/state/state.js';
import { createStore } from '../../shared_client/state/store.js';
import { connecting, welcome } from './happenings.js';

export const DJANGO = 'django-channels';
export const PAGE = 'http://localhost:8001';
export const THERE = 'http://localhost:8002';
export const FAR = 'http://far.example';
export const settled = () => new Promise((resolve) => { setImmediate(resolve); });

const storage = (items) => ({ getItem: (key) => items.get(key) ?? null,
  setItem: (key, value) => items.set(key, `${value}`) });

/** The records of the browser's fake globals. */
export let calls, visited, opened, memory;
beforeEach(() => {
  [calls, visited, opened, memory] = [[], [], [], new Map()];
  globalThis.localStorage = storage(memory);
  globalThis.sessionStorage = storage(new Map());
  globalThis.location = { pathname: '/', assign: (url) => visited.push(url) };
  globalThis.history = { state: null, back: () => visited.push('back'),
    pushState(state, _, url) { this.state = state; visited.push(url); },
    replaceState: (_, __, url) => visited.push(url) };
  globalThis.fetch = (url) => new Promise((resolve, reject) => {
    calls.push({ url, resolve, reject,
      json: (status, body) => resolve(new Response(JSON.stringify(body), { status })) });
  });
});

export function begin({ position = () => null } = {}) {
  const store = createStore(reduce, initial);
  const backends = readBackends({ self: DJANGO,
    backends: { [DJANGO]: PAGE, fastapi: THERE, far: FAR } }, PAGE);
  const connection = { open: (url) => opened.push(url()), close() {}, send: () => true };
  const keeper = new Keeper({ length: 0, key: () => null, getItem: () => null, setItem() {},
    removeItem() {} }, 'tab');
  store.subscribe(() => keeper.save(store.state));
  const actions = createActions(store, connection, backends, keeper, position);
  actions.enter({ room: 'r', user: 'ann', backend: DJANGO });
  const arrive = (seq = 0) => {
    store.dispatch(connecting());
    store.dispatch(welcome({ seq }));
  };
  arrive();
  return { store, actions, arrive };
}
export const cross = async (actions, key) => {
  const going = actions.switchTo(key);
  calls.at(-1).resolve(new Response());
  return going;
};
