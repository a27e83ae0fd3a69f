/** From one backend to the other while answers are on their way; the race's door. */

import assert from 'node:assert/strict';
import { beforeEach, suite, test } from 'node:test';

import { createActions } from '../../shared_client/actions.js';
import { readBackends } from '../../shared_client/network/backends.js';
import { Keeper } from '../../shared_client/page/keeper.js';
import { createRaceDoor } from '../../shared_client/page/race_door.js';
import { initial, reduce } from '../../shared_client/state/state.js';
import { createStore } from '../../shared_client/state/store.js';
import { composed, connecting, frame, range, record, sent, welcome } from './happenings.js';

const DJANGO = 'django-channels';
const PAGE = 'http://localhost:8001';
const THERE = 'http://localhost:8002';
const FAR = 'http://far.example';
const settled = () => new Promise((resolve) => { setImmediate(resolve); });

/** What a browser has, as far as it is needed. */
let calls, visited, opened, memory;
beforeEach(() => {
  [calls, visited, opened, memory] = [[], [], [], new Map()];
  globalThis.localStorage = { getItem: (key) => memory.get(key) ?? null,
    setItem: (key, value) => memory.set(key, `${value}`) };
  globalThis.location = { pathname: '/', assign: (url) => visited.push(url) };
  globalThis.history = { state: null, back: () => visited.push('back'),
    pushState(state, _, url) { this.state = state; visited.push(url); },
    replaceState: (_, __, url) => visited.push(url) };
  globalThis.fetch = (url) => new Promise((resolve, reject) => {
    calls.push({ url, resolve, reject,
      json: (status, body) => resolve(new Response(JSON.stringify(body), { status })) });
  });
});

