/** The split view's parts without a page: equal messages, their order, lateness, and keeping. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { createArrivals, KEPT, lagBetween } from '../../shared_client/split/arrivals.js';
import { coupled, matches } from '../../shared_client/split/copies.js';
import { createLines, horizonOf } from '../../shared_client/split/joined.js';
import { createKeeping } from '../../shared_client/split/keeping.js';
import { createSwitches, SWITCH_MS } from '../../shared_client/split/switches.js';
import { Keeper } from '../../shared_client/page/keeper.js';
import { initial } from '../../shared_client/state/state.js';
import { createRows } from '../../shared_client/state/rows.js';
import {
  composed, connecting, entered, LOST, message, numbered, page, range, run, welcome,
} from './happenings.js';

/** An id as the client makes it: long enough to be unique. */
const id = (name) => `${name}-`.padEnd(36, '0');
const said = (name, at, more = {}) => ({ key: `bob/${id(name)}`, grouped: false,
  item: { kind: 'message', key: `bob/${id(name)}`, id: id(name), seq: null, user: 'bob', own: false,
    text: name, at, ...more } });
const notice = (name, at) => ({ key: name, grouped: false, item: { kind: 'notice', notice: 'joined',
  key: name, detail: name, at } });
const nameOf = (row) => row === null ? '-' : row.item.text ?? row.item.detail ?? row.item.kind;
const shape = (couples) => couples.map(([left, right]) => `${nameOf(left)} ${nameOf(right)}`);
const sideOf = (rows, more = {}) =>
  ({ rows, horizon: -Infinity, arrivalOf: () => null, ...more });
const days = (at) => `${Math.floor(at / 1000)}`;

suite('copies', () => {
  test('of one message stand in one line, and the rest by time', () => {
    const left = [said('a', 1), notice('ann', 4), said('b', 6)];
    const right = [said('a', 2), notice('cy', 3), said('only here', 5), said('b', 7), said('c', 8)];
    assert.deepEqual(shape(coupled(left, right)),
      ['a a', '- cy', 'ann -', '- only here', 'b b', '- c']);
  });

  test('have the same long id and the same content', () => {
    const short = { id: 'short' };
    const left = [said('a', 1, short), said('b', 2), said('c', 3), said('d', 4),
      said('photo', 5, { kind: 'image', text: undefined, name: 'cat.png' })];
    const right = [said('a', 1, short), said('b', 2, { text: 'another text' }), said('c', 3),
      said('d', 4, { kind: 'unsaid', text: undefined }),
      said('photo', 5, { kind: 'image', text: undefined, name: 'dog.png' })];
    assert.deepEqual(matches(left, right), [[2, 2], [3, 3]]);
  });

  test('of a photo are copies on the way, too', () => {
    const under = { kind: undefined, text: '', status: 'sent', photo: { name: 'cat.png' } };
    const there = { kind: 'image', text: undefined, name: 'cat.png' };
    assert.deepEqual(matches([said('photo', 1, under)], [said('photo', 2, there)]), [[0, 0]]);
    assert.deepEqual(matches([said('photo', 1, under)],
      [said('photo', 2, { ...there, name: 'dog.png' })]), []);
  });

  test('are used once each', () => {
    const twice = [said('a', 1), said('a', 2)];
    assert.deepEqual(matches(twice, [said('a', 1)]), [[0, 0]]);
    assert.deepEqual(matches([said('a', 1)], twice), [[0, 0]]);
    assert.deepEqual(matches(twice, twice), [[0, 0], [1, 1]]);
    const other = { text: 'of somebody who uses the id again' };
    assert.deepEqual(matches([said('a', 1)], [said('a', 1, other), said('a', 2)]), [[0, 1]]);
  });

  test('that crossed keep the order of each side', () => {
    const left = ['a', 'b', 'c', 'd', 'e'].map((name, at) => said(name, at));
    const right = ['b', 'c', 'a', 'e', 'd'].map((name, at) => said(name, at));
    const all = coupled(left, right);
    assert.deepEqual(all.map(([row]) => row).filter(Boolean), left);
    assert.deepEqual(all.map(([, row]) => row).filter(Boolean), right);
    assert.deepEqual(shape(all).filter((line) => !line.includes('-')), ['b b', 'c c', 'e e']);
  });

  test('of a message that waits on one side are together', () => {
    const online = run(initial, entered(), connecting(), welcome(), composed(id('x'), `text of ${id('x')}`));
    const arrived = run(online, message(id('x'), 'ann'), composed(id('y'), 'y'));
    const away = run(online, LOST);
    const [left, right] = [arrived, away].map((state) =>
      createRows(() => '')(state, 0).filter(({ item }) => item.kind !== 'notice'));
    assert.deepEqual(coupled(left, right).map(([one, other]) => [one?.item.id, other?.item.id]),
      [[id('x'), id('x')], [id('y'), undefined]]);
  });

  test('of a thousand messages are found at once', () => {
    const rows = range(1, 1000).map((each) => said(`m${each}`, each));
    assert.equal(matches(rows, [...rows]).length, 1000);
    assert.equal(coupled(rows, rows.toReversed()).length, 1999); // one pair has both orders
  });
});

