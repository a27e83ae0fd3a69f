/** Messages that were taken back: live, in a replay, in a page, and before they come. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { PAGE } from '../../shared_client/state/book.js';
import { rowsOf } from '../../shared_client/state/rows.js';
import { initial } from '../../shared_client/state/state.js';
import { offersFor } from '../../shared_client/tools/offers.js';
import {
  connecting, entered, frame, LOST, numbered, page, range, record, run, welcome,
} from './happenings.js';

const here = run(initial, entered(), connecting(), welcome({ seq: 3 }), page(4, PAGE, range(1, 3)));
const unsaid = (seq, user = 'bob') => frame({ type: 'unsaid', seq, user });
const kinds = (state) => state.entries.filter(({ kind }) => kind !== 'notice')
  .map(({ kind }) => kind);
const at = (state, wanted) => state.entries.find(({ seq }) => seq === wanted);
const refused = (code) => frame({ type: 'error', code, detail: 'no', id: 'unsay 2' });

suite('a message that is taken back', () => {
  test('leaves its place, its author and its time, and no text', () => {
    const state = run(here, unsaid(2));
    assert.deepEqual(kinds(state), ['message', 'unsaid', 'message']);
    const [before, after] = [here, state].map((each) => at(each, 2));
    const { kind: _, text, ...rest } = before;
    assert.equal(text, 'text of m2');
    assert.deepEqual(after, { kind: 'unsaid', ...rest });
    assert.equal(state.heard, after);
    assert.deepEqual(rowsOf(state, 0).map(({ key }) => key), rowsOf(here, 0).map(({ key }) => key));
    assert.equal(run(state, unsaid(2)), state);
  });

  test('leaves no picture, neither its bytes nor its address nor its name', () => {
    const picture = new Blob(['x']);
    const image = { ...record(4), type: 'image', mime: 'image/png', name: 'secret.png', picture };
    const shown = run(here, frame(image));
    assert.equal(shown.entries.at(-1).picture, picture);
    assert.deepEqual(Object.keys(run(shown, unsaid(4)).entries.at(-1)).sort(),
      ['at', 'id', 'key', 'kind', 'own', 'seq', 'user']);
  });

  test('is one in a replay and in a page, and is not said anew', () => {
    const gone = { ...record(5), text: '', unsaid: true };
    const state = run(here, LOST, connecting(1), welcome({ seq: 5 }), numbered(4), frame(gone));
    assert.deepEqual(kinds(state).slice(-2), ['message', 'unsaid']);
    assert.equal(state.heard, null);
    const older = run(initial, entered(), connecting(), welcome({ seq: 1 }),
      { type: 'paged', before: 2, limit: PAGE, records: [{ ...record(1), unsaid: true }], at: 0 });
    assert.deepEqual(kinds(older), ['unsaid']);
  });

  test('before it comes is never shown', () => {
    const late = run(initial, entered(), connecting(), welcome({ seq: 3 }), unsaid(2), unsaid(4),
      page(4, PAGE, range(1, 3)), numbered(4));
    assert.deepEqual(kinds(late), ['message', 'unsaid', 'message', 'unsaid']);
    assert.equal(late.heard, null);
  });

  test('with a number that no message has changes nothing', () => {
    for (const seq of [0, -1, null, 'x']) {
      assert.deepEqual(run(here, unsaid(seq)).entries, here.entries);
    }
  });

  test('and was not, is told', () => {
    const state = run(here, refused('invalid_field'));
    const { notice, detail } = state.entries.at(-1);
    assert.deepEqual([notice, detail], ['unsay', 'invalid_field']);
  });
});

suite('taking back is offered', () => {
  const mine = run(here, { type: 'composed', id: 'm4', text: 'x', at: 1 },
    numbered(4, { user: 'ann' }));
  const offers = (state, item) => offersFor(item, state).unsay;

  test('to a guest for what was said over this connection', () => {
    assert.equal(offers(mine, mine.entries.at(-1)), true);
    assert.equal(offers(mine, at(mine, 1)), false);
    const back = run(mine, LOST, connecting(1), welcome({ seq: 4 }));
    const own = at(back, 4);
    assert.equal(offers(back, own), false);
    assert.equal(offers({ ...back, account: 'ann' }, own), true);
    assert.equal(offers({ ...run(back, LOST), account: 'ann' }, own), false);
  });

  test('neither twice nor without a history', () => {
    const gone = run(mine, unsaid(4, 'ann'));
    assert.equal(offers(gone, at(gone, 4)), false);
    const none = run(initial, entered(), connecting(), welcome(),
      { type: 'composed', id: 'a', text: 'x', at: 1 },
      frame(record(null, { id: 'a', user: 'ann' })));
    assert.equal(none.entries.at(-1).own, true);
    assert.equal(offers({ ...none, account: 'ann' }, none.entries.at(-1)), false);
  });

  test('and not sending, while a message waits', () => {
    assert.deepEqual(offersFor({ status: 'waiting' }, here), { react: false, unsay: false, discard: true });
    assert.deepEqual(offersFor({ status: 'sent' }, here), { react: false, unsay: false, discard: false });
    assert.deepEqual(offersFor(null, here), { react: false, unsay: false, discard: false });
  });
});
