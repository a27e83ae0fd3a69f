import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  codePoints, decode, encode, nameProblem, roomProblem, socketUrl, textProblem, trimmedName,
} from '../../shared_client/network/protocol.js';
import { load } from './vectors.js';

/** The message of a vector; null if this client would not send this frame. */
function saidIn({ raw, raw_parts: parts, frame }) {
  try {
    const said = frame ?? JSON.parse(raw ?? parts.join(''));
    const ours = said?.type === 'say' && (raw === undefined || encode(said) === raw);
    return ours && hasIdsForm(said.id) && typeof said.text === 'string' ? said : null;
  } catch {
    return null;
  }
}

function hasIdsForm(id) {
  return typeof id === 'string' && codePoints(id) >= 1 && codePoints(id) <= 64;
}

suite('a message that the servers take, this client sends', () => {
  const cases = load('accepted').filter((vector) => vector.frame.type === 'say');
  assert.ok(cases.length > 5);
  for (const { description, frame } of cases) {
    test(description, () => {
      assert.equal(textProblem(frame.text), null);
      assert.deepEqual(JSON.parse(encode(frame)), frame);
    });
  }
});

suite('a message that the servers refuse for its text, this client does not send', () => {
  const cases = load('refused').filter((vector) => saidIn(vector) !== null);
  assert.ok(cases.length > 3);
  for (const vector of cases) {
    test(vector.description, () => {
      const problem = { too_long: 'too_long', invalid_field: 'empty', bad_json: 'not_allowed' };
      assert.equal(textProblem(saidIn(vector).text), problem[vector.error]);
    });
  }
});

suite('rooms and names are judged as the servers judge them', () => {
  const cases = load('handshakes').filter(({ since }) => since === undefined);
  for (const { description, room, name = '', user } of cases) {
    test(description, () => {
      const taken = roomProblem(room) === null && nameProblem(name) === null;
      assert.equal(taken, user !== undefined);
      if (taken) assert.equal(trimmedName(name), user);
    });
  }
});

suite('what the servers send is read', () => {
  for (const { description, frame, text } of load('encodings')) {
    test(description, () => assert.deepEqual(decode(text), frame));
  }
});

test('what cannot be read is passed over', () => {
  for (const data of ['', 'x', '[]', 'null', '{}', '{"type":1}', new ArrayBuffer(4)]) {
    assert.equal(decode(data), null);
  }
});

test('lengths are counted in code points and not in UTF-16 units', () => {
  assert.equal(codePoints('a😀é'), 3);
  assert.equal(textProblem('😀'.repeat(4000)), null);
  assert.equal(textProblem('😀'.repeat(4001)), 'too_long');
  assert.equal(textProblem('abc', 2), 'too_long');
});

test('the ends of a name are what the servers take for white space', () => {
  assert.equal(trimmedName('\x1c\u0085\u3000 ann \u00a0\n'), 'ann');
  assert.equal(trimmedName('\ufeffann'), '\ufeffann');
});

test('a name with a lone surrogate cannot be put into an address', () => {
  assert.equal(nameProblem('a\ud800'), 'not_allowed');
});

test('the address of a room escapes the name, and is as safe as the page', () => {
  assert.equal(socketUrl('http://localhost:8001', 'r', 'a&b=ü'),
    'ws://localhost:8001/ws/rooms/r?name=a%26b%3D%C3%BC');
  assert.equal(socketUrl('https://chat.example', 'r', 'a'),
    'wss://chat.example/ws/rooms/r?name=a');
});