suite('a user who switches', () => {
  const told = (what, user, at, place = 0) => ({ key: `${what} ${user} ${at} ${place}`, grouped: false,
    item: { kind: 'notice', notice: what, key: '', detail: user, at } });
  const ways = (sides) => sides.map((rows) => rows.map(({ item }) => item.switch));

  test('leaves one side and joins the other, in whichever order this page hears of it', () => {
    for (const [leftAt, joinedAt] of [[100, 103], [103, 100], [0, SWITCH_MS]]) {
      const left = [said('a', 1), told('left', 'bo', leftAt)];
      const right = [told('joined', 'bo', joinedAt), said('b', 2)];
      assert.deepEqual(ways(createSwitches()(left, right)), [[undefined, 'to'], ['from', undefined]]);
      assert.deepEqual(ways(createSwitches()(right, left)), [['from', undefined], [undefined, 'to']]);
    }
  });

  test('is nobody who leaves, joins elsewhere much later, is another user, or is still there', () => {
    const left = [told('left', 'bo', 100)];
    for (const [one, other] of [
      [left, []], [[], left], [left, [told('joined', 'cy', 101)]], [left, [told('left', 'bo', 101)]],
      [left, [told('joined', 'bo', 101 + SWITCH_MS)]],
      [[...left, told('joined', 'bo', 102)], [told('joined', 'bo', 103)]],
      [[told('joined', 'bo', 99), ...left], [told('joined', 'bo', 103)]],
    ]) {
      const sides = createSwitches()(one, other);
      assert.deepEqual([sides[0] === one, sides[1] === other], [true, true]);
    }
  });

  test('switches back, too, and one joining belongs to one leaving', () => {
    const left = [told('left', 'bo', 0), told('joined', 'bo', 2000)];
    const right = [told('joined', 'bo', 1), told('left', 'bo', 2000)];
    assert.deepEqual(ways(createSwitches()(left, right)), [['to', 'from'], ['from', 'to']]);
    const twice = [told('left', 'bo', 0, 1), told('left', 'bo', 1, 2)];
    assert.deepEqual(ways(createSwitches()(twice, [told('joined', 'bo', 2)])),
      [['to', undefined], ['from']]);
  });

  test('keeps the same rows, so that the lines need not be drawn again', () => {
    const find = createSwitches();
    const [left, right] = [[told('left', 'bo', 0)], [told('joined', 'bo', 1)]];
    const before = find(left, right);
    const after = find([...left, said('a', 2)], [...right]);
    assert.deepEqual([after[0][0] === before[0][0], after[1][0] === before[1][0]], [true, true]);
    assert.equal(left[0].item.switch, undefined);
  });
});

suite('lines', () => {
  test('that are as they were are the same objects', () => {
    const join = createLines(days);
    const [a, b, c] = [said('a', 1), said('b', 2), said('c', 3)];
    const before = join(sideOf([a, b]), sideOf([a]));
    const after = join(sideOf([a, b]), sideOf([a, b, c]));
    const stays = before[1];
    assert.deepEqual(after.map((line) => line === stays), [false, true, false, false]);
    assert.deepEqual(after[2].item.parts, [b.item, b.item]);
    assert.equal(join(sideOf([a, b]), sideOf([a, b, c]))[2], after[2]);
  });

  test('have a day before the first message of each day, and none before a notice', () => {
    const lines = createLines(days)(sideOf([notice('ann', 1), said('a', 2)]),
      sideOf([said('b', 1001), notice('cy', 2001)]));
    assert.deepEqual(lines.map(({ item }) => item.kind === 'day' ? days(item.at) : item.kind),
      ['pair', '0', 'pair', '1', 'pair', 'pair']);
  });

  test('say which copy came later, once both are here', () => {
    const [left, right] = [createArrivals(), createArrivals()];
    const join = createLines(days);
    const look = () => join(sideOf([said('a', 1)], { arrivalOf: left.of }),
      sideOf([said('a', 1)], { arrivalOf: right.of })).at(-1).item.lag;
    left.note(said('a').key, { at: 107.5, live: true });
    assert.equal(look(), null);
    right.note(said('a').key, { at: 104.25, live: true });
    assert.deepEqual(look(), { side: 0, ms: 3.25, live: true });
  });

  test('are alike as long as both copies are well', () => {
    const own = (status) => said('a', 1, { kind: undefined, status });
    const alike = (left, right) => createLines(days)(sideOf([left]), sideOf([right])).at(-1).item.alike;
    assert.equal(alike(said('a', 1), own('sent')), true);
    assert.equal(alike(said('a', 1), said('a', 2)), true);
    for (const status of ['waiting', 'failed', 'unsure', 'doubted']) {
      assert.equal(alike(said('a', 1), own(status)), false, status);
    }
    assert.equal(alike(said('a', 1), said('a', 1, { kind: 'unsaid' })), false);
  });

  test('begin where both sides are loaded', () => {
    const left = sideOf([said('new', 50), said('both', 60)], { horizon: 50 });
    const right = sideOf([said('old', 10), said('later', 55), said('both', 49)], { horizon: 10 });
    const texts = createLines(days)(left, right).filter(({ item }) => item.kind === 'pair')
      .map(({ item }) => item.parts.find(Boolean).text);
    assert.deepEqual(texts, ['new', 'later', 'both']);
  });
});

