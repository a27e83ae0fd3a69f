/** The announcement of entries that arrive together. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { told } from '../../shared_client/views/announcer.js';
import { words } from '../../shared_client/words/words.js';

const message = (text) => ({ kind: 'message', user: 'Bob', text });
const notice = (name, detail) => ({ kind: 'notice', notice: name, detail });
const joins = (count) => Array.from({ length: count }, () => notice('joined', 'Eve'));
const failure = { problem: 'rate_limited', status: 'failed' };

suite('what is read out', () => {
  test('a few things are, one by one', () => {
    assert.deepEqual(told([notice('joined', 'Bob'), message('hello')], true),
      [words.notices.joined('Bob'), 'Bob: hello']);
  });

  test('many messages are counted, and nothing else is counted with them', () => {
    const items = [...joins(2), message('1'), message('2'), message('3'), message('4')];
    assert.deepEqual(told(items, true), [words.unread(4)]);
  });

  test('who comes and goes is left out where there is much to say', () => {
    assert.deepEqual(told([...joins(9), message('hello')], true), ['Bob: hello']);
    assert.deepEqual(told(joins(9), true), []);
  });

  test('what went wrong is told in any case, once', () => {
    const items = [...Array(5).fill(message('x')), failure, failure, notice('lost', '1012')];
    assert.deepEqual(told(items, true),
      [words.failed.rate_limited, words.closed[1012], words.unread(5)]);
  });
});
