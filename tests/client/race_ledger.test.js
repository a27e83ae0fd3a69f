/** The account of the race: what was had, late, lost, twice, refused, and by whom. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { delivery, LOSS_MS, MOST_ROWS, REPORT_MS, size } from '../../shared_client/race/ledger.js';
import { initial, LONGEST_TICK_MS, messageId, numberOf, reduce } from '../../shared_client/race/state.js';

const SERVER = { framework: 'x', server: 'y', fanout: 'memory', history: 'off', version: '1', pid: 1 };

/** A race of two sides, on which the test does what servers and members do. */
class Track {
  at = 1000;

  constructor(members = 3) {
    this.state = initial(['left', 'right'], 'run');
    this.does({ type: 'passed', at: this.at });
    for (let member = 0; member < members; member += 1) {
      this.on('left', { type: 'joined', member, server: SERVER });
      this.on('right', { type: 'joined', member, server: SERVER });
    }
  }

  does(event) {
    this.state = reduce(this.state, event);
  }

  on(key, event) {
    this.does({ type: 'side', key, event });
  }

  /** @returns {number} its number */
  says({ to = ['left', 'right'], text = 'hello' } = {}) {
    const n = this.state.next;
    const written = Object.fromEntries(to.map((key, index) =>
      [key, { at: this.at, order: index + 1 }]));
    this.does({ type: 'said', now: this.at, kind: 'text', size: text.length, text, written });
    return n;
  }

  had(key, n, ...members) {
    for (const member of members) this.on(key, { type: 'had', n, member, at: this.at });
  }

  waits(ms) {
    for (let left = ms; left > 0; left -= 250) {
      this.at += Math.min(left, 250);
      this.does({ type: 'passed', at: this.at });
    }
  }

  goes(key, member, retryAt = 1) {
    this.on(key, { type: 'gone', member, code: 1006, reason: '', retryAt });
  }

  returns(key, member) {
    this.on(key, { type: 'joined', member, server: SERVER });
  }

  side(key) {
    return this.state.sides[key];
  }

  totals(key) {
    return this.side(key).ledger.totals;
  }

  row(key, n) {
    return this.side(key).ledger.rows.find((row) => row.n === n);
  }
}

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
    track.waits(LOSS_MS - 1);
    assert.equal(track.totals('left').lost, 0);
    track.waits(1);
    assert.equal(track.row('left', n).fate, 'lost');
    assert.equal(track.row('left', n).lost, 2);
    assert.equal(track.totals('left').lost, 2);
    assert.equal(track.totals('right').lost, 3);
    assert.equal(delivery(track.row('left', n)), null);
  });

  test('that comes too late stays lost, and is counted as late, once', () => {
    const track = new Track();
    const n = track.says();
    track.had('left', n, 0, 1);
    track.waits(LOSS_MS);
    track.had('left', n, 2);
    assert.deepEqual([track.totals('left').lost, track.totals('left').late], [1, 1]);
    track.had('left', n, 2);
    assert.deepEqual([track.totals('left').late, track.totals('left').duplicates], [1, 1]);
    assert.equal(track.row('left', n).late, 1);
  });

  test('has its 5 s from when it was written, and not from the page’s last tick', () => {
    const track = new Track();
    track.at += 249;
    track.says();
    track.waits(LOSS_MS - 1);
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
    track.waits(LOSS_MS);
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
    track.waits(LOSS_MS);
    assert.equal(track.row('left', n).fate, 'cut');
    assert.equal(track.totals('left').lost, 0);
  });

  test('that somebody had is lost to the others, though the speaker was cut off', () => {
    const track = new Track();
    const n = track.says();
    track.goes('left', 0);
    track.had('left', n, 1);
    track.waits(LOSS_MS);
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
    track.waits(LOSS_MS);
    const { lost, excused } = track.totals('left');
    assert.deepEqual([lost, excused, track.side('left').reconnects], [0, 1, 1]);
  });

  test('that returns is owed what is said from then on', () => {
    const track = new Track();
    track.goes('left', 2);
    track.returns('left', 2);
    const n = track.says();
    track.had('left', n, 0, 1);
    track.waits(LOSS_MS);
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

suite('the companion’s members', () => {
  /** Ten of them on the left, whose clock is 5000 ms ahead. */
  function withCrew() {
    const track = new Track(1);
    track.does({ type: 'companion', status: 'online' });
    track.does({ type: 'clock', askedAt: 10, heardAt: 10.5, at: 5010.25 });
    track.on('left', { type: 'crew', connected: 10, wanted: 10 });
    return track;
  }
  const report = (track, n, had) => track.does({ type: 'delivered', key: 'left', n, members: 10,
    had, firstAt: track.at + 5000, lastAt: track.at + 5004 });

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
    track.waits(LOSS_MS + 500);
    assert.equal(track.row('left', n), undefined);
    report(track, n, 9);
    assert.equal(track.totals('left').lost, 1);
  });

  for (const [name, happens] of [
    ['does not report', (track) => track.waits(LOSS_MS + REPORT_MS)],
    ['goes', (track) => track.does({ type: 'companion', status: 'away' })],
  ]) {
    test(`are no loss when the companion ${name}`, () => {
      const track = withCrew();
      const n = track.says();
      track.had('left', n, 0);
      happens(track);
      assert.equal(track.row('left', n).fate, 'whole');
      const { lost, unreported } = track.totals('left');
      assert.deepEqual({ lost, unreported }, { lost: 0, unreported: 1 });
    });
  }
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
    assert.ok(LONGEST_TICK_MS < LOSS_MS);
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

suite('whatever happens in whatever order', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    test(`the account balances (${seed})`, () => interleave(seed));
  }
});