suite('the horizon', () => {
  const online = run(initial, entered(), connecting(), welcome({ seq: 90 }),
    page(91, 50, range(41, 90)));

  test('is the oldest loaded message as long as there may be older ones', () => {
    assert.equal(horizonOf(online), 41);
    const all = run(online, { type: 'olderWanted' }, page(41, 50, range(1, 40)));
    assert.equal(horizonOf(all), -Infinity);
  });

  test('is not that of a side that cannot load', () => {
    assert.equal(horizonOf(run(online, LOST)), -Infinity);
    const failed = run(online, { type: 'olderWanted' }, { type: 'pageFailed', before: 41, at: 0 });
    assert.equal(horizonOf(failed), -Infinity);
  });

  test('is none without a history', () => {
    assert.equal(horizonOf(run(initial, entered(), connecting(), welcome(), message('x'))),
      -Infinity);
  });
});

suite('arrivals', () => {
  test('count once, the first time', () => {
    const arrivals = createArrivals();
    arrivals.note('a', { at: 5, live: true });
    arrivals.note('a', { at: 9, live: true });
    assert.equal(arrivals.of('a').at, 5);
    assert.equal(arrivals.of('b'), null);
  });

  test('are bounded, and the oldest go first', () => {
    const arrivals = createArrivals();
    for (const at of range(0, KEPT)) arrivals.note(`${at}`, { at, live: true });
    assert.deepEqual([arrivals.of('0'), arrivals.of('1').at, arrivals.of(`${KEPT}`).at],
      [null, 1, KEPT]);
  });

  test('from a replay are no measurement', () => {
    const lag = lagBetween({ at: 1, live: true }, { at: 900, live: false });
    assert.deepEqual(lag, { side: 1, ms: 899, live: false });
  });
});

suite('keeping', () => {
  const storage = () => ({ length: 0, key: () => null, getItem: () => null, setItem() {},
    removeItem() {} });
  const begin = () => {
    const keeper = new Keeper(storage(), 'tab');
    const state = run(initial, entered('r'), { type: 'drafted', text: 'in the chat' });
    keeper.save(state);
    const store = { state: run(initial, entered('r')), dispatch(event) {
      this.state = run(this.state, event);
    } };
    return { keeper, store, keeping: createKeeping(store, keeper) };
  };

  test('an unsent message stays for the chat, whose draft does not change', () => {
    const { keeper, store, keeping } = begin();
    store.dispatch({ type: 'drafted', text: 'in the split view' });
    store.dispatch(composed(id('x')));
    keeping.save();
    const { draft, outbox } = keeper.load('django-channels', 'r');
    assert.deepEqual([draft, outbox.map((each) => each.id)], ['in the chat', [id('x')]]);
  });

  test('messages that another tab left come later, and once', () => {
    const { keeper, store, keeping } = begin();
    store.dispatch(composed(id('x')));
    keeping.save();
    const left = run(initial, entered('r'), composed(id('left')));
    keeper.save({ ...left, outbox: [...left.outbox, ...store.state.outbox] });
    keeping.takeOver();
    assert.deepEqual(store.state.outbox.map((each) => each.id), [id('left'), id('x')]);
    store.dispatch({ type: 'discarded', id: id('left') });
    keeping.takeOver();
    assert.deepEqual(store.state.outbox.map((each) => each.id), [id('x')]);
  });

  test('a numbered message that comes back is no longer kept', () => {
    const { keeper, store, keeping } = begin();
    for (const event of [connecting(), welcome({ seq: 0 }), composed(id('x'))]) store.dispatch(event);
    keeping.save();
    store.dispatch(numbered(1, { id: id('x'), user: 'ann' }));
    keeping.save();
    assert.deepEqual(keeper.load('django-channels', 'r').outbox, []);
  });
});
