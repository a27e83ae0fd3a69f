/** The controls of a side offer only arms that exist. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { choose, offered } from '../../shared_client/stacks/choice.js';

const arms = ['uvicorn memory standard', 'uvicorn redis standard', 'uvicorn memory tuned',
  'uvicorn redis tuned', 'daphne memory standard', 'daphne redis standard', 'daphne redis tutorial',
  'granian memory standard'].map((id) => {
  const [server, fanout, variant] = id.split(' ');
  return { id, server, fanout, variant, missing: null };
});
const arm = (id) => arms.find((each) => each.id === id);

suite('the choices of a side', () => {
  test('are those that exist with the choices before', () => {
    assert.deepEqual(offered(arms, arm('daphne redis tutorial')), {
      server: ['uvicorn', 'daphne', 'granian'], fanout: ['memory', 'redis'],
      variant: ['standard', 'tutorial'] });
    assert.deepEqual(offered(arms, arm('granian memory standard')).fanout, ['memory']);
  });

  for (const [from, part, value, to] of [
    ['uvicorn redis tuned', 'variant', 'standard', 'uvicorn redis standard'],
    ['uvicorn redis tuned', 'fanout', 'memory', 'uvicorn memory tuned'],
    ['uvicorn redis tuned', 'server', 'daphne', 'daphne redis standard'],
    ['daphne redis tutorial', 'fanout', 'memory', 'daphne memory standard'],
    ['daphne redis tutorial', 'server', 'granian', 'granian memory standard'],
    ['uvicorn memory tuned', 'server', 'granian', 'granian memory standard'],
  ]) {
    test(`${from}, with ${value}: ${to}`, () => {
      assert.equal(choose(arms, arm(from), part, value)?.id, to);
    });
  }

  test('that do not exist change nothing', () => {
    assert.equal(choose(arms, arm('uvicorn redis tuned'), 'server', 'nginx'), undefined);
  });
});
