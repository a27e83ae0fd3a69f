/** Reactions: live, in pages, the user's own, and after a time without a connection. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { nextPage, PAGE } from '../../shared_client/state/book.js';
import { reactId } from '../../shared_client/state/amendments.js';
import { initial } from '../../shared_client/state/state.js';
import { offersFor } from '../../shared_client/tools/offers.js';
import { differInReactions } from '../../shared_client/views/reactions_view.js';
import {
  connecting, entered, frame, LOST, numbered, page, range, record, run, welcome,
} from './happenings.js';

const SET = ['👍', '🎉'];
const greeting = (seq) => {
  const { frame: plain } = welcome({ seq });
  return frame({ ...plain, limits: { ...plain.limits, reactions: SET } });
};
const here = run(initial, entered(), connecting(), greeting(3), page(4, PAGE, range(1, 3)));
const reactions = (seq, counts, user = 'bob', emoji = '👍', on = true) =>
  frame({ type: 'reactions', seq, counts, user, emoji, on });
const at = (state, wanted) => state.entries.find(({ seq }) => seq === wanted);
const mine = (seq, on = true) => ({ type: 'reacted', seq, emoji: '👍', on });
const paged = (before, records) => ({ type: 'paged', before, limit: 200, records, at: 0 });

suite('a reaction', () => {
  test('of somebody is counted, and is not the user’s', () => {
    const state = run(here, reactions(2, { '👍': 2 }));
    assert.deepEqual(at(state, 2).reactions, { counts: { '👍': 2 }, own: [] });
    assert.ok(differInReactions(at(here, 2), at(state, 2)));
    assert.ok(!differInReactions(at(here, 1), at(state, 2)));
    assert.equal(state.heard, null);
  });

  test('of the user is marked at once, and stays after a refusal only if it was there', () => {
    const state = run(here, mine(2));
    assert.deepEqual(at(state, 2).reactions, { counts: {}, own: ['👍'] });
    const counted = run(state, reactions(2, { '👍': 1 }, 'ann'));
    assert.deepEqual(at(counted, 2).reactions, { counts: { '👍': 1 }, own: ['👍'] });
    const refuse = (on) => frame({ type: 'error', code: 'rate_limited', detail: '',
      id: reactId(2, '👍', on) });
    assert.deepEqual(at(run(state, refuse(true)), 2).reactions.own, []);
    const kept = run(counted, mine(2, false), refuse(false));
    assert.deepEqual(at(kept, 2).reactions.own, ['👍']);
    assert.equal(kept.entries.at(-1).notice, 'react');
  });

  test('of the user is known again when the message is loaded again', () => {
    const { mine: known } = run(here, mine(2));
    const again = run(initial, entered('r', { mine: known }), connecting(), greeting(3),
      paged(4, [record(1), { ...record(2), reactions: { '👍': 5 } }, record(3)]));
    assert.deepEqual(at(again, 2).reactions, { counts: { '👍': 5 }, own: ['👍'] });
    assert.equal(at(again, 1).reactions, undefined);
  });

  test('to the user’s message is told', () => {
    const said = run(here, { type: 'composed', id: 'm4', text: 'x', at: 1 },
      numbered(4, { user: 'ann' }), reactions(4, { '👍': 1 }));
    assert.deepEqual(said.heard, { kind: 'reacted', seq: 4, user: 'bob', emoji: '👍' });
  });

  test('goes with a message that is taken back', () => {
    const gone = run(here, reactions(2, { '👍': 1 }), frame({ type: 'unsaid', seq: 2, user: 'bob' }),
      reactions(2, { '👍': 2 }), mine(2));
    assert.equal('reactions' in at(gone, 2), false);
  });

  test('is offered only with the server’s set', () => {
    assert.equal(offersFor(at(here, 1), here).react, true);
    const none = { ...here, limits: { text: 1, image: 1, presence: 1 } };
    assert.equal(offersFor(at(here, 1), none).react, false);
  });
});

suite('what changed while there was no connection', () => {
  const back = run(here, reactions(1, { '👍': 1 }), LOST, connecting(1), greeting(5),
    numbered(4), numbered(5));

  test('is read again, from the newest message that was here to the oldest', () => {
    assert.deepEqual(nextPage(back.book, 0), { before: 4, limit: 3 });
    const state = run(back, paged(4, [record(1), { ...record(2), text: '', unsaid: true },
      { ...record(3), reactions: { '🎉': 3 } }]));
    assert.deepEqual([1, 2, 3].map((seq) => at(state, seq).kind), ['message', 'unsaid', 'message']);
    assert.equal(at(state, 1).reactions, undefined);
    assert.deepEqual(at(state, 3).reactions, { counts: { '🎉': 3 }, own: [] });
    assert.equal(at(state, 5), at(back, 5));
    assert.equal(nextPage(state.book, 1e6), null);
  });

  test('is not asked for again and again where the page fails, or where nothing can change', () => {
    const failed = run(back, { type: 'pageFailed', before: 4, at: 0 });
    assert.equal(nextPage(failed.book, 1e6), null);
    const plain = run(here, LOST, connecting(1), welcome({ seq: 3 }));
    assert.equal(nextPage(plain.book, 1e6), null);
  });
});
