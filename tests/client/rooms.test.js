/** The offered rooms and the remembered rooms. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { choicesFor, isInvitation, meant } from '../../shared_client/rooms/choices.js';
import { MOST_RECENT, readRecent, withNewest } from '../../shared_client/rooms/recent.js';

const BUSY = [
  { room: 'tea', members: 2 }, { room: 'Lobby', members: 7 }, { room: 'attic', members: 2 },
];
const names = (choices) => choices.map(({ room }) => room);

suite('the rooms that are offered', () => {
  test('the one where one is comes first, then the fullest', () => {
    const { busy } = choicesFor(BUSY, [], { current: 'tea' });
    assert.deepEqual(names(busy), ['tea', 'Lobby', 'attic']);
    assert.deepEqual(names(choicesFor(BUSY, []).busy), ['Lobby', 'attic', 'tea']);
  });

  test('a recent one is offered once, and not where one is', () => {
    const { recent } = choicesFor(BUSY, ['tea', 'here', 'old'], { current: 'here' });
    assert.deepEqual(recent, [{ room: 'old', members: null }]);
  });

  test('a recent room may have any name', () => {
    assert.deepEqual(names(choicesFor(BUSY, ['null']).recent), ['null']);
  });

  test('they match what is typed, in any case, with or without its #', () => {
    for (const typed of ['lob', '#LOB', ' lobby ']) {
      const { busy, recent } = choicesFor(BUSY, ['lobby-2', 'old'], { typed });
      assert.deepEqual([names(busy), names(recent)], [['Lobby'], ['lobby-2']]);
    }
  });

  test('what is given is left as it was', () => {
    const frozen = Object.freeze([...BUSY]);
    choicesFor(frozen, Object.freeze(['old']), { typed: 'a' });
    assert.deepEqual(frozen, BUSY);
  });
});

suite('what was typed', () => {
  for (const [typed, room] of [
    [' tea ', 'tea'], ['#tea', 'tea'], ['', ''], ['two words', 'two words'],
    ['http://localhost:8001/?backend=fastapi&room=tea', 'tea'],
    ['http://localhost:8001/?room=%3Cscript%3E', 'http://localhost:8001/?room=%3Cscript%3E'],
  ]) test(`"${typed}" means "${room}"`, () => assert.equal(meant(typed), room));
});

test('a link with an invitation is followed only if it leads to this page', () => {
  globalThis.location = { origin: 'http://localhost:8001' };
  for (const [typed, wanted] of [
    [' http://localhost:8001/?room=tea#invitation=abc ', true],
    ['http://localhost:8001/?room=tea', false],
    ['http://evil.invalid/#invitation=abc', false], ['javascript:1#invitation=abc', false],
    ['tea#invitation=abc', false],
  ]) assert.equal(isInvitation(typed), wanted, typed);
});

suite('the rooms that are remembered', () => {
  test('the newest is first, each is there once, and the oldest goes', () => {
    const rooms = Array.from({ length: MOST_RECENT }, (_, index) => `room-${index}`);
    assert.equal(withNewest(rooms, 'new').length, MOST_RECENT);
    assert.deepEqual(withNewest(['a', 'b', 'c'], 'b'), ['b', 'a', 'c']);
  });

  test('what cannot be read is none', () => {
    for (const kept of [null, '', '{', '{"a":1}', '7']) assert.deepEqual(readRecent(kept), []);
    assert.deepEqual(readRecent('["ok", 7, null, "<b>", "x y"]'), ['ok']);
  });
});
