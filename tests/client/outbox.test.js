import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { createOutbox, PER_SECOND } from '../../shared_client/network/outbox.js';
import { initial, reduce } from '../../shared_client/state/state.js';
import { createStore } from '../../shared_client/state/store.js';

let sent;
let open;
let store;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  sent = [];
  open = true;
  store = createStore(reduce, initial);
  store.subscribe(createOutbox(store, (frame) => open && sent.push(frame) > 0));
});

const write = (id) => store.dispatch({ type: 'composed', id, text: `text ${id}`, at: 0 });
const arrive = () => store.dispatch({
  type: 'frame', at: 0, frame: {
    type: 'welcome', user: 'ann', room: 'r', server: {}, limits: { text: 4000, presence: 50 },
    seq: null, count: 1, members: ['ann'],
  },
});
const lose = () =>
  store.dispatch({ type: 'closed', code: 1006, reason: '', at: 0, retryAt: 1 });

test('what is written without a connection is sent in order on arrival, once', () => {
  write('1');
  write('2');
  assert.deepEqual(sent, []);
  arrive();
  assert.deepEqual(sent, [
    { type: 'say', id: '1', text: 'text 1' }, { type: 'say', id: '2', text: 'text 2' },
  ]);
  store.dispatch({ type: 'drafted', text: 'x' });
  assert.equal(sent.length, 2);
});

test('what did not come back is sent again under its id after a loss', () => {
  arrive();
  write('1');
  lose();
  arrive();
  assert.deepEqual(sent.map(({ id }) => id), ['1', '1']);
});

test('what the socket did not take waits on', () => {
  arrive();
  open = false;
  write('1');
  assert.equal(store.state.outbox[0].status, 'waiting');
});

test('a pile goes out at a pace that the servers let through', () => {
  for (let index = 0; index < 2 * PER_SECOND + 1; index += 1) write(`${index}`);
  arrive();
  assert.equal(sent.length, PER_SECOND);
  mock.timers.tick(1000);
  assert.equal(sent.length, 2 * PER_SECOND);
  mock.timers.tick(1000);
  assert.equal(sent.length, 2 * PER_SECOND + 1);
});
