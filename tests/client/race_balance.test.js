/** The account of the race under random events, against a simple model of one side. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { LATE_MS, SETTLE_MS, size } from '../../shared_client/race/ledger.js';
import { Track } from './race_track.js';

suite('whatever happens in whatever order', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    test(`the account balances (${seed})`, () => interleave(seed));
  }
});

/** Plays random events; a simple model of one side gives the expected totals. */
function interleave(seed) {
  let last = seed * 7919;
  const below = (count) => (last = (last * 16807) % 2147483647) % count;
  const track = new Track(4);
  const there = new Set([0, 1, 2, 3]);
  /** `gave`: members that were late when their connection ended.
   * @type {Map<number, Record<'owed' | 'had' | 'left' | 'gave', Set<number>>
   *   & {members: number, until: number}>} */
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
          open.set(n, { owed: new Set(there), had: new Set(), left: new Set(), gave: new Set(),
            members: there.size, until: track.at + LATE_MS });
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
        else if (message.owed.has(member)) {
          message.had.add(member);
          if (track.at >= message.until) wanted.late += 1;
        }
        else wanted.replayed += 1;
        break;
      }
      case 5: {
        const member = 1 + below(3);
        if (there.has(member)) {
          track.goes('left', member);
          for (const { owed, had, left, gave, until } of open.values()) {
            left.add(member);
            if (had.has(member)) continue;
            if (track.at < until) owed.delete(member);
            else if (owed.has(member)) gave.add(member);
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
        wanted.delivered += 1;
        wanted.lost -= 1;
        break;
      }
      default:
        track.waits(below(9) === 0 ? SETTLE_MS : 1 + below(900));
    }
    settle();
  }
  track.waits(LATE_MS + 1);
  settle();
  const totals = track.totals('left');
  assert.equal(open.size, 0);
  assert.equal(track.side('left').ledger.flying.length, 0);
  assert.equal(totals.delivered + totals.lost + totals.excused, wanted.members);
  assert.deepEqual({ ...wanted, ...totals }, { ...totals, ...wanted });
  const right = track.totals('right');
  assert.deepEqual([right.sent, right.lost, right.unsent], [0, 0, track.state.next - 1]);

  function settle() {
    for (const [n, { owed, had, left, members }] of open) {
      const row = track.row('left', n);
      if (row === undefined) continue;
      const lacking = [...owed].filter((member) => !had.has(member));
      assert.equal(row.fate, lacking.length > 0 ? 'lost' : 'whole');
      assert.equal(size(row.had), had.size);
      wanted.delivered += had.size;
      wanted.lost += lacking.length;
      wanted.members += members;
      open.delete(n);
      // Only a member that stayed connected can get it late; other members get a replay.
      lateOnes = lacking.filter((member) => !left.has(member)).map((member) => [n, member]);
    }
    const owing = [...open.values()].every(({ owed, had, gave }) =>
      [...owed].some((member) => !had.has(member) && !gave.has(member)));
    assert.ok(owing, 'nothing is open that nobody waits for');
  }
}
