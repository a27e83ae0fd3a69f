/** Switching the backend while answers are pending; opening and closing the views. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { createViewDoor } from '../../shared_client/page/view_door.js';
import { composed, frame, range, record, sent, welcome } from './happenings.js';
import { begin, calls, cross, DJANGO, FAR, memory, opened, settled, THERE, visited } from './moving.js';

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
    assert.equal(store.state.draft, ''); // the draft moved, and is not there twice
    assert.match(opened.at(-1), /:8001\/.*since=0$/);
  });

  test('of the room is not that of the draft and the photos: they are there on coming back', () => {
    const { store, actions } = begin();
    const attached = [{ id: 'p', name: 'cat.png', photo: null, problem: null }];
    const begun = () => [store.state.draft, store.state.attached];
    store.dispatch({ type: 'attached', files: attached });
    actions.draft('half a');
    actions.enter({ room: 'other', user: 'ann' });
    assert.deepEqual(begun(), ['', []]);
    actions.enter({ room: 'r', user: 'ann' });
    assert.deepEqual(begun(), ['half a', attached]);
    actions.exit();
    actions.enter({ room: 'other', user: 'ann' });
    assert.deepEqual(begun(), ['', []]);
    actions.show('race');
    actions.enter({ room: 'r', user: 'ann' });
    assert.deepEqual(begun(), ['half a', attached]);
  });

  test('leaves photos that are being read in the room that they were chosen for', async () => {
    const { store, actions } = begin();
    const reading = actions.attach([new File(['x'], 'notes.txt')]);
    actions.enter({ room: 'other', user: 'ann' });
    await reading;
    assert.deepEqual(store.state.attached, []);
    await actions.attach([new File(['x'], 'notes.txt')]);
    assert.equal(store.state.attached.length, 1);
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
    place = { at: 1, offset: 0 }; // the history is not loaded yet
    await cross(actions, DJANGO);
    assert.deepEqual(store.state.seek, read);
    history();
    place = { at: 19, offset: -3 }; // the nearest message
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

suite('the views', () => {
  const mains = { race: { hidden: true }, split: { hidden: true } };
  const doorOf = (store, load, failed = () => {}) => {
    globalThis.document = { getElementById: (id) => mains[id] };
    const door = createViewDoor(store, load, failed);
    store.subscribe(door);
    door();
  };

  test('has an address, and leads back', () => {
    const { store, actions } = begin();
    actions.show('race');
    assert.equal(visited.at(-1), `/?view=race&backend=${DJANGO}&room=r`);
    assert.deepEqual([store.state.view, store.state.room], ['race', null]);
    actions.leaveView('r');
    assert.equal(visited.at(-1), 'back');
    globalThis.history.state = null; // the user came by a link
    memory.set('chat.name', 'bob'); // in another tab
    actions.leaveView('r');
    assert.deepEqual([store.state.view, store.state.room, store.state.user], [null, 'r', 'ann']);
  });

  test('is open as long as it is the view, and no longer', async () => {
    const { store, actions } = begin();
    const log = [];
    doorOf(store, async () => () => {
      log.push('open');
      return { close: () => log.push('close') };
    });
    actions.show('race');
    assert.deepEqual([mains.race.hidden, mains.split.hidden], [false, true]);
    await settled();
    actions.draft('x');
    assert.deepEqual(log, ['open']);
    actions.exit();
    assert.deepEqual([log, mains.race.hidden], [['open', 'close'], true]);
    actions.show('race');
    actions.exit(); // before the race is loaded
    await settled();
    assert.deepEqual(log, ['open', 'close']);
  });

  test('one closes before the other opens', async () => {
    const { store, actions } = begin();
    const log = [];
    doorOf(store, async (view) => () => {
      log.push(`open ${view}`);
      return { close: () => log.push(`close ${view}`) };
    });
    actions.show('race');
    await settled();
    actions.show('split');
    await settled();
    assert.deepEqual(log, ['open race', 'close race', 'open split']);
    assert.deepEqual([mains.race.hidden, mains.split.hidden], [true, false]);
    assert.equal(visited.at(-1), '/?view=split&backend=django-channels&room=r');
  });

  test('that did not arrive is said', async (context) => {
    context.mock.method(console, 'error', () => {});
    const { store, actions } = begin();
    let failed = 0;
    doorOf(store, () => Promise.reject(new TypeError()), () => { failed += 1; });
    actions.show('race');
    await settled();
    assert.equal(failed, 1);
  });
});
