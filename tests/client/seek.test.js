/** Seeking the user's place on another backend: older pages load until that time is here. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { nextPage, PAGE } from '../../shared_client/state/book.js';
import { isFound, MOST_ENTRIES } from '../../shared_client/state/conversation.js';
import { initial } from '../../shared_client/state/state.js';
import { connecting, entered, numbered, page, range, run, seqs, welcome } from './happenings.js';

const MUCH = 200;
/** In `happenings.js`, the time of a message is its seq. */
const seeking = (at, seq = 1000) => run(initial, entered('r', { seek: { at, offset: -7 } }),
  connecting(), welcome({ seq }));
const older = (state, before, lowest) => run(state, page(before, MUCH, range(lowest, before - 1)));

suite('what one read elsewhere', () => {
  test('is looked for in long pages, until a message at or before its time is here', () => {
    let state = seeking(650);
    assert.deepEqual(nextPage(state.book, 0), { before: 1001, limit: MUCH });
    state = older(state, 1001, 801);
    assert.equal(isFound(state), false);
    assert.deepEqual(nextPage(state.book, 0), { before: 801, limit: MUCH });
    state = older(state, 801, 601);
    assert.equal(isFound(state), true);
    assert.equal(nextPage(state.book, 0), null);
    assert.deepEqual(state.seek, { at: 650, offset: -7 });
    assert.deepEqual(nextPage(run(state, { type: 'olderWanted' }).book, 0),
      { before: 601, limit: PAGE });
  });

  test('is found in the first page where it is there', () => {
    const state = older(seeking(990), 1001, 801);
    assert.equal(nextPage(state.book, 0), null);
  });

  test('is not looked for before the beginning, nor without end', () => {
    let state = older(seeking(-1, 300), 301, 101);
    state = run(state, page(101, MUCH, range(1, 100)));
    assert.equal(isFound(state), true);
    assert.equal(nextPage(state.book, 0), null);
    let far = seeking(1, 20_000);
    for (let before = 20_001; nextPage(far.book, 0) !== null; before -= MUCH) {
      far = older(far, before, before - MUCH);
    }
    assert.equal(isFound(far), true);
    assert.ok(seqs(far).length >= MOST_ENTRIES - 1 && seqs(far).length < MOST_ENTRIES + MUCH);
  });

  test('is waited for where a page cannot be had, and looked for again after a loss', () => {
    const failed = run(seeking(650), { type: 'pageFailed', before: 1001, at: 0 });
    assert.equal(failed.book.older, 'failed');
    assert.equal(nextPage(failed.book, 0), null);
    const again = run(failed, { type: 'closed', code: 1006, reason: '', at: 0, retryAt: 1 },
      connecting(1), welcome({ seq: 1000 }));
    assert.deepEqual(nextPage(again.book, 0), { before: 1001, limit: MUCH });
  });

  test('is not let go of while more is said: one is not at the end', () => {
    const state = older(seeking(990), 1001, 801);
    assert.equal(state.atEnd, false);
    assert.equal(seqs(run(state, range(1001, 1600).map((seq) => numbered(seq)))).length, 800);
  });

  test('is forgotten as soon as one goes to the end, or elsewhere', () => {
    const state = older(seeking(990), 1001, 801);
    const end = run(state, { type: 'scrolled', atEnd: true });
    assert.deepEqual([end.seek, end.atEnd, nextPage(end.book, 0)], [null, true, null]);
    assert.equal(run(state, entered('other')).seek, null);
    assert.equal(run(state, entered('other')).atEnd, true);
  });

  test('is nothing without a history', () => {
    const state = seeking(650, null);
    assert.deepEqual([state.seek, state.atEnd, isFound(state)], [null, true, true]);
  });
});
