/** The feature to which an entry of the inspector leads. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { featureOf } from '../../shared_client/code/features.js';

const frame = (what, type) => featureOf({ what, at: 0, n: 1,
  frame: { binary: false, type, size: 2, text: '{}' } });

test('a frame leads to the feature by its type and direction', () => {
  assert.equal(frame('out', 'typing'), 'receive');
  assert.equal(frame('in', 'typing'), 'deliver');
  assert.equal(frame('out', 'react'), 'reactions');
  assert.equal(frame('in', 'ack'), 'persist');
});

test('what the contract does not have is refused where it is received', () => {
  for (const type of ['shout', '', 'constructor']) {
    assert.equal(frame('out', type), 'receive');
    assert.equal(frame('in', type), null);
  }
});

test('an event of the connection leads to its feature, if a chat has a part in it', () => {
  const closed = (code) => featureOf({ what: 'closed', at: 0, n: 1, code, reason: '', wait: null });
  assert.deepEqual([1013, 4401, 4403, 4999].map(closed),
    ['deliver', 'authenticate', 'private-rooms', 'disconnect']);
  assert.equal(featureOf({ what: 'open', at: 0, n: 1, protocol: '', ms: 1 }), 'connect');
  assert.equal(featureOf({ what: 'stalled', at: 0, n: 1 }), null);
});
