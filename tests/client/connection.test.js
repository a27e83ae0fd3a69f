import assert from 'node:assert/strict';
import { beforeEach, mock, suite, test } from 'node:test';

import { FIRST_MS, STABLE_MS } from '../../shared_client/network/backoff.js';
import {
  Connection, DROPPED, PING_EVERY_MS, REPLACED, SILENCE_MS, SILENT,
} from '../../shared_client/network/connection.js';

/** A socket; the test plays the server. */
class FakeSocket extends EventTarget {
  static made = [];
  readyState = 0;
  sent = [];

  constructor(url, protocol) {
    super();
    Object.assign(this, { url, protocol });
    FakeSocket.made.push(this);
  }

  send(text) {
    this.sent.push(typeof text === 'string' ? JSON.parse(text) : text);
  }

  /** A real socket waits for the other side; most tests do not need that. */
  close(code) {
    this.closedWith = code;
    this.readyState = this.takesItsTime ? 2 : 3;
  }

  opens() {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  says(frame) {
    const raw = typeof frame === 'string' || frame instanceof ArrayBuffer;
    const data = raw ? frame : JSON.stringify(frame);
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }

  ends(code, reason = '') {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }));
  }
}

let events;
let connection;
const last = () => FakeSocket.made.at(-1);
const types = () => events.map(({ type }) => type);
const pings = (socket) => socket.sent.filter(({ type }) => type === 'ping');

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
  FakeSocket.made = [];
  events = [];
  connection = new Connection((event) => events.push(event), {
    WebSocket: FakeSocket, now: () => Date.now(), random: () => 0.5,
  });
  connection.open(() => 'ws://host/room');
});

suite('an open connection', () => {
  test('offers the subprotocol', () => {
    assert.equal(last().url, 'ws://host/room');
    assert.equal(last().protocol, 'chat.v1');
    assert.deepEqual(events, [{ type: 'connecting', attempt: 0 }]);
  });

  test('offers an invitation with each handshake, beside the subprotocol', () => {
    const offers = ['invitation.a', 'invitation.b'];
    connection.open(() => 'ws://host/room', () => [`${offers.shift()}`]);
    assert.deepEqual(last().protocol, ['chat.v1', 'invitation.a']);
    connection.renew();
    assert.deepEqual(last().protocol, ['chat.v1', 'invitation.b']);
    last().ends(4403);
    assert.equal(events.at(-1).retryAt, null);
  });

  test('sends only when it is open', () => {
    assert.equal(connection.send({ type: 'typing' }), false);
    last().opens();
    assert.equal(connection.send({ type: 'typing' }), true);
    assert.deepEqual(last().sent.at(-1), { type: 'typing' });
  });

  test('hands on frames, and passes over what it cannot read', () => {
    last().opens();
    last().says('{');
    last().says({ type: 'typing', user: 'bob' });
    assert.deepEqual(events.at(-1).frame, { type: 'typing', user: 'bob' });
    assert.deepEqual(types(), ['connecting', 'frame']);
  });

  test('measures the round trip from ping to pong', () => {
    last().opens();
    const [{ id }] = pings(last());
    mock.timers.tick(12);
    last().says({ type: 'pong', id: 'another' });
    last().says({ type: 'pong', id });
    assert.deepEqual(events.at(-1), { type: 'measured', ms: 12 });
    mock.timers.tick(PING_EVERY_MS);
    assert.equal(pings(last()).length, 2);
  });

  test('closed by the person, stays closed', () => {
    last().opens();
    connection.close();
    assert.equal(last().closedWith, 1000);
    last().ends(1000);
    mock.timers.tick(60_000);
    assert.equal(FakeSocket.made.length, 1);
    assert.deepEqual(types(), ['connecting']);
  });

  test('sends a blob as a binary frame, and reads one', () => {
    const header = new TextEncoder().encode('{"type":"image","id":"1"}');
    const frame = new Uint8Array([0, 0, 0, header.length, ...header, 1, 2]).buffer;
    last().opens();
    const blob = new Blob(['x']);
    assert.equal(connection.send(blob), true);
    assert.equal(last().sent.at(-1), blob);
    assert.equal(last().binaryType, 'arraybuffer');
    last().says(frame);
    assert.deepEqual(events.at(-1).frame.id, '1');
  });

  test('opened elsewhere, no longer hears the first server', () => {
    const first = last();
    first.opens();
    connection.open(() => 'ws://other/room');
    first.says({ type: 'typing', user: 'bob' });
    first.ends(1006);
    assert.deepEqual(types(), ['connecting', 'connecting']);
    assert.equal(last().url, 'ws://other/room');
  });
});

