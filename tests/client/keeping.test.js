/** The keeper, the history loader, the lines of the timeline, and the handoff. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { HOLE_MS, PAGE } from '../../shared_client/state/book.js';
import { readHandoff, writeHandoff } from '../../shared_client/page/handoff.js';
import { createHistoryLoader } from '../../shared_client/network/history_loader.js';
import { Keeper, left, photoless } from '../../shared_client/page/keeper.js';
import { rowsOf } from '../../shared_client/state/rows.js';
import { initial, reduce } from '../../shared_client/state/state.js';
import { createStore } from '../../shared_client/state/store.js';
import {
  composed, connecting, entered, frame, LOST, numbered, page, range, record, run, seqs, sent,
  welcome,
} from './happenings.js';

const photo = { blob: new Blob(['x']), mime: 'image/png', name: 'cat.png' };
const online = run(initial, entered(), connecting(), welcome({ seq: 0 }));

/** A browser's storage, in memory. */
class Storage {
  #items = new Map();
  get length() { return this.#items.size; }
  key(index) { return [...this.#items.keys()][index] ?? null; }
  getItem(key) { return this.#items.get(key) ?? null; }
  setItem(key, value) { this.#items.set(key, value); }
  removeItem(key) { this.#items.delete(key); }
}

suite('what outlives the page', () => {
  test('is what was not sent, and what may not have arrived', () => {
    const state = run(online, composed('1'), sent('1'), composed('2'), composed('3'), sent('3'),
      frame({ type: 'ack', id: '3', seq: 1 }));
    assert.deepEqual(left(state.outbox).map(({ id, status }) => [id, status]),
      [['1', 'unsure'], ['2', 'waiting']]);
  });

  test('of a photo is its mark: one that was not sent has to be chosen again', () => {
    const state = run(online, { type: 'composed', id: '1', photo, at: 1 }, sent('1'),
      { type: 'composed', id: '2', photo, at: 1 });
    const kept = photoless(left(state.outbox)).map((message) => ({ ...message, photo: null }));
    assert.deepEqual(kept.map(({ status, problem }) => [status, problem]),
      [['unsure', null], ['failed', 'photo_gone']]);
    const back = run(initial, entered('r', { outbox: kept, mine: ['1', '2'] }), connecting(),
      welcome({ seq: 0 }));
    assert.deepEqual(back.outbox.map(({ problem }) => problem), ['photo_gone', 'photo_gone']);
  });

  test('is kept by room, with the draft, and comes back', () => {
    const storage = new Storage();
    const state = run(online, composed('1'), { type: 'drafted', text: 'half a' });
    new Keeper(storage, 'tab').save(state);
    const { draft, mine, outbox } = new Keeper(storage, 'tab').load('django-channels', 'r');
    assert.deepEqual([draft, mine, outbox.map(({ id }) => id)], ['half a', ['1'], ['1']]);
    const nothing = { draft: '', attached: [], mine: [], outbox: [] };
    assert.deepEqual(new Keeper(storage, 'tab').load('django-channels', 'other'), nothing);
    assert.deepEqual(new Keeper(storage, 'tab').load('fastapi', 'r'), nothing);
    assert.deepEqual(new Keeper(storage, 'other').load('django-channels', 'r'), nothing);
  });

  test('is a photo, too, as long as the page lives', () => {
    const storage = new Storage();
    const keeper = new Keeper(storage, 'tab');
    keeper.save(run(online, { type: 'composed', id: '1', photo, at: 1 }, sent('1'),
      { type: 'composed', id: '2', photo, at: 1 }));
    keeper.save(run(online, entered('elsewhere')));
    const left = (kept) => kept.load('django-channels', 'r').outbox
      .map((message) => [message.status, message.problem, message.photo]);
    assert.deepEqual(left(keeper), [['unsure', null, photo], ['waiting', null, photo]]);
    assert.deepEqual(left(new Keeper(storage, 'tab')),
      [['unsure', null, null], ['failed', 'photo_gone', null]]);
  });

  test('is what is attached, as long as the page lives', () => {
    const storage = new Storage();
    const keeper = new Keeper(storage, 'tab');
    const files = [{ id: 'p', name: 'cat.png', photo, problem: null }];
    keeper.save(run(online, { type: 'attached', files }));
    assert.deepEqual(keeper.load('django-channels', 'r').attached, files);
    keeper.adopt('closed');
    assert.deepEqual(keeper.load('django-channels', 'r').attached, files);
    assert.deepEqual(new Keeper(storage, 'tab').load('django-channels', 'r').attached, []);
    keeper.save(online);
    assert.equal(storage.length, 0);
  });

  test('of a closed tab is taken over, once', () => {
    const storage = new Storage();
    new Keeper(storage, 'closed').save(run(online, composed('1')));
    const keeper = new Keeper(storage, 'open');
    keeper.save(run(online, composed('2')));
    assert.deepEqual(keeper.others(), ['closed']);
    keeper.adopt('closed');
    assert.deepEqual(keeper.load('django-channels', 'r').outbox.map(({ id }) => id), ['1', '2']);
    assert.deepEqual(keeper.others(), []);
  });

  test('of a page that closed later joins what this one has, and doubts what may have arrived', () => {
    const kept = left(run(online, composed('1'), sent('1'), composed('2')).outbox);
    const restored = { type: 'restored', outbox: kept, mine: ['1', '2'] };
    const statuses = (state) => state.outbox.map(({ id, status }) => [id, status]);
    const state = run(online, composed('2'), restored);
    assert.deepEqual(statuses(state), [['1', 'waiting'], ['2', 'waiting']], 'it is kept once');
    const relay = run(online, welcome({ seq: null }), composed('2'), restored);
    assert.deepEqual(statuses(relay), [['1', 'failed'], ['2', 'waiting']]);
    assert.equal(relay.outbox[0].problem, 'unsure');
  });

  test('is nothing where the storage holds nonsense, or is full', () => {
    const storage = new Storage();
    storage.setItem('chat.kept.tab', '{');
    const keeper = new Keeper(storage, 'tab');
    const ids = () => keeper.load('django-channels', 'r').outbox.map(({ id }) => id);
    assert.deepEqual(ids(), []);
    storage.setItem = () => { throw new Error('full'); };
    keeper.save(run(online, composed('1')));
    assert.deepEqual(ids(), ['1']); // from the page's memory
    assert.equal(storage.getItem('chat.kept.tab'), '{');
  });
});

suite('the loader', () => {
  const begin = (fetchPage) => {
    const store = createStore(reduce, initial);
    const load = createHistoryLoader(store, fetchPage);
    store.subscribe(load);
    for (const event of [entered(), connecting(), welcome({ seq: 3 })]) store.dispatch(event);
    return store;
  };
  const settled = () => new Promise((resolve) => { setImmediate(resolve); });
  /** Answers when the test says so. */
  const slowly = () => {
    const waiting = [];
    return { waiting, fetchPage: (room, page) =>
      new Promise((resolve) => { waiting.push({ room, page, resolve }); }) };
  };
  const there = [entered('r', { backend: 'fastapi' }), connecting(), welcome({ seq: 9 })];

  test('fetches the last page, one call at a time', async () => {
    const asked = [];
    const store = begin(async (room, { before, limit }) => {
      asked.push([room, before, limit]);
      return [1, 2, 3].map((seq) => record(seq));
    });
    store.dispatch({ type: 'drafted', text: 'x' });
    await settled();
    assert.deepEqual(asked, [['r', 4, PAGE]]);
    assert.deepEqual(seqs(store.state), [1, 2, 3]);
  });

  test('says what could not be had', async () => {
    const store = begin(() => Promise.reject(new Error('503')));
    await settled();
    assert.equal(store.state.book.older, 'failed');
  });

  test('drops what comes for a room that was left', async () => {
    const store = begin(async () => [record(3)]);
    store.dispatch({ type: 'exited' });
    await settled();
    assert.deepEqual(store.state.entries, []);
  });

  test('asks the other backend at once, and drops what the first one still says', async () => {
    const { waiting, fetchPage } = slowly();
    const store = begin(fetchPage);
    for (const event of there) store.dispatch(event);
    assert.deepEqual(waiting.map(({ page }) => page.before), [4, 10]);
    waiting[0].resolve([record(3)]);
    await settled();
    assert.deepEqual(seqs(store.state), []);
    assert.equal(waiting.length, 2); // the second answer is still pending
    waiting[1].resolve([record(9)]);
    await settled();
    assert.deepEqual(seqs(store.state), [9]);
  });

  test('takes no answer to an earlier visit of the same room, be it one that failed', async () => {
    const { waiting, fetchPage } = slowly();
    const store = begin(fetchPage);
    const back = [entered(), connecting(), welcome({ seq: 4 })];
    for (const event of [...there, ...back]) store.dispatch(event);
    waiting[0].resolve(Promise.reject(new Error('503')));
    waiting[1].resolve([record(9)]);
    await settled();
    assert.deepEqual([store.state.book.older, seqs(store.state)], ['wanted', []]);
    waiting[2].resolve([record(4)]);
    await settled();
    assert.deepEqual(seqs(store.state), [4]);
  });
});

suite('the lines of the timeline', () => {
  const day = (at) => `${Math.floor(at / 100)}`;
  const kinds = (state, now = 0) => rowsOf(state, now, day).map(({ item }) => item.kind ?? 'own');
  const from = (...records) => run(initial, entered(), connecting(), welcome({ seq: 0, at: 0 }),
    records.map((one) => numbered(...one)));

  test('a new day has a line', () => {
    const state = from([1, { at: 10 }], [2, { at: 20 }], [3, { at: 120 }]);
    assert.deepEqual(kinds(state),
      ['notice', 'day', 'message', 'message', 'day', 'message']);
  });

  test('messages of one author stand together, until another speaks or a day begins', () => {
    const state = from([1, { at: 1 }], [2, { at: 2 }], [3, { at: 3, user: 'cid' }],
      [4, { at: 4, user: 'cid' }], [5, { at: 100, user: 'cid' }]);
    const grouped = rowsOf(state, 0, day).filter(({ item }) => item.kind === 'message')
      .map((row) => row.grouped);
    assert.deepEqual(grouped, [false, true, false, true, false]);
  });

  test('what is missing shows where it is missing, when it has been for a while', () => {
    const state = from([1, { at: 1 }], [4, { at: 2 }]);
    assert.ok(!kinds(state, HOLE_MS).includes('gap'));
    const rows = rowsOf(state, 3 * HOLE_MS, day);
    assert.deepEqual(rows.map(({ item }) => item.kind),
      ['notice', 'day', 'message', 'gap', 'message']);
    const gap = rows.find(({ item }) => item.kind === 'gap').item;
    assert.deepEqual([gap.from, gap.to, gap.failed], [2, 3, false]);
  });

  test('a message keeps its key, and so its place, when it comes back', () => {
    const id = 'a'.repeat(36);
    const written = run(online, composed(id), sent(id));
    const key = (state) => rowsOf(state, 0, day).at(-1).key;
    assert.equal(key(run(written, numbered(1, { id, user: 'ann' }))), key(written));
  });

  test('every line has a key of its own', () => {
    const state = run(initial, entered(), welcome({ seq: 9 }), page(10, PAGE, range(1, 9)), LOST,
      connecting(1), welcome({ seq: 9 }), composed('1'));
    const keys = rowsOf(state, 0, day).map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
  });
});

test('the handoff carries name and draft in the fragment, which no server sees', () => {
  const handoff = { name: 'Ann & Co #1', draft: 'a\n+b=c 😀', from: 'fastapi', invitation: 'a-b_c' };
  const url = new URL(writeHandoff('http://localhost:8001', '?room=r', handoff));
  assert.deepEqual([url.origin, url.search], ['http://localhost:8001', '?room=r']);
  assert.deepEqual(readHandoff(url.hash), handoff);
  const none = { name: null, draft: '', from: null, invitation: null };
  assert.deepEqual(readHandoff(''), none);
  assert.deepEqual(readHandoff('#invitation=a%2Cb'), none, 'no subprotocol has a comma');
  assert.equal(readHandoff('#name=%00').name, null);
});
