/** Sending again is safe after the errors `unavailable` and `rate_limited`. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { nextPage, PAGE } from '../../shared_client/state/book.js';
import { DOUBT_MS, MOST_DOUBTS } from '../../shared_client/state/outgoing.js';
import { initial, isTimed, waiting } from '../../shared_client/state/state.js';
import {
  composed, connecting, entered, frame, LOST, numbered, page, range, run, sent, seqs, statuses,
  welcome,
} from './happenings.js';

const ack = (id, seq) => frame({ type: 'ack', id, seq });
const error = (id, code, at = 0) => frame({ type: 'error', code, detail: '', id }, at);
const passed = (at) => ({ type: 'passed', at });
const photo = { blob: new Blob(['x']), mime: 'image/png', name: 'cat.png' };

/** A room of ten messages; the last five are loaded. */
const here = run(initial, entered(), connecting(), welcome({ seq: 10 }),
  page(11, PAGE, range(6, 10)));
const doubted = run(here, composed('1'), sent('1'), error('1', 'unavailable'));

suite('of what a server is not certain', () => {
  test('is said again under its id, after a pause that grows', () => {
    let state = doubted;
    let at = 0;
    for (let doubts = 1; doubts <= MOST_DOUBTS; doubts += 1) {
      assert.deepEqual([statuses(state), waiting(state)], [['doubted'], []]);
      assert.ok(isTimed(state));
      at += DOUBT_MS * 2 ** (doubts - 1);
      assert.deepEqual(waiting(run(state, passed(at - 1))), []);
      state = run(state, passed(at));
      assert.deepEqual(waiting(state), ['1']);
      state = run(state, sent('1'), error('1', 'unavailable', at));
    }
    assert.deepEqual([statuses(state), state.outbox[0].problem], [['failed'], 'unavailable']);
    const retried = run(state, { type: 'retried', id: '1' });
    assert.deepEqual(waiting(retried), ['1']);
    assert.deepEqual(statuses(run(retried, sent('1'), error('1', 'unavailable'))), ['doubted']);
  });

  test('a photo is, too', () => {
    const state = run(here, { ...composed('1', ''), photo }, sent('1'), error('1', 'unavailable'));
    assert.deepEqual(waiting(run(state, passed(DOUBT_MS))), ['1']);
  });

  test('comes before what was written after it', () => {
    const state = run(doubted, composed('2'));
    assert.deepEqual(waiting(state), []);
    assert.deepEqual(waiting(run(state, passed(DOUBT_MS))), ['1', '2']);
  });

  test('appears once, when it was kept after all', () => {
    const state = run(doubted, numbered(11, { id: '1', user: 'ann' }));
    assert.deepEqual([state.outbox, seqs(state)], [[], range(6, 11)]);
    assert.equal(state.entries.at(-1).own, true);
  });

  test('survives a lost connection', () => {
    const state = run(doubted, LOST, connecting(1), welcome({ seq: 10 }));
    assert.deepEqual(waiting(run(state, passed(DOUBT_MS))), ['1']);
  });
});

suite('an ack with the seq of the first time', () => {
  const again = run(doubted, passed(DOUBT_MS), sent('1'));

  test('of a message that is here ends it', () => {
    assert.deepEqual(run(again, ack('1', 8)).outbox, []);
  });

  test('of a message above what is loaded ends it: one scrolls up to it', () => {
    assert.deepEqual(run(again, ack('1', 3)).outbox, []);
  });

  test('of a message that is missing fetches it', () => {
    const state = run(again, ack('1', 12));
    assert.deepEqual(statuses(state), ['kept']);
    assert.deepEqual(nextPage(state.book, 1e6), { before: 13, limit: 2 });
    const records = [{ type: 'message', seq: 12, id: '1', user: 'ann', text: '1', at: 5 }];
    const fetched = run(state, { type: 'paged', before: 13, limit: 2, records, at: 0 });
    assert.deepEqual([fetched.outbox, seqs(fetched)], [[], [...range(6, 10), 12]]);
  });
});

test('what was too much at once was not sent: the person tries again', () => {
  const state = run(here, { ...composed('1', ''), photo }, sent('1'), error('1', 'rate_limited'));
  assert.deepEqual([statuses(state), state.outbox[0].problem], [['failed'], 'rate_limited']);
  assert.deepEqual(waiting(run(state, passed(1e6))), []);
  const retried = run(state, { type: 'retried', id: '1' });
  assert.deepEqual([waiting(retried), retried.outbox[0].photo], [['1'], photo]);
});

suite('an image of a replay', () => {
  const light = (seq) => frame({ type: 'image', seq, id: `p${seq}`, user: 'bob', mime: 'image/png',
    name: 'cat.png', at: 7, size: 1234, url: `/api/rooms/r/images/${seq}` });

  test('is a text frame: its picture is fetched when it is looked at', () => {
    const state = run(here, LOST, connecting(1), welcome({ seq: 12 }), light(11), light(12));
    assert.deepEqual(seqs(state).slice(-2), [11, 12]);
    const { picture, url, name } = state.entries.findLast(({ kind }) => kind === 'image');
    assert.deepEqual([picture, url, name], [null, '/api/rooms/r/images/12', 'cat.png']);
  });

  test('comes from the backend that one talks to', () => {
    const elsewhere = run(initial, entered('r', { origin: 'http://other:8002' }), connecting(),
      welcome({ seq: 0 }), light(1));
    assert.equal(elsewhere.entries.at(-1).url, 'http://other:8002/api/rooms/r/images/1');
  });

  test('of one’s own has the picture that one sent', () => {
    const state = run(here, { ...composed('p11', ''), photo }, sent('p11'), LOST, connecting(1),
      welcome({ seq: 11 }), frame({ ...light(11).frame, user: 'ann' }));
    assert.deepEqual([state.outbox, state.entries.at(-1).picture], [[], photo.blob]);
  });
});