suite('a lost connection', () => {
  test('comes back after the backoff', () => {
    last().opens();
    last().ends(1012, 'restart');
    const wait = FIRST_MS;
    assert.deepEqual(events.at(-1),
      { type: 'closed', code: 1012, reason: 'restart', at: 0, retryAt: wait });
    mock.timers.tick(wait - 1);
    assert.equal(FakeSocket.made.length, 1);
    mock.timers.tick(1);
    assert.equal(FakeSocket.made.length, 2);
    assert.deepEqual(events.at(-1), { type: 'connecting', attempt: 1 });
  });

  test('waits longer each time, until it held for a stable while', () => {
    const attempts = () => events.filter(({ type }) => type === 'connecting')
      .map(({ attempt }) => attempt);
    for (let tries = 0; tries < 3; tries += 1) {
      last().opens();
      last().ends(1006);
      mock.timers.tick(60_000);
    }
    assert.deepEqual(attempts(), [0, 1, 2, 3]);
    const socket = last();
    socket.opens();
    socket.says({ type: 'pong', id: pings(socket).at(-1).id });
    for (let beat = 0; beat * PING_EVERY_MS < STABLE_MS; beat += 1) {
      mock.timers.tick(PING_EVERY_MS);
      socket.says({ type: 'pong', id: pings(socket).at(-1).id });
    }
    socket.ends(1006);
    mock.timers.tick(60_000);
    assert.equal(attempts().at(-1), 0);
  });

  test('is tried at once when the person asks, and once only', () => {
    last().ends(1006);
    connection.retryNow();
    connection.retryNow();
    assert.equal(FakeSocket.made.length, 2);
    mock.timers.tick(SILENCE_MS - 1);
    assert.equal(FakeSocket.made.length, 2);
  });

  test('asks anew where to resume', () => {
    let since = 0;
    connection.open(() => `ws://host/room?since=${since}`);
    since = 7;
    last().ends(1006);
    mock.timers.tick(60_000);
    assert.ok(FakeSocket.made.some(({ url }) => url.endsWith('since=7')));
  });

  test('is noticed at once when the network is gone', () => {
    last().opens();
    connection.drop();
    connection.drop();
    const closed = events.filter(({ type }) => type === 'closed');
    assert.deepEqual(closed.map(({ code }) => code), [1006]);
  });

  test('that the user drops has a code of its own, and comes back', () => {
    last().opens();
    connection.drop(DROPPED);
    const { code, retryAt } = events.findLast(({ type }) => type === 'closed');
    assert.deepEqual([code, retryAt === null], [DROPPED, false]);
  });

  for (const code of [4400, 4401]) {
    test(`with ${code} is not tried again`, () => {
      last().opens();
      last().ends(code, 'no');
      assert.equal(events.at(-1).retryAt, null);
      mock.timers.tick(60_000);
      connection.retryNow();
      assert.equal(FakeSocket.made.length, 1);
    });
  }
});

suite('a silent connection', () => {
  test('is given up when a ping stays without any answer', () => {
    last().opens();
    mock.timers.tick(SILENCE_MS + PING_EVERY_MS);
    const closed = events.find(({ type }) => type === 'closed');
    assert.equal(closed.code, SILENT);
    assert.equal(pings(FakeSocket.made[0]).length, 1);
  });

  test('is not given up while frames come, though pings are refused', () => {
    last().opens();
    for (let beat = 0; beat < 20; beat += 1) {
      mock.timers.tick(PING_EVERY_MS);
      last().says({ type: 'error', code: 'rate_limited', detail: '' });
    }
    assert.ok(!types().includes('closed'));
  });

  test('is not given up while a large photo is still going out', () => {
    last().opens();
    for (let unsent = 20; unsent > 0; unsent -= 1) {
      last().bufferedAmount = unsent * 1000;
      mock.timers.tick(PING_EVERY_MS);
    }
    assert.ok(!types().includes('closed'));
    mock.timers.tick(2 * SILENCE_MS);
    assert.ok(types().includes('closed'));
  });

  test('is waited for longer when the last one was given up too: a line may be slow', () => {
    for (const patience of [1, 2, 4]) {
      last().opens();
      const socket = last();
      mock.timers.tick(patience * SILENCE_MS - PING_EVERY_MS);
      assert.equal(socket.closedWith, undefined);
      mock.timers.tick(2 * PING_EVERY_MS);
      assert.equal(socket.closedWith, 1000);
      connection.retryNow();
    }
  });

  test('is looked at when somebody comes back to the page', () => {
    last().opens();
    mock.timers.tick(PING_EVERY_MS - 1);
    last().says({ type: 'pong', id: pings(last()).at(-1).id });
    connection.retryNow();
    assert.equal(pings(last()).length, 2);
    assert.equal(FakeSocket.made.length, 1);
  });

  test('is given up when the handshake is not answered', () => {
    mock.timers.tick(SILENCE_MS + PING_EVERY_MS);
    assert.equal(events.find(({ type }) => type === 'closed').code, SILENT);
  });
});

