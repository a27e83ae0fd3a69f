import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { add, contiguous, from, has, missing } from '../../shared_client/state/seqs.js';

const of = (...seqs) => seqs.reduce(add, []);

suite('sets of seqs', () => {
  test('grow by neighbours, whatever their order', () => {
    assert.deepEqual(of(1, 2, 3), [[1, 3]]);
    assert.deepEqual(of(3, 1, 2), [[1, 3]]);
    assert.deepEqual(of(5, 1, 3), [[1, 1], [3, 3], [5, 5]]);
    assert.deepEqual(of(5, 1, 3, 4, 2), [[1, 5]]);
  });

  test('hold each once', () => {
    const held = of(1, 2, 4);
    assert.equal(add(held, 2), held);
    assert.deepEqual([1, 2, 3, 4, 5].map((seq) => has(held, seq)),
      [true, true, false, true, false]);
  });

  test('agree with plain sets', () => {
    let seed = 7;
    const next = () => (seed = (seed * 16807) % 2147483647);
    for (let round = 0; round < 50; round += 1) {
      const plain = new Set(Array.from({ length: 20 }, () => 1 + next() % 30));
      const held = of(...plain);
      const lacking = missing(held, 1, 30).flatMap(([first, to]) =>
        Array.from({ length: to - first + 1 }, (_, index) => first + index));
      for (let seq = 1; seq <= 30; seq += 1) {
        assert.equal(has(held, seq), plain.has(seq));
        assert.equal(lacking.includes(seq), !plain.has(seq));
      }
    }
  });

  test('are cut at a floor', () => {
    assert.deepEqual(from(of(1, 2, 3, 5), 2), [[2, 3], [5, 5]]);
    assert.deepEqual(from(of(1, 2), 3), []);
  });

  test('are contiguous up to the first hole', () => {
    assert.equal(contiguous(of(4, 5, 7), 4), 5);
    assert.equal(contiguous(of(5), 4), 3);
    assert.equal(contiguous([], 4), 3);
  });
});
