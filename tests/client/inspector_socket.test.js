/** The inspector's pausable socket, over a stream that takes no data. */

import assert from 'node:assert/strict';
import { mock, suite, test } from 'node:test';

import { PausableSocket } from '../../shared_client/inspector/pausable_socket.js';

/** A server that never reads: each write waits for ever. */
class Deaf {
  static last;
  closedWith = null;
  closed = new Promise(() => {});
  opened = Promise.resolve({ protocol: 'p', readable: new ReadableStream(),
    writable: new WritableStream({ write: () => new Promise(() => {}) }) });

  constructor() {
    Deaf.last = this;
  }

  close({ closeCode }) {
    this.closedWith = closeCode;
  }
}

suite('a socket that goes', () => {
  test('waits for what is still to be sent, and not for ever', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    globalThis.WebSocketStream = Deaf;
    const socket = new PausableSocket('ws://x', 'p');
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    socket.send('never read');
    socket.close(4000);
    mock.timers.tick(1900);
    await settled();
    assert.equal(Deaf.last.closedWith, null);
    mock.timers.tick(200);
    await settled();
    assert.equal(Deaf.last.closedWith, 4000);
    mock.timers.reset();
  });
});

/** @returns {Promise<void>} when the pending callbacks have run */
function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}