suite('a watcher', () => {
  let seen;
  const watch = () => {
    seen = [];
    connection.watch((each) => seen.push(each));
  };
  const whats = () => seen.map(({ what }) => what);

  test('sees how a connection comes about, what goes and comes, and how it ends', () => {
    watch();
    mock.timers.tick(7);
    last().opens();
    last().says('{"type":"pong","id":"ping 0"}');
    last().ends(1012, 'restart');
    assert.deepEqual(whats(), ['opening', 'open', 'out', 'in', 'measured', 'closed']);
    assert.equal(seen[0].url, 'ws://host/room');
    assert.deepEqual([seen[1].protocol, seen[1].ms], ['chat.v1', 7]);
    assert.deepEqual(seen.at(-1), { what: 'closed', at: Date.now(), code: 1012,
      reason: 'restart', wait: events.at(-1).retryAt - Date.now() });
  });

  test('that comes late is told of what is open', () => {
    mock.timers.tick(7);
    last().opens();
    mock.timers.tick(1000);
    watch();
    assert.deepEqual(whats(), ['opening', 'open']);
    assert.equal(seen[1].ms, 7);
    assert.equal(seen[1].at, Date.now() - 1000);
  });

  test('is told that there will be no next try', () => {
    last().opens();
    watch();
    last().ends(4400);
    assert.equal(seen.at(-1).wait, null);
    connection.open(() => 'ws://host/room');
    connection.close();
    assert.deepEqual([seen.at(-1).code, seen.at(-1).wait], [1000, null]);
    connection.close();
    assert.equal(whats().filter((what) => what === 'closed').length, 2);
  });

  test('sees what was sent only where it was', () => {
    assert.equal(connection.sendAsIs('x'), false);
    last().opens();
    watch();
    assert.equal(connection.sendAsIs('"x"'), true);
    assert.deepEqual([last().sent.at(-1), seen.at(-1).data], ['x', '"x"']);
  });
});

suite('on purpose', () => {
  test('it goes on over another kind of socket, at once', () => {
    class Other extends FakeSocket {}
    last().opens();
    connection.use(Other);
    connection.renew();
    assert.ok(last() instanceof Other);
    assert.deepEqual(types().slice(-2), ['closed', 'connecting']);
    assert.equal(events.at(-2).code, REPLACED);
    mock.timers.tick(FIRST_MS * 2);
    assert.deepEqual(FakeSocket.made.map(({ closedWith }) => closedWith), [1000, undefined]);
  });

  test('it takes another kind for the next time', () => {
    class Other extends FakeSocket {}
    connection.close();
    connection.use(Other);
    connection.renew();
    assert.equal(FakeSocket.made.length, 1);
    connection.open(() => 'ws://host/room');
    assert.ok(last() instanceof Other);
  });

  test('silence says nothing while it rests, and counts anew afterwards', () => {
    last().opens();
    connection.rest(true);
    mock.timers.tick(SILENCE_MS * 10);
    assert.deepEqual(types(), ['connecting']);
    connection.rest(false);
    mock.timers.tick(PING_EVERY_MS);
    assert.deepEqual(types(), ['connecting']);
    mock.timers.tick(SILENCE_MS + PING_EVERY_MS);
    assert.equal(events[1].code, SILENT);
  });

  test('the rest ends with the connection', () => {
    last().opens();
    connection.rest(true);
    last().ends(1006);
    connection.retryNow();
    last().opens();
    assert.equal(pings(last()).length, 1);
  });
});

suite('coming back to where one just left', () => {
  const url = () => 'ws://localhost:1/ws/rooms/lobby?name=Ann';

  /** Closes an open socket that still waits for the other side. */
  function leave() {
    connection.open(url);
    const left = last();
    left.takesItsTime = true;
    left.opens();
    connection.close();
    return left;
  }

  test('waits until the other side has all that went out', () => {
    const left = leave();
    connection.open(url);
    assert.equal(last(), left);
    left.ends(1000);
    assert.notEqual(last(), left);
    const made = FakeSocket.made.length;
    last().opens();
    mock.timers.tick(PING_EVERY_MS);
    assert.equal(FakeSocket.made.length, made);
  });

  test('but not for ever', () => {
    const left = leave();
    connection.open(url);
    mock.timers.tick(1999);
    assert.equal(last(), left);
    mock.timers.tick(1);
    assert.notEqual(last(), left);
    const back = last();
    left.ends(1006);
    assert.equal(last(), back);
  });

  test('nor for another server', () => {
    const left = leave();
    connection.open(() => 'ws://localhost:2/ws/rooms/lobby?name=Ann');
    assert.notEqual(last(), left);
  });

  test('nor where one does not come back', () => {
    const left = leave();
    connection.open(url);
    connection.close();
    left.ends(1000);
    mock.timers.tick(10_000);
    assert.equal(last(), left);
  });
});
