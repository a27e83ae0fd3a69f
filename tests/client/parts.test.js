/** The small pure modules: backoff, identity, backends, address. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { readAddress, writeAddress } from '../../shared_client/page/address.js';
import { frameworkLabel, readBackends } from '../../shared_client/network/backends.js';
import {
  delay, FIRST_MS, LONGEST_MS, nextAttempt, STABLE_MS,
} from '../../shared_client/network/backoff.js';
import { friendlyName, newId } from '../../shared_client/page/identity.js';
import { nameProblem } from '../../shared_client/network/protocol.js';

suite('backoff', () => {
  test('the ceiling doubles, up to the longest', () => {
    const ceilings = [0, 1, 2, 3].map((attempt) => delay(attempt, () => 1));
    assert.deepEqual(ceilings, [1, 2, 4, 8].map((times) => times * FIRST_MS));
    assert.equal(delay(2000, () => 1), LONGEST_MS);
  });

  test('the jitter is full: from nothing to the ceiling', () => {
    assert.equal(delay(3, () => 0), 0);
    assert.equal(delay(3, () => 0.25), 2 * FIRST_MS);
  });

  test('only a connection that held for a while starts anew', () => {
    assert.equal(nextAttempt(4, STABLE_MS), 0);
    assert.equal(nextAttempt(4, STABLE_MS - 1), 5);
    assert.equal(nextAttempt(4, null), 5);
  });
});

suite('identity', () => {
  test('every friendly name is one that the servers take', () => {
    for (let step = 0; step < 100; step += 1) {
      assert.equal(nameProblem(friendlyName(() => step / 100)), null);
    }
  });

  test('ids are random UUIDs, with and without crypto.randomUUID', () => {
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    const insecure = { getRandomValues: (bytes) => crypto.getRandomValues(bytes) };
    for (const source of [crypto, insecure]) {
      assert.match(newId(source), form);
      assert.notEqual(newId(source), newId(source));
    }
  });
});

suite('backends', () => {
  const directory = {
    self: 'fastapi',
    backends: { 'django-channels': 'http://localhost:8001', fastapi: 'http://localhost:8002' },
  };

  test('they keep their order, and have names for people', () => {
    assert.deepEqual(readBackends(directory, 'http://localhost:8002').list, [
      { key: 'django-channels', label: 'Django Channels', origin: 'http://localhost:8001' },
      { key: 'fastapi', label: 'FastAPI', origin: 'http://localhost:8002' },
    ]);
    assert.equal(frameworkLabel('picows'), 'picows');
  });

  test('the page’s own server is where the page came from', () => {
    const [, own] = readBackends(directory, 'http://chat.example:9000').list;
    assert.equal(own.origin, 'http://chat.example:9000');
  });

  for (const host of ['127.0.0.1', '192.168.0.7', '[::1]']) {
    test(`a loopback name becomes ${host}, which the page was opened with`, () => {
      const [other] = readBackends(directory, `http://${host}:8002`).list;
      assert.equal(other.origin, `http://${host}:8001`);
    });
  }

  test('a name that is not loopback stays', () => {
    const backends = { ...directory.backends, 'django-channels': 'https://django.example' };
    const [other] = readBackends({ ...directory, backends }, 'http://127.0.0.1:8002').list;
    assert.equal(other.origin, 'https://django.example');
  });

  test('one is talked to from this page where cookies go along', () => {
    const backends = { ...directory.backends, far: 'http://elsewhere.example:8002',
      secure: 'https://localhost:8003' };
    const { isNear, originOf } = readBackends({ ...directory, backends }, 'http://localhost:8002');
    assert.deepEqual(['django-channels', 'fastapi', 'far', 'secure', 'unknown'].map(isNear),
      [true, true, false, false, false]);
    assert.equal(originOf('django-channels'), 'http://localhost:8001');
  });

  test('the companion is where the page can reach it', () => {
    const companion = 'http://localhost:8003';
    assert.equal(readBackends({ ...directory, companion }, 'http://10.0.0.7:8002').companion,
      'http://10.0.0.7:8003');
    assert.equal(readBackends({ ...directory, companion: null }, 'http://x').companion, null);
  });

  test('without a directory there is the server that the page came from', () => {
    const { self, list, companion, originOf } = readBackends({}, 'http://localhost:8000');
    assert.equal(companion, null);
    assert.equal(originOf('fastapi'), 'http://localhost:8000');
    assert.deepEqual(list.map(({ key, origin }) => [key, origin]),
      [[self, 'http://localhost:8000']]);
  });
});

suite('the address', () => {
  test('carries backend and room', () => {
    const address = { backend: 'fastapi', room: 'lobby' };
    assert.equal(writeAddress(address), '?backend=fastapi&room=lobby');
    assert.deepEqual(readAddress(writeAddress(address)), { ...address, view: null });
  });

  test('carries a view that there is, and no other', () => {
    for (const view of ['race', 'split']) {
      const address = { backend: 'fastapi', room: 'lobby', view };
      assert.equal(writeAddress(address), `?view=${view}&backend=fastapi&room=lobby`);
      assert.deepEqual(readAddress(writeAddress(address)), address);
    }
    assert.equal(readAddress('?view=constructor').view, null);
    const more = '?rate=3&room=other&view=split';
    assert.equal(writeAddress({ backend: null, room: 'lobby', view: 'race' }, more),
      '?view=race&room=lobby&rate=3');
  });

  test('of the entrance is empty', () => {
    assert.equal(writeAddress({ backend: null, room: null }), '');
    assert.deepEqual(readAddress(''), { backend: null, room: null, view: null });
  });

  test('with a room that cannot be is one of the entrance, which can say so', () => {
    assert.deepEqual(readAddress('?view=race&backend=fastapi&room=a%20b'),
      { backend: 'fastapi', room: null, view: null, wrong: 'a b' });
  });
});
