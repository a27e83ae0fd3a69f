/** The account of the race: delivered, late, lost, duplicate and refused messages. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { delivery, LATE_MS, MOST_ROWS, overdue, SETTLE_MS } from '../../shared_client/race/ledger.js';
import { LONGEST_TICK_MS, messageId, numberOf } from '../../shared_client/race/state.js';
import { Track } from './race_track.js';

suite('a message', () => {
  test('is whole when every member had it, with the times of first, last and round trip', () => {
    const track = new Track();
    const n = track.says();
    track.at += 2;
    track.had('left', n, 1);
    track.at += 3;
    track.had('left', n, 0);
    assert.equal(track.row('left', n), undefined);
    track.at += 4;
    track.had('left', n, 2);
    const { fate, first, last, trip, members } = track.row('left', n);
    assert.deepEqual({ fate, first, last, trip, members },
      { fate: 'whole', first: 2, last: 9, trip: 5, members: 3 });
    assert.equal(delivery(track.row('left', n)), 9);
    assert.equal(track.side('right').ledger.flying.length, 1);
  });

  test('is lost at who was connected all the while and did not have it, and not before', () => {
    const track = new Track();
    const n = track.says();
    track.had('left', n, 0);
    track.waits(LATE_MS - 1);
    assert.equal(track.totals('left').lost, 0);
    track.waits(1);
    assert.equal(track.row('left', n).fate, 'lost');
    assert.equal(track.row('left', n).lost, 2);
    assert.equal(track.totals('left').lost, 2);
    assert.equal(track.totals('right').lost, 3);
    assert.equal(delivery(track.row('left', n)), null);
  });

  test('that comes too late is late, and not lost, also after it was given up', () => {
    const track = new Track();
    const n = track.says();
    track.had('left', n, 0, 1);
    track.waits(LATE_MS);
    assert.deepEqual([track.totals('left').lost, track.totals('left').late], [1, 0]);
    track.at += 100;
    track.had('left', n, 2);
    const { lost, late, delivered, whole } = track.totals('left');
    assert.deepEqual({ lost, late, delivered, whole }, { lost: 0, late: 1, delivered: 3, whole: 1 });
    assert.equal(delivery(track.row('left', n)), LATE_MS + 100);
    track.had('left', n, 2);
    assert.deepEqual([track.totals('left').late, track.totals('left').duplicates], [1, 1]);
    assert.equal(track.row('left', n).late, 1);
  });

  test('is not lost while the load runs, and not before its side was quiet after it', () => {
    const track = new Track();
    track.does({ type: 'started' });
    const n = track.says();
    track.had('left', n, 0);
    track.waits(10 * LATE_MS);
    const lostAndLate = () => [track.totals('left').lost, overdue(track.side('left').ledger)];
    assert.deepEqual(lostAndLate(), [0, 2]);
    track.does({ type: 'paused' });
    const last = track.says();
    track.waits(SETTLE_MS - 250);
    track.had('left', last, 0, 1, 2);
    track.waits(SETTLE_MS - 250);
    assert.deepEqual(lostAndLate(), [0, 2]);
    track.had('left', n, 1);
    assert.deepEqual([track.totals('left').late, overdue(track.side('left').ledger)], [1, 1]);
    track.waits(SETTLE_MS);
    assert.deepEqual(lostAndLate(), [1, 0]);
  });

  test('is under way as long as the page still sends to its side', () => {
    const track = new Track();
    track.says();
    for (let second = 0; second < 20; second += 1) {
      track.waits(1000);
      track.does({ type: 'passed', at: track.at, sending: ['left'] });
    }
    assert.deepEqual([track.totals('left').lost, track.totals('right').lost], [0, 3]);
    track.waits(SETTLE_MS);
    assert.equal(track.totals('left').lost, 3);
  });

  test('that is late is lost to a member whose connection ends', () => {
    const track = new Track();
    track.does({ type: 'started' });
    const n = track.says();
    track.had('left', n, 0, 1);
    track.waits(LATE_MS);
    track.goes('left', 2);
    assert.equal(track.row('left', n).fate, 'lost');
    assert.deepEqual([track.totals('left').lost, track.totals('left').excused], [1, 0]);
  });

  test('has its 5 s from when it was written, and not from the page’s last tick', () => {
    const track = new Track();
    track.at += 249;
    track.says();
    track.waits(LATE_MS - 1);
    assert.equal(track.totals('left').lost, 0);
    track.waits(1);
    assert.equal(track.totals('left').lost, 3);
  });

  test('that comes twice is a duplicate, in flight and after', () => {
    const track = new Track();
    const n = track.says();
    track.had('left', n, 1, 1, 0, 2);
    assert.equal(track.totals('left').duplicates, 1);
    track.had('left', n, 2);
    assert.equal(track.totals('left').duplicates, 2);
    assert.equal(track.row('left', n).copies, 2);
    assert.equal(track.totals('left').delivered, 3);
  });

  test('that was refused is no loss', () => {
    const track = new Track();
    const n = track.says();
    track.on('left', { type: 'refused', n, code: 'rate_limited' });
    track.waits(LATE_MS);
    assert.equal(track.row('left', n).code, 'rate_limited');
    const { refused, lost, excused } = track.totals('left');
    assert.deepEqual({ refused, lost, excused }, { refused: 1, lost: 0, excused: 3 });
  });

  test('to a side without a connection is not sent there, and goes to the other', () => {
    const track = new Track();
    const n = track.says({ to: ['right'] });
    track.had('right', n, 0, 1, 2);
    assert.equal(track.row('left', n).fate, 'unsent');
    const { sent, unsent, lost } = track.totals('left');
    assert.deepEqual({ sent, unsent, lost }, { sent: 0, unsent: 1, lost: 0 });
    assert.equal(track.totals('right').whole, 1);
  });

  test('that nobody had before the speaker was cut off may not have got out: no loss', () => {
    const track = new Track();
    const n = track.says();
    track.goes('left', 0);
    track.waits(LATE_MS);
    assert.equal(track.row('left', n).fate, 'cut');
    assert.equal(track.totals('left').lost, 0);
  });

  test('that somebody had is lost to the others, though the speaker was cut off', () => {
    const track = new Track();
    const n = track.says();
    track.goes('left', 0);
    track.had('left', n, 1);
    track.waits(LATE_MS);
    assert.equal(track.row('left', n).lost, 1);
  });

  test('crosses others: each side has its own order, and answers for itself', () => {
    const track = new Track(1);
    const [first, second] = [track.says(), track.says()];
    track.had('left', second, 0);
    track.had('right', first, 0);
    track.had('right', second, 0);
    track.had('left', first, 0);
    assert.deepEqual(track.side('left').ledger.rows.map(({ n }) => n), [second, first]);
    assert.deepEqual(track.side('right').ledger.rows.map(({ n }) => n), [first, second]);
    assert.deepEqual(track.totals('left'), track.totals('right'));
  });
});

suite('a member', () => {
  test('that was away in between is owed nothing from before', () => {
    const track = new Track();
    const n = track.says();
    track.had('left', n, 0, 1);
    track.goes('left', 2);
    assert.equal(track.row('left', n).fate, 'whole');
    track.returns('left', 2);
    track.waits(LATE_MS);
    const { lost, excused } = track.totals('left');
    assert.deepEqual([lost, excused, track.side('left').reconnects], [0, 1, 1]);
  });

  test('that returns is owed what is said from then on', () => {
    const track = new Track();
    track.goes('left', 2);
    track.returns('left', 2);
    const n = track.says();
    track.had('left', n, 0, 1);
    track.waits(LATE_MS);
    assert.equal(track.totals('left').lost, 1);
  });

  test('a replay is neither a delivery nor a duplicate', () => {
    const track = new Track();
    const [had, flying] = [track.says(), track.says()];
    track.had('left', had, 0, 1, 2);
    track.goes('left', 2);
    track.returns('left', 2);
    track.had('left', had, 2);
    track.had('left', flying, 2);
    const { delivered, duplicates, replayed } = track.totals('left');
    assert.deepEqual({ delivered, duplicates, replayed },
      { delivered: 3, duplicates: 0, replayed: 2 });
  });

  test('that is sent away is no reconnect when it comes again', () => {
    const track = new Track();
    track.on('left', { type: 'dismissed', member: 2 });
    track.returns('left', 2);
    assert.equal(track.side('left').reconnects, 0);
  });
});

suite('the race', () => {
  test('does not hold against anybody that the page slept', () => {
    const track = new Track();
    const n = track.says();
    track.at += 60_000;
    track.does({ type: 'passed', at: track.at });
    assert.equal(track.totals('left').lost, 0);
    track.had('left', n, 0, 1, 2);
    assert.equal(track.totals('left').whole, 1);
    assert.ok(LONGEST_TICK_MS < LATE_MS);
  });

  test('starts anew: what is under way from before is another run’s', () => {
    const track = new Track();
    const n = track.says();
    track.had('left', n, 0, 1, 2);
    const id = messageId(track.state.run, n);
    track.does({ type: 'reset', run: 'other' });
    assert.equal(numberOf(track.state.run, id), null);
    assert.deepEqual([track.totals('left').sent, track.side('right').ledger.flying.length], [0, 0]);
    const again = track.says();
    assert.equal(again, 1);
    track.had('left', again, 0, 1, 2);
    assert.equal(track.totals('left').whole, 1);
  });

  test('knows its own messages only', () => {
    assert.equal(numberOf('run', messageId('run', 12)), 12);
    for (const id of ['race-run-', 'race-run-0', 'race-run--1', 'race-run-1.5', 'race-runs-1',
      'x', 12, undefined, 'race-run-NaN']) assert.equal(numberOf('run', id), null);
  });

  test('is the same where time passed and nothing else, so that nothing is reckoned anew', () => {
    const track = new Track();
    const n = track.says();
    const { sides } = track.state;
    track.waits(LATE_MS - 250);
    assert.equal(track.state.sides, sides);
    track.waits(250);
    assert.equal(track.row('left', n).fate, 'lost');
  });

  test('forgets the oldest, and keeps the totals', () => {
    const track = new Track(1);
    for (let step = 0; step < MOST_ROWS + 5; step += 1) {
      track.had('left', track.says({ to: ['left'], text: '😀'.repeat(200) }), 0);
    }
    const { rows } = track.side('left').ledger;
    assert.equal(rows.length, MOST_ROWS);
    assert.equal(rows[0].n, 6);
    assert.equal([...rows[0].text].length, 80);
    assert.equal(track.totals('left').whole, MOST_ROWS + 5);
    assert.equal(track.side('right').ledger.rows.length, MOST_ROWS);
  });
});