/** Things happen at random; a plain model of one side says what the account has to come to. */
function interleave(seed) {
  let last = seed * 7919;
  const below = (count) => (last = (last * 16807) % 2147483647) % count;
  const track = new Track(4);
  const there = new Set([0, 1, 2, 3]);
  /** @type {Map<number, Record<'owed' | 'had' | 'left', Set<number>> & {members: number}>} */
  const open = new Map();
  const wanted = { delivered: 0, lost: 0, members: 0, duplicates: 0, late: 0, replayed: 0 };
  let lateOnes = [];
  for (let step = 0; step < 400; step += 1) {
    const numbers = [...open.keys()];
    switch (below(8)) {
      case 0: case 1: {
        const to = there.has(0) ? ['left'] : [];
        const n = track.says({ to });
        if (to.length > 0) {
          open.set(n, { owed: new Set(there), had: new Set(), left: new Set(), members: there.size });
        }
        break;
      }
      case 2: case 3: case 4: {
        const n = numbers[below(numbers.length || 1)];
        const member = below(4);
        const message = open.get(n);
        if (message === undefined || !there.has(member)) break;
        track.had('left', n, member);
        if (message.left.has(member)) wanted.replayed += 1;
        else if (message.had.has(member)) wanted.duplicates += 1;
        else if (message.owed.has(member)) message.had.add(member);
        else wanted.replayed += 1;
        break;
      }
      case 5: {
        const member = 1 + below(3);
        if (there.has(member)) {
          track.goes('left', member);
          for (const { owed, had, left } of open.values()) {
            left.add(member);
            if (!had.has(member)) owed.delete(member);
          }
          lateOnes = lateOnes.filter(([, each]) => each !== member);
        } else track.returns('left', member);
        there.has(member) ? there.delete(member) : there.add(member);
        break;
      }
      case 6: {
        const [n, member] = lateOnes.pop() ?? [];
        if (n === undefined || !there.has(member)) break;
        track.had('left', n, member);
        wanted.late += 1;
        break;
      }
      default:
        track.waits(1 + below(900));
    }
    settle();
  }
  track.waits(LOSS_MS + 1);
  settle();
  const totals = track.totals('left');
  assert.equal(open.size, 0);
  assert.equal(track.side('left').ledger.flying.length, 0);
  assert.equal(totals.delivered + totals.lost + totals.excused, wanted.members);
  assert.deepEqual({ ...wanted, ...totals }, { ...totals, ...wanted });
  const right = track.totals('right');
  assert.deepEqual([right.sent, right.lost, right.unsent], [0, 0, track.state.next - 1]);

  function settle() {
    for (const [n, { owed, had, members }] of open) {
      const row = track.row('left', n);
      if (row === undefined) continue;
      const lacking = [...owed].filter((member) => !had.has(member));
      assert.equal(row.fate, lacking.length > 0 ? 'lost' : 'whole');
      assert.equal(size(row.had), had.size);
      wanted.delivered += had.size;
      wanted.lost += lacking.length;
      wanted.members += members;
      open.delete(n);
      // Only who stays connected can have it late, and no replay.
      lateOnes = lacking.filter((member) => there.has(member)).map((member) => [n, member]);
    }
    const owing = [...open.values()].every(({ owed, had }) =>
      [...owed].some((member) => !had.has(member)));
    assert.ok(owing, 'nothing is open that nobody waits for');
  }
}