function begin({ position = () => null } = {}) {
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
const cross = async (actions, key) => {
  const going = actions.switchTo(key);
  calls.at(-1).resolve(new Response());
  return going;
};

suite('switching', () => {
  test('goes on at the other origin, under an address that leads there', async () => {
    const { store, actions } = begin();
    assert.equal(await cross(actions, 'fastapi'), true);
    assert.equal(opened.at(-1), 'ws://localhost:8002/ws/rooms/r?name=ann');
    assert.equal(visited.at(-1), '/?backend=fastapi&room=r');
    assert.deepEqual([store.state.backend, store.state.origin], ['fastapi', THERE]);
    store.dispatch(welcome({ seq: 3 }));
    store.dispatch(frame({ ...record(4), type: 'image', mime: 'image/png', name: '' }));
    assert.equal(store.state.entries.at(-1).url, `${THERE}/api/rooms/r/images/4`);
  });

  test('to one that does not answer is none', async () => {
    const { store, actions } = begin();
    const before = store.state;
    const going = actions.switchTo('fastapi');
    calls.at(-1).reject(new TypeError());
    assert.equal(await going, false);
    assert.equal(store.state, before);
  });

  test('to a far one opens its page, with the draft', async () => {
    const { store, actions } = begin();
    actions.draft('half a');
    assert.equal(await cross(actions, 'far'), true);
    assert.equal(visited.at(-1), `${FAR}/?backend=far&room=r#from=${DJANGO}&name=ann&draft=half+a`);
    assert.equal(store.state.backend, DJANGO);
  });

  for (const [what, change] of /** @type {const} */ ([
    ['one that stays', (actions) => actions.switchTo(DJANGO)],
    ['leaving', (actions) => actions.exit()],
    ['another room', (actions) => actions.enter({ room: 'other', user: 'ann' })],
  ])) {
    test(`is overtaken by ${what}`, async () => {
      const { store, actions } = begin();
      const going = actions.switchTo('fastapi');
      await change(actions);
      calls[0].resolve(new Response());
      assert.equal(await going, null);
      assert.equal(store.state.backend, DJANGO);
    });
  }

  test('takes draft and photos along, and leaves what waits where it was', async () => {
    const { store, actions, arrive } = begin();
    const attached = { id: 'p', name: 'cat.png', photo: null, problem: null };
    store.dispatch({ type: 'attached', files: [attached] });
    for (const event of [composed('1'), sent('1'), composed('2')]) store.dispatch(event);
    actions.draft('half a');
    await cross(actions, 'fastapi');
    assert.deepEqual([store.state.draft, store.state.attached, store.state.outbox],
      ['half a', [attached], []]);
    arrive();
    actions.draft('');
    await cross(actions, DJANGO);
    assert.deepEqual(store.state.outbox.map(({ id, status }) => [id, status]),
      [['1', 'unsure'], ['2', 'waiting']]);
    assert.equal(store.state.draft, ''); // it went along, and is not there twice
    assert.match(opened.at(-1), /:8001\/.*since=0$/);
  });

  test('to and fro looks for the same place, but for who scrolled', async () => {
    const read = { at: 20, offset: -3 };
    let place = read;
    const { store, actions, arrive } = begin({ position: () => place });
    const history = () => {
      arrive(30);
      store.dispatch({ type: 'paged', before: 31, limit: 50, at: 0,
        records: range(1, 30).filter((seq) => seq % 2).map((seq) => record(seq)) });
    };
    await cross(actions, 'fastapi');
    assert.deepEqual(store.state.seek, read);
    place = { at: 1, offset: 0 }; // the page of the history has not come yet
    await cross(actions, DJANGO);
    assert.deepEqual(store.state.seek, read);
    history();
    place = { at: 19, offset: -3 }; // what is nearest
    await cross(actions, 'fastapi');
    assert.deepEqual(store.state.seek, read);
    history();
    place = { at: 9, offset: -3 };
    await cross(actions, DJANGO);
    assert.deepEqual(store.state.seek, place);
    place = undefined; // there is nothing to scroll
    await cross(actions, 'fastapi');
    assert.deepEqual(store.state.seek, { at: 9, offset: -3 });
  });
});

suite('an account', () => {
  test('is of its backend, and a guest is the same on both', async () => {
    memory.set('chat.account.fastapi', 'bea');
    const { store, actions } = begin();
    await cross(actions, 'fastapi');
    assert.deepEqual([store.state.user, store.state.account], ['bea', 'bea']);
    assert.ok(!opened.at(-1).includes('name='));
    await cross(actions, DJANGO);
    assert.deepEqual([store.state.user, store.state.account], ['ann', null]);
  });

  test('signed in to while one switches is remembered where it is one', async () => {
    const { store, actions } = begin();
    const signing = actions.signIn('login', 'ada', 'x');
    const [login] = calls;
    assert.equal(login.url, `${PAGE}/api/login`);
    await cross(actions, 'fastapi');
    login.json(200, { username: 'ada' });
    assert.equal((await signing).username, 'ada');
    assert.deepEqual([store.state.user, store.state.account], ['ann', null]);
    assert.equal(memory.get(`chat.account.${DJANGO}`), 'ada');
    assert.equal(memory.get('chat.account.fastapi'), undefined);
  });

  test('is not what a late answer says of another backend, or of before', async () => {
    const { store, actions } = begin();
    actions.checkAccount();
    const signing = actions.signIn('login', 'ada', 'x');
    const [me, login] = calls;
    login.json(200, { username: 'ada' });
    await signing;
    me.json(401, {});
    await settled();
    assert.equal(store.state.account, 'ada');
    actions.checkAccount();
    const again = calls.at(-1);
    await cross(actions, 'fastapi');
    again.json(200, { username: 'ada' });
    await settled();
    assert.equal(store.state.account, null);
    assert.equal(memory.get(`chat.account.${DJANGO}`), 'ada');
  });

  for (const [what, away] of /** @type {const} */ ([
    ['was elsewhere', true], ['ends in the middle of a talk', false],
  ])) {
    test(`whose session ${what} makes nobody a guest`, async () => {
      memory.set('chat.account.fastapi', 'bea');
      const { store, actions, arrive } = begin();
      if (away) actions.checkAccount();
      const asked = calls.at(-1);
      await cross(actions, 'fastapi');
      if (!away) arrive();
      store.dispatch({ type: 'closed', code: 4401, reason: '', at: 1, retryAt: null });
      if (!away) actions.checkAccount();
      (asked ?? calls.at(-1)).json(401, {});
      await settled();
      await settled();
      assert.equal(opened.length, 2);
      assert.equal(store.state.link.status, 'refused');
    });
  }

  test('whose session has ended before one came makes one a guest', async () => {
    memory.set('chat.account.fastapi', 'bea');
    const { store, actions } = begin();
    await cross(actions, 'fastapi');
    store.dispatch(connecting());
    store.dispatch({ type: 'closed', code: 4401, reason: '', at: 1, retryAt: null });
    actions.checkAccount();
    calls.at(-1).json(401, {});
    await settled();
    await settled();
    assert.deepEqual([store.state.user, store.state.account], ['ann', null]);
    assert.match(opened.at(-1), /:8002\/.*name=ann$/);
  });

  test('is still one where nobody answers', async () => {
    memory.set('chat.account.fastapi', 'bea');
    const { store, actions } = begin();
    await cross(actions, 'fastapi');
    const asking = actions.checkAccount();
    calls.at(-1).reject(new TypeError());
    await asking;
    assert.equal(store.state.account, 'bea');
  });
});

suite('the race', () => {
  const main = { hidden: true };
  const doorOf = (store, load, failed = () => {}) => {
    globalThis.document = { getElementById: () => main };
    const door = createRaceDoor(store, load, failed);
    store.subscribe(door);
    door();
  };

  test('has an address, and leads back', () => {
    const { store, actions } = begin();
    actions.race();
    assert.equal(visited.at(-1), `/?view=race&backend=${DJANGO}&room=r`);
    assert.deepEqual([store.state.view, store.state.room], ['race', null]);
    actions.leaveRace('r');
    assert.equal(visited.at(-1), 'back');
    globalThis.history.state = null; // one came by a link
    actions.leaveRace('r');
    assert.deepEqual([store.state.view, store.state.room], [null, 'r']);
  });

  test('is open as long as it is the view, and no longer', async () => {
    const { store, actions } = begin();
    const log = [];
    doorOf(store, async () => () => {
      log.push('open');
      return { close: () => log.push('close') };
    });
    actions.race();
    assert.equal(main.hidden, false);
    await settled();
    actions.draft('x');
    assert.deepEqual(log, ['open']);
    actions.exit();
    assert.deepEqual([log, main.hidden], [['open', 'close'], true]);
    actions.race();
    actions.exit(); // before it is loaded
    await settled();
    assert.deepEqual(log, ['open', 'close']);
  });

  test('that did not arrive is said', async (context) => {
    context.mock.method(console, 'error', () => {});
    const { store, actions } = begin();
    let failed = 0;
    doorOf(store, () => Promise.reject(new TypeError()), () => { failed += 1; });
    actions.race();
    await settled();
    assert.equal(failed, 1);
  });
});
