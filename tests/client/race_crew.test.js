/** The companion's members in the account of the race: reported and unreported deliveries. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  delivery, LATE_MS, overdue, REPORT_MS, SETTLE_MS,
} from '../../shared_client/race/ledger.js';
import { Track } from './race_track.js';

suite('the companion’s members', () => {
  /** Ten members on the left; the companion's clock is 5000 ms ahead. */
  function withCrew() {
    const track = new Track(1);
    track.does({ type: 'companion', status: 'online' });
    track.does({ type: 'clock', askedAt: 10, heardAt: 10.5, at: 5010.25 });
    track.on('left', { type: 'crew', connected: 10, wanted: 10 });
    return track;
  }
  /** The last report on a message; the others follow where `waiting` is not 0. */
  const report = (track, n, had, { late = 0, waiting = 0 } = {}) => track.does({ type: 'delivered',
    key: 'left', n, members: 10, had, late, waiting, firstAt: track.at + 5000,
    lastAt: track.at + 5004 });
  const sums = (track) => {
    const { whole, lost, late, delivered, unreported } = track.totals('left');
    return { whole, lost, late, delivered, unreported };
  };

  test('belong to everybody: it is whole when they had it, too', () => {
    const track = withCrew();
    const n = track.says();
    track.at += 3;
    track.had('left', n, 0);
    assert.equal(track.row('left', n), undefined);
    report(track, n, 10);
    assert.equal(delivery(track.row('left', n)), 7);
    assert.equal(track.row('left', n).crew.give, 0.25);
    assert.equal(track.totals('left').delivered, 11);
  });

  test('lose what they did not have', () => {
    const track = withCrew();
    const n = track.says();
    track.had('left', n, 0);
    report(track, n, 7);
    assert.equal(track.totals('left').lost, 3);
  });

  test('may tell only after the 5 s what they lack', () => {
    const track = withCrew();
    const n = track.says();
    track.had('left', n, 0);
    track.waits(LATE_MS + 500);
    assert.equal(track.row('left', n), undefined);
    report(track, n, 9);
    assert.equal(track.totals('left').lost, 1);
  });

  test('are late, and not lost, while the companion waits for them', () => {
    const track = withCrew();
    track.does({ type: 'started' });
    const n = track.says();
    track.had('left', n, 0);
    track.waits(LATE_MS + 500);
    report(track, n, 7, { waiting: 3 });
    assert.deepEqual([track.row('left', n), overdue(track.side('left').ledger)], [undefined, 3]);
    track.waits(10 * LATE_MS);
    report(track, n, 9, { late: 2, waiting: 1 });
    assert.deepEqual([track.totals('left').late, overdue(track.side('left').ledger)], [2, 1]);
    report(track, n, 10, { late: 3 });
    assert.deepEqual(sums(track), { whole: 1, lost: 0, late: 3, delivered: 11, unreported: 0 });
    assert.equal(delivery(track.row('left', n)), 11 * LATE_MS + 504);
  });

  test('keep their side from being quiet as long as late ones come', () => {
    const track = withCrew();
    const n = track.says();
    track.had('left', n, 0);
    track.waits(LATE_MS + 250);
    for (let had = 1; had < 10; had += 1) {
      report(track, n, had, { late: had - 1, waiting: 10 - had });
      track.waits(SETTLE_MS - 250);
    }
    assert.equal(track.row('left', n), undefined);
    track.waits(SETTLE_MS);
    assert.deepEqual(sums(track), { whole: 0, lost: 1, late: 8, delivered: 10, unreported: 0 });
  });

  test('are only late after all if the message comes after it was given up', () => {
    const track = withCrew();
    const n = track.says();
    track.had('left', n, 0);
    track.waits(LATE_MS + 250);
    report(track, n, 7, { waiting: 3 });
    track.waits(SETTLE_MS);
    assert.equal(track.totals('left').lost, 3);
    report(track, n, 9, { late: 2, waiting: 1 });
    assert.deepEqual([track.row('left', n).fate, track.totals('left').lost], ['lost', 1]);
    report(track, n, 10, { late: 3 });
    report(track, n, 10, { late: 3 });
    assert.deepEqual(sums(track), { whole: 1, lost: 0, late: 3, delivered: 11, unreported: 0 });
    assert.equal(track.row('left', n).fate, 'whole');
  });

  test('that are late are lost when their connections end, and the companion says so', () => {
    const track = withCrew();
    track.does({ type: 'started' });
    const n = track.says();
    track.had('left', n, 0);
    track.waits(LATE_MS + 250);
    report(track, n, 7, { waiting: 3 });
    report(track, n, 8, { late: 1 });
    assert.deepEqual(sums(track), { whole: 0, lost: 2, late: 1, delivered: 9, unreported: 0 });
  });

  test('that waited when the companion went are not known to have lost it', () => {
    const track = withCrew();
    const n = track.says();
    track.had('left', n, 0);
    report(track, n, 7, { waiting: 3 });
    track.does({ type: 'companion', status: 'away' });
    assert.equal(track.row('left', n).fate, 'unreported');
    assert.deepEqual(sums(track), { whole: 0, lost: 0, late: 0, delivered: 8, unreported: 1 });
    report(track, n, 10, { late: 3 });
    assert.equal(track.row('left', n).fate, 'unreported');
  });

  for (const [name, happens] of [
    ['does not report', (track) => track.waits(LATE_MS + REPORT_MS)],
    ['goes', (track) => track.does({ type: 'companion', status: 'away' })],
  ]) {
    test(`are neither with those who had it nor a loss when the companion ${name}`, () => {
      const track = withCrew();
      const n = track.says();
      track.had('left', n, 0);
      happens(track);
      assert.equal(track.row('left', n).fate, 'unreported');
      assert.equal(delivery(track.row('left', n)), null);
      const { whole, lost, unreported } = track.totals('left');
      assert.deepEqual({ whole, lost, unreported }, { whole: 0, lost: 0, unreported: 1 });
    });
  }

  test('of whom nobody reports leave a loss in this page a loss', () => {
    const track = withCrew();
    const n = track.says();
    track.does({ type: 'companion', status: 'away' });
    assert.equal(track.row('left', n), undefined);
    track.waits(LATE_MS);
    assert.equal(track.row('left', n).fate, 'lost');
    assert.deepEqual([track.totals('left').lost, track.totals('left').unreported], [1, 0]);
  });

  test('leave a member of this page late that has it after the 5 s', () => {
    const track = withCrew();
    track.returns('left', 1);
    const n = track.says();
    track.had('left', n, 0);
    track.waits(LATE_MS + 100);
    track.had('left', n, 1);
    track.had('left', n, 1);
    report(track, n, 10);
    const row = track.row('left', n);
    assert.deepEqual([row.fate, row.lost, row.late, row.copies], ['whole', 0, 1, 1]);
    const { delivered, lost, late, duplicates } = track.totals('left');
    assert.deepEqual({ delivered, lost, late, duplicates },
      { delivered: 12, lost: 0, late: 1, duplicates: 1 });
  });

  test('excuse no member of this page that goes after its 5 s', () => {
    const track = withCrew();
    track.returns('left', 1);
    const n = track.says();
    track.had('left', n, 0);
    track.waits(LATE_MS + 100);
    track.goes('left', 1);
    report(track, n, 10);
    assert.equal(track.row('left', n).lost, 1);
  });

  test('are told of with what keeps them away, until they are there', () => {
    const track = withCrew();
    const told = (connected, trouble) => track.on('left', { type: 'crew', connected, wanted: 10,
      trouble });
    told(8, 'closed with 1013: too slow');
    assert.equal(track.side('left').crew.trouble, 'closed with 1013: too slow');
    told(10, null);
    assert.equal(track.side('left').crew.trouble, null);
    told(8, 'closed');
    track.does({ type: 'companion', status: 'away', code: 1013, reason: '16 pages are here' });
    assert.equal(track.side('left').crew.trouble, null);
    assert.deepEqual(track.state.companion.closed, { code: 1013, reason: '16 pages are here' });
    track.does({ type: 'companion', status: 'online' });
    assert.equal(track.state.companion.closed, null);
    track.does({ type: 'complaint', detail: 'No such room.' });
    assert.equal(track.state.companion.complaint, 'No such room.');
    track.does({ type: 'companion', status: 'away' });
    assert.equal(track.state.companion.complaint, '');
  });
});
