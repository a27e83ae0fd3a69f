/** The result of the race: the ratio of both medians, its interval, and when there is none. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { MOST_LAG_MS, NO_LAG } from '../../shared_client/race/lag.js';
import { LATE_MS } from '../../shared_client/race/ledger.js';
import { estimate, LEAST_PAIRS } from '../../shared_client/race/ratio.js';
import {
  createResult, LEAST_RATIO, pairsOf, resultOf,
} from '../../shared_client/race/result.js';
import { resultWords } from '../../shared_client/race/result_words.js';
import { raceEnglish } from '../../shared_client/words/race_english.js';
import { raceJapanese } from '../../shared_client/words/race_japanese.js';
import { Track } from './race_track.js';

const LIST = [{ key: 'left', label: 'Left' }, { key: 'right', label: 'Right' }];

function all(pairs, resamples) {
  const steps = estimate(pairs, resamples);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Repeatable, uniform in 0 to 1. */
function randoms(seed) {
  let last = seed * 7919;
  return () => (last = (last * 16807) % 2147483647) / 2147483647;
}

/**
 * Times as a race has them: skewed, and alike when they are near each other, because both sides
 * wait for the same pauses.
 */
function racing(seed, count, factor = 1) {
  const random = randoms(seed);
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  let [shared, left, right] = [0, 0, 0];
  return Array.from({ length: count }, () => {
    shared = 0.7 * shared + 0.3 * normal();
    left = 0.6 * left + 0.3 * normal();
    right = 0.6 * right + 0.3 * normal();
    return [factor * 5 * Math.exp(shared + left), 5 * Math.exp(shared + right)];
  });
}

suite('the ratio of the medians', () => {
  test('has the medians that the board shows, within its interval', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const pairs = racing(seed, LEAST_PAIRS + 7 * seed, 2);
      const median = (side) => pairs.map((pair) => pair[side]).sort((one, other) => one - other)
        .at(Math.ceil(pairs.length / 2) - 1);
      const { count, ratio, low, high } = all(pairs, 300);
      assert.equal(count, pairs.length);
      assert.equal(ratio, median(0) / median(1));
      assert.ok(low <= ratio && ratio <= high, `${low} ${ratio} ${high}`);
    }
  });

  test('is turned when the sides change places, and grows with the time of one side', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const pairs = racing(seed, 60);
      const { ratio, low, high } = all(pairs);
      const turned = all(pairs.map(([left, right]) => [right, left]));
      const slower = all(pairs.map(([left, right]) => [4 * left, right]));
      const near = (one, other) => assert.ok(Math.abs(one / other - 1) < 1e-9, `${one} ${other}`);
      [[turned.ratio, 1 / ratio], [turned.low, 1 / high], [turned.high, 1 / low],
        [slower.ratio, 4 * ratio], [slower.low, 4 * low], [slower.high, 4 * high],
      ].forEach(([one, other]) => near(one, other));
      assert.deepEqual(all(pairs), { count: 60, ratio, low, high }, 'the same pairs, the same answer');
    }
  });

  test('has an interval that gets narrower with more messages', () => {
    const width = (count) => {
      const { low, high } = all(racing(3, count), 400);
      return high / low;
    };
    assert.ok(width(3000) < width(300) && width(300) < width(40));
  });

  test('is in its interval nineteen times out of twenty, also where neighbours are alike', () => {
    const rounds = 200;
    let outside = 0;
    for (let seed = 1; seed <= rounds; seed += 1) {
      const { low, high } = all(racing(seed, 300), 400);
      if (low > 1 || high < 1) outside += 1;
    }
    // Without blocks, it would be 16 %.
    assert.ok(outside >= 1 && outside <= 0.08 * rounds, `${outside} of ${rounds}`);
  });

  test('of times below the clock’s ticks is 1, and no number without a meaning', () => {
    assert.deepEqual(all(Array.from({ length: 40 }, () => [0, 0]), 100),
      { count: 40, ratio: 1, low: 1, high: 1 });
  });
});

