/** The geometry of a partly drawn list; rows that are rebuilt only if needed; the news. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { PAGE } from '../../shared_client/state/book.js';
import { initial } from '../../shared_client/state/state.js';
import { createRows, rowsOf } from '../../shared_client/state/rows.js';
import { appended, hasKey, inserted, newest } from '../../shared_client/state/timeline.js';
import { createNews } from '../../shared_client/views/news.js';
import {
  createGeometry, joined as joinedSpans, OVERSCAN, WHOLE, windowAround,
} from '../../shared_client/views/window.js';
import {
  composed, connecting, entered, joined, left, LOST, message, numbered, page, range, run, sent,
  welcome,
} from './happenings.js';

/** The same numbers from 0 to 1 for a seed. @param {number} seed */
function createDice(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const keys = (from, to) => range(from, to).map((each) => ({ key: `${each}` }));
const guess = ({ key }) => 10 + Number(key) % 30;

/** The expected result of the geometry, in a slow way. */
function plainly(rows, heights) {
  let y = 0;
  return rows.map((row) => {
    const top = y;
    y += heights.get(row.key) ?? guess(row);
    return top;
  });
}

suite('the geometry', () => {
  test('is that of the measured and the estimated heights, whatever changes', () => {
    for (const seed of range(1, 40)) {
      const dice = createDice(seed);
      const pick = (count) => Math.floor(dice() * count);
      const geometry = createGeometry(guess);
      const heights = new Map();
      let rows = keys(1000, 1000 + pick(50));
      geometry.show(rows);
      for (let step = 0; step < 60; step += 1) {
        const what = pick(6);
        const first = Number(rows[0].key);
        const last = Number(rows.at(-1).key);
        if (what === 0) rows = [...rows, ...keys(last + 1, last + 1 + pick(9))];
        if (what === 1) rows = [...keys(first - 1 - pick(9), first - 1), ...rows];
        if (what === 2) rows = rows.slice(pick(Math.min(5, rows.length)));
        if (what === 3) rows = rows.filter((_, index) => index === 0 || dice() > 0.1);
        geometry.show(rows);
        if (what > 3) {
          const index = pick(rows.length);
          const height = pick(100);
          heights.set(rows[index].key, height);
          geometry.measure(index, height);
        }
        const tops = plainly(rows, heights);
        const at = pick(rows.length);
        assert.equal(geometry.top(at), tops[at]);
        assert.equal(geometry.total,
          tops.at(-1) + (heights.get(rows.at(-1).key) ?? guess(rows.at(-1))));
        const y = dice() * geometry.total;
        assert.equal(geometry.at(y), tops.findLastIndex((top) => top <= y));
        const next = tops.findIndex((top) => top > tops[at]);
        assert.equal(geometry.at(tops[at]), next < 0 ? rows.length - 1 : next - 1);
        assert.equal(geometry.indexOf(rows[at].key, pick(rows.length)), at);
      }
    }
  });

  test('above the first line is the first, below the last the last, of none none', () => {
    const geometry = createGeometry(guess);
    assert.deepEqual([geometry.at(5), geometry.total], [0, 0]);
    geometry.show(keys(1, 3));
    assert.deepEqual([geometry.at(-5), geometry.at(1e6)], [0, 2]);
    assert.equal(geometry.indexOf('none', 1), -1);
  });

  test('says whether a height is news', () => {
    const geometry = createGeometry(guess);
    geometry.show(keys(1, 3));
    assert.deepEqual([geometry.measure(1, 77), geometry.measure(1, 77.01)], [true, false]);
  });

  test('forgets what is long gone', () => {
    const geometry = createGeometry(guess);
    for (const step of range(1, 50)) {
      geometry.show(keys(step * 10, step * 10 + 9));
      for (const index of range(0, 9)) geometry.measure(index, 500);
    }
    geometry.show(keys(10, 10));
    assert.equal(geometry.total, guess({ key: '10' }));
  });
});

suite('the window', () => {
  test('covers what is in view and well beyond, and not much more, wherever one scrolls', () => {
    for (const seed of range(1, 20)) {
      const dice = createDice(seed);
      const geometry = createGeometry(guess);
      const rows = keys(1, 5000);
      geometry.show(rows);
      rows.forEach((_, index) => geometry.measure(index, 20 + Math.floor(dice() ** 8 * 900)));
      let span = [0, 0];
      let top = 0;
      for (let step = 0; step < 200; step += 1) {
        const height = 300 + dice() * 900;
        const far = dice() < 0.1;
        top = far ? dice() * geometry.total : top + (dice() - 0.5) * 900;
        top = Math.max(0, Math.min(top, geometry.total - height));
        const next = windowAround(geometry, top, height, span);
        assert.ok(next[0] === 0 || geometry.top(next[0]) <= top - OVERSCAN / 3);
        assert.ok(next[1] === 5000 || geometry.top(next[1]) >= top + height + OVERSCAN / 3);
        assert.ok(geometry.top(next[1]) - geometry.top(next[0]) < height + 4 * OVERSCAN + 2000);
        span = next;
      }
    }
  });

  test('stays as it is while one scrolls a little', () => {
    const geometry = createGeometry(() => 40);
    geometry.show(keys(1, 5000));
    const span = windowAround(geometry, 100_000, 600, [0, 0]);
    assert.deepEqual(windowAround(geometry, 100_700, 600, span), span);
    assert.deepEqual(windowAround(geometry, 99_300, 600, span), span);
    assert.notDeepEqual(windowAround(geometry, 102_000, 600, span), span);
  });

  test('of a short list is the whole of it', () => {
    const geometry = createGeometry(() => 4000);
    geometry.show(keys(1, WHOLE));
    assert.deepEqual(windowAround(geometry, 0, 600, [0, 0]), [0, WHOLE]);
  });

  test('is joined with what has to stay', () => {
    assert.deepEqual(joinedSpans([[10, 20], [2, 3], [15, 30], [30, 31], [40, 40]]),
      [[2, 3], [10, 31]]);
  });
});

suite('the rows', () => {
  const id = (seed) => `${seed}`.padStart(36, '0');
  const day = (at) => `${Math.floor(at / 100)}`;

  /** A random event in a room. */
  function happening(state, dice, step) {
    const seq = (state.book?.newest ?? 0) + 1;
    const user = dice() < 0.5 ? 'bob' : 'cid';
    return [
      () => numbered(seq, { user }), () => numbered(seq + 1, { user }, step * 700),
      () => numbered(Math.max(1, seq - 3), { user }),
      () => joined(`guest ${step}`, 2), () => left(`guest ${step}`, 1),
      () => composed(id(step)), () => sent(state.outbox[0]?.id ?? ''),
      () => numbered(seq, { id: state.outbox[0]?.id ?? id(step), user: 'ann' }),
      () => page(state.book?.floor ?? 1, PAGE, range(Math.max(1, (state.book?.floor ?? 1) - PAGE),
        (state.book?.floor ?? 1) - 1)),
      () => [LOST, connecting(1), welcome({ seq: seq + 2 })],
      () => ({ type: 'scrolled', atEnd: dice() < 0.5 }),
    ][Math.floor(dice() * 11)]();
  }

  test('that are made step by step are those that are made at once', () => {
    for (const seed of range(1, 30)) {
      const dice = createDice(seed);
      const step = createRows(day);
      let state = run(initial, entered(), connecting(), welcome({ seq: 300 }));
      for (const each of range(1, 150)) {
        state = run(state, happening(state, dice, each));
        const now = each * 1000 * dice();
        assert.deepEqual(step(state, now), rowsOf(state, now, day));
      }
    }
  });

  test('stay the same objects, but for what is new', () => {
    const step = createRows(day);
    const before = run(initial, entered(), welcome({ seq: 0 }), range(1, 50).map((seq) =>
      numbered(seq)), composed(id(1)));
    const first = step(before, 0);
    assert.equal(step(run(before, { type: 'drafted', text: 'x' }), 0), first);
    const second = step(run(before, numbered(51)), 0);
    const same = second.filter((row, index) => row === first[index]).length;
    assert.equal(second.length, first.length + 1);
    assert.ok(same >= first.length - 1);
  });
});

test('a list knows its keys, also those that it no longer has', () => {
  const of = (key, seq) => ({ kind: 'message', key, seq, at: seq });
  let entries = [of('a', 1), of('c', 3)];
  assert.equal(hasKey(entries, 'b'), false);
  const before = entries;
  entries = appended(inserted(entries, of('b', 2)), of('d', 4));
  assert.deepEqual(entries.map(({ key }) => key), ['a', 'b', 'c', 'd']);
  assert.deepEqual(['a', 'b', 'd', 'e'].map((key) => hasKey(entries, key)),
    [true, true, true, false]);
  const cut = newest(entries, 2);
  assert.deepEqual(['b', 'c', 'd'].map((key) => hasKey(cut, key)), [false, true, true]);
  assert.deepEqual(['b', 'c'].map((key) => hasKey(before, key)), [false, true]);
});

suite('the news', () => {
  const keysOf = ({ fresh }) => fresh.map(({ seq, notice }) => seq ?? notice);
  const here = run(initial, entered(), connecting(), welcome({ seq: 80 }));

  test('are neither what is there already nor pages of the history', () => {
    const news = createNews();
    assert.deepEqual(keysOf(news(here)), []);
    const first = run(here, page(81, PAGE, range(31, 80)));
    assert.deepEqual(keysOf(news(first)), []);
    const more = run(first, numbered(81), joined('bob', 2), numbered(82));
    assert.deepEqual(keysOf(news(more)), [81, 'joined', 82]);
    assert.deepEqual(keysOf(news(run(more, page(31, PAGE, range(1, 30))))), []);
  });

  test('are what was said while one was away, and not what fills a hole', () => {
    const news = createNews();
    const all = run(here, page(81, PAGE, range(31, 80)));
    news(all);
    const back = run(all, LOST, connecting(1), welcome({ seq: 83, at: 90 }));
    assert.deepEqual(keysOf(news(back)), ['lost', 'returned']);
    const replayed = run(back, numbered(81), numbered(83));
    assert.deepEqual(keysOf(news(replayed)), [81, 83]);
    assert.deepEqual(keysOf(news(run(replayed, numbered(82)))), []);
  });

  test('without a history are what comes behind the last', () => {
    const news = createNews();
    const room = run(initial, entered(), welcome(), message('1'));
    assert.deepEqual(keysOf(news(room)), []);
    assert.equal(news(run(room, message('2'), message('3'))).fresh.length, 2);
  });

  test('tell what one wrote, and what failed of it', () => {
    const news = createNews();
    news(here);
    const written = run(here, composed('1'), sent('1'));
    assert.deepEqual([news(written).wrote, news(written).wrote], [true, false]);
    const failed = run(written, { type: 'frame', at: 0,
      frame: { type: 'error', code: 'rate_limited', detail: '', id: '1' } });
    assert.deepEqual(news(failed).failed.map(({ id }) => id), ['1']);
    assert.deepEqual(news(run(failed, composed('2'))).failed, []);
  });

  test('are neither what was kept for the room nor what a closed page left to fail', () => {
    const news = createNews();
    const kept = run(here, composed('1'), sent('1'), composed('2'), sent('2'),
      { type: 'frame', at: 0, frame: { type: 'error', code: 'rate_limited', detail: '', id: '1' } });
    const came = run(initial, entered('r', { outbox: kept.outbox }));
    const first = news(came);
    assert.deepEqual([first.wrote, first.failed], [false, []]);
    const { outbox } = run(here, composed('3'), sent('3'), LOST);
    const late = news(run(came, { type: 'restored', outbox, mine: ['3'] }));
    assert.deepEqual([late.wrote, late.failed.map(({ id }) => id)], [false, ['3']]);
  });

  test('begin anew in another room', () => {
    const news = createNews();
    news(run(here, numbered(81)));
    assert.deepEqual(keysOf(news(run(here, entered('other'), welcome({ seq: 9 }), numbered(10)))),
      []);
  });
});