suite('the result', () => {
  const found = (ratio, low, high) => ({ count: 101, ratio, low, high });

  test('names a winner only if the whole interval is beyond 1, by more than a little', () => {
    for (const [one, is, side] of [
      [found(2.8, 2.4, 3.1), 'faster', 1], [found(0.4, 0.3, 0.5), 'faster', 0],
      [found(1.2, 0.99, 1.5), 'none'], [found(0.9, 0.7, 1), 'none'], [found(1, 1, 1), 'none'],
      [found(1.03, 1.01, 1.04), 'little', 1], [found(0.97, 0.96, 0.99), 'little', 0],
      [found(1.04, 1.01, 1.3), 'little', 1], [found(0.9, 0.7, 0.99), 'little', 0],
      [found(1.5, LEAST_RATIO, 2), 'faster', 1], [found(0.7, 0.5, 1 / LEAST_RATIO), 'faster', 0],
    ]) {
      const result = resultOf(NO_LAG, 101, one);
      assert.deepEqual([result.is, result.side], [is, side], JSON.stringify(one));
      if (is === 'little') {
        const { low, high } = result.estimate;
        assert.ok(low > 1 && low < LEAST_RATIO);
        assert.equal(result.surely, high < LEAST_RATIO);
      }
      if (is !== 'faster') continue;
      const { ratio, low, high } = result.estimate;
      assert.ok(LEAST_RATIO <= low && low <= ratio && ratio <= high);
    }
  });

  test('is none where the page was the limit, and waits for enough messages', () => {
    const late = { last: [], worst: MOST_LAG_MS + 1 };
    assert.deepEqual(resultOf(late, 101, found(3, 2, 4)), { is: 'limit' });
    assert.deepEqual(resultOf(NO_LAG, 7, null), { is: 'waiting', count: 7 });
  });

  test('is of the messages that both sides delivered to all, in the order of sending', () => {
    const track = new Track(1);
    const [a, b, c, d] = [track.says(), track.says(), track.says(), track.says()];
    track.at += 1;
    track.had('left', b, 0);
    track.had('right', a, 0);
    track.at += 1;
    track.had('left', a, 0);
    track.had('right', b, 0);
    track.had('left', c, 0);
    track.had('right', d, 0);
    assert.deepEqual(pairsOf(track.state), [[2, 1], [1, 2]]);
    track.waits(2 * LATE_MS);
    assert.deepEqual(pairsOf(track.state), [[2, 1], [1, 2]], 'without the lost ones');
  });

  /** A race whose left side takes `factor` times as long. */
  function raced(count, factor) {
    const track = new Track(1);
    for (let more = 0; more < count; more += 1) {
      const n = track.says();
      track.at += 3;
      track.had('right', n, 0);
      track.at += 3 * (factor - 1);
      track.had('left', n, 0);
    }
    return track;
  }

  test('comes in small steps, once there are enough messages, and goes with the reset', () => {
    const steps = [];
    let [now, changes] = [0, 0];
    const clock = { now: () => now, soon: (step) => steps.push(step) };
    const result = createResult(() => { changes += 1; }, clock);
    const few = raced(LEAST_PAIRS - 1, 2);
    assert.deepEqual(result.look(few.state), { is: 'waiting', count: LEAST_PAIRS - 1 });
    const n = few.says();
    few.at += 3;
    few.had('right', n, 0);
    few.had('left', n, 0);
    assert.equal(result.look(few.state).count, LEAST_PAIRS - 1, 'it looks only now and then');
    now += 10_000;
    assert.equal(result.look(few.state).is, 'waiting');
    let taken = 0;
    for (; steps.length > 0; taken += 1) {
      clock.now = () => (now += 1); // each look at the clock takes 1 ms
      steps.shift()();
    }
    assert.ok(taken > 50, `${taken}`);
    assert.equal(changes, 1);
    const { is, side, estimate: { count, ratio } } = result.look(few.state);
    assert.deepEqual([is, side, count, ratio], ['faster', 1, LEAST_PAIRS, 2]);
    few.does({ type: 'reset', run: 'another' });
    assert.deepEqual(result.look(few.state), { is: 'waiting', count: 0 });
  });

  test('that is not needed any more is not worked on', () => {
    const steps = [];
    let changes = 0;
    const result = createResult(() => { changes += 1; },
      { now: () => 0, soon: (step) => steps.push(step) });
    result.look(raced(LEAST_PAIRS, 2).state);
    assert.equal(steps.length, 1);
    result.close();
    steps.shift()();
    assert.deepEqual([steps.length, changes], [0, 0]);
  });

  test('is said with its interval, its count, and what else differs', () => {
    const track = raced(2, 2);
    const say = (result) => resultWords(result, track.state, LIST).join(' ');
    assert.equal(say({ is: 'faster', side: 1, estimate: found(2.8, 2.36, 3.14) }),
      'Right delivered 2.8 × faster (median, n = 101, 95 % 2.4–3.1).');
    assert.equal(say({ is: 'none', estimate: found(1.034, 0.94, 1.117) }), 'No difference shown: Left '
      + 'took 1.03 × the time of Right (median, n = 101, 95 % 0.94–1.12).');
    assert.equal(say(resultOf(NO_LAG, 101, found(1.03, 1.01, 1.04))),
      'Less than 5 %: Right was only 1.03 × as fast (median, n = 101, 95 % 1.01–1.04).');
    assert.equal(say(resultOf(NO_LAG, 101, found(1 / 1.04, 1 / 1.2, 1 / 1.02))),
      'Perhaps less than 5 %: Left was 1.04 × as fast (median, n = 101, 95 % 1.02–1.20).');
    assert.equal(say({ is: 'waiting', count: 0 }), '');
    assert.match(say({ is: 'waiting', count: 12 }), /needs 100 messages .* has 12/);
    assert.equal(say({ is: 'limit' }), raceEnglish.result.limit);
    track.on('left', { type: 'joined', member: 0, server: { framework: 'x', server: 'daphne',
      fanout: 'redis', history: 'off', version: '1', pid: 1 } });
    track.says();
    track.had('right', 3, 0);
    track.waits(2 * LATE_MS);
    assert.match(say({ is: 'none', estimate: found(1, 1, 1) }), new RegExp('Left 1, Right 0\\. '
      + 'Not only the framework differs: daphne / y, redis / memory\\.$'));
  });

  test('has the same figures in both languages', () => {
    for (const { result } of [raceEnglish, raceJapanese]) {
      assert.match(result.faster('Right', found(12.4, 9.96, 15.5)), /Right.*12\.4.*101.*10\.0–15\.5/);
      assert.match(result.none('Left', 'Right', found(1.034, 0.94, 1.117)),
        /Left.*1\.03.*101.*0\.94–1\.12/);
      for (const words of [result.little, result.perhapsLittle]) {
        assert.match(words('Right', found(1.03, 1.01, 1.04)), /5 %.*Right.*1\.03.*101.*1\.01–1\.04/);
      }
    }
  });
});
