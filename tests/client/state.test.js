import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  ENTRIES_KEPT, initial, isTimed, reduce, roundTrip, TYPING_MS, UNANSWERED_MS, waiting,
} from '../../shared_client/state.js';

const SERVER = {
  framework: 'fastapi', server: 'uvicorn', fanout: 'memory', history: 'off', version: '1', pid: 1,
};
const LOST = { type: 'closed', code: 1006, reason: '', at: 50, retryAt: 90 };

const run = (state, ...events) => events.reduce(reduce, state);
const frame = (fields, at = 0) => ({ type: 'frame', frame: fields, at });
const entered = (room = 'r') =>
  ({ type: 'entered', room, user: 'ann', backend: 'django-channels' });
const welcome = (members = ['ann'], count = members.length) => frame({
  type: 'welcome', user: 'ann', room: 'r', server: SERVER, seq: null, count, members,
  limits: { text: 4000, image: 1, presence: 50 },
});
const composed = (id, text = id) => ({ type: 'composed', id, text, at: 1 });
const sent = (id) => ({ type: 'sent', ids: [id], at: 10 });
const message = (id, user = 'bob') =>
  frame({ type: 'message', seq: null, id, user, text: `text of ${id}`, at: 7 });
const joined = (user, count) => frame({ type: 'joined', user, count });
const left = (user, count) => frame({ type: 'left', user, count });
const notices = (state) =>
  state.entries.filter(({ kind }) => kind === 'notice').map(({ notice }) => notice);
const texts = (state) =>
  state.entries.filter(({ kind }) => kind === 'message').map(({ text }) => text);

const online = run(initial, entered(), { type: 'connecting', attempt: 0 }, welcome());

suite('arriving', () => {
  test('one is online with the welcome, and not before', () => {
    const before = run(initial, entered(), { type: 'connecting', attempt: 0 });
    assert.equal(before.link.status, 'connecting');
    assert.equal(online.link.status, 'online');
    assert.deepEqual(notices(online), ['entered']);
    assert.deepEqual(online.server, SERVER);
  });

  test('the name is the one that the server says', () => {
    const state = run(initial, { ...entered(), user: ' ann ' }, welcome());
    assert.equal(state.user, 'ann');
  });

  test('another room starts empty, with the draft', () => {
    const state = run(online, message('1'), { type: 'drafted', text: 'half a' }, entered('other'));
    assert.deepEqual(state.entries, []);
    assert.equal(state.draft, 'half a');
  });

  test('leaving forgets the room', () => {
    const state = run(online, message('1'), { type: 'exited' });
    assert.equal(state.room, null);
    assert.deepEqual(state.entries, []);
  });

  test('an event that is not known changes nothing', () => {
    assert.equal(reduce(online, { type: 'later' }), online);
    assert.equal(reduce(online, frame({ type: 'gap', after: 1, before: 9 })), online);
  });
});

suite('members', () => {
  const state = run(initial, entered(), welcome(['ann', 'bob']));

  test('who joins is listed in order, and said', () => {
    const after = run(state, joined('abe', 3));
    assert.deepEqual(after.members, ['abe', 'ann', 'bob']);
    assert.equal(after.count, 3);
    assert.equal(notices(after).at(-1), 'joined');
  });

  test('a join that the welcome had counted already is neither listed twice nor said', () => {
    const after = run(state, joined('bob', 2));
    assert.deepEqual(after.members, ['ann', 'bob']);
    assert.deepEqual(notices(after), ['entered']);
  });

  test('two of one name are two, and one of them can leave', () => {
    const two = run(state, joined('bob', 3));
    assert.deepEqual(two.members, ['ann', 'bob', 'bob']);
    assert.deepEqual(run(two, left('bob', 2)).members, ['ann', 'bob']);
  });

  test('the count holds where a leave crossed the welcome', () => {
    const after = run(state, left('zoe', 2));
    assert.deepEqual(after.members, ['ann', 'bob']);
    assert.equal(after.count, 2);
  });

  test('above the presence limit there is a count and no names', () => {
    const crowd = run(initial, entered(), welcome([], 73));
    assert.equal(crowd.count, 73);
    assert.deepEqual(run(crowd, left('zoe', 50)).members, []);
  });
});

suite('messages', () => {
  test('one of one’s own waits, is sent, and is there when it came back', () => {
    const written = run(online, { type: 'drafted', text: 'hi' }, composed('1', 'hi'));
    assert.equal(written.draft, '');
    assert.deepEqual(waiting(written), ['1']);
    const onItsWay = run(written, sent('1'));
    assert.deepEqual(waiting(onItsWay), []);
    const back = run(onItsWay, message('1', 'ann'));
    assert.deepEqual(back.outgoing, []);
    assert.equal(back.entries.at(-1).own, true);
    assert.equal(back.entries.at(-1).at, 7);
  });

  test('another’s with the same id is not one’s own', () => {
    const state = run(online, composed('1'), sent('1'), message('1', 'eve'));
    assert.equal(state.entries.at(-1).own, false);
    assert.equal(state.outgoing.length, 1);
  });

  test('what comes twice is shown once', () => {
    assert.equal(texts(run(online, message('1'), message('1'))).length, 1);
  });

  test('two authors may use one id', () => {
    assert.equal(texts(run(online, message('1', 'bob'), message('1', 'cid'))).length, 2);
  });

  test('a refused one fails with its code, and can be tried again or discarded', () => {
    const error = frame({ type: 'error', code: 'rate_limited', detail: '', id: '1' });
    const failed = run(online, composed('1'), sent('1'), error);
    assert.equal(failed.outgoing[0].status, 'failed');
    assert.equal(failed.outgoing[0].problem, 'rate_limited');
    assert.deepEqual(waiting(run(failed, { type: 'retried', id: '1' })), ['1']);
    assert.deepEqual(run(failed, { type: 'discarded', id: '1' }).outgoing, []);
  });

  test('one that does not come back is said to be lost, until it does come', () => {
    const state = run(online, composed('1'), sent('1'));
    const almost = run(state, { type: 'passed', at: 9 + UNANSWERED_MS });
    assert.equal(almost.outgoing[0].status, 'sent');
    const lost = run(almost, { type: 'passed', at: 10 + UNANSWERED_MS });
    assert.equal(lost.outgoing[0].problem, 'unanswered');
    assert.deepEqual(run(lost, message('1', 'ann')).outgoing, []);
    assert.deepEqual([online, state, lost].map(isTimed), [false, true, false]);
  });

  test('an error of no message is said, one of a ping is not', () => {
    const error = { type: 'error', code: 'bad_json', detail: 'one JSON object' };
    assert.equal(notices(run(online, frame(error))).at(-1), 'refused');
    assert.deepEqual(run(online, frame({ ...error, id: 'ping 1' })).entries, online.entries);
  });

  test('only the newest are kept', () => {
    const many = Array.from({ length: ENTRIES_KEPT + 20 }, (_, index) => message(`${index}`));
    const state = run(online, ...many);
    assert.equal(state.entries.length, ENTRIES_KEPT);
    assert.equal(state.entries.at(-1).id, `${ENTRIES_KEPT + 19}`);
  });
});

suite('losing the connection', () => {
  test('what was sent and did not come back waits to be sent again', () => {
    const state = run(online, composed('1'), sent('1'), composed('2'), LOST);
    assert.deepEqual(waiting(state), ['1', '2']);
    assert.equal(state.link.status, 'waiting');
    assert.equal(state.link.retryAt, 90);
  });

  test('what made the server close fails, what it had not seen waits', () => {
    const state = run(online, composed('1'), sent('1'), composed('2'),
      { ...LOST, code: 1009 });
    assert.deepEqual(state.outgoing.map(({ status }) => status), ['failed', 'waiting']);
    assert.equal(state.outgoing[0].problem, '1009');
  });

  test('it is said once, and so is the return', () => {
    const state = run(online, LOST, { type: 'connecting', attempt: 1 }, LOST,
      { type: 'connecting', attempt: 2 }, welcome());
    assert.deepEqual(notices(state), ['entered', 'lost', 'returned']);
    assert.equal(state.link.code, null);
  });

  test('nobody is known to be there, and nobody to be typing', () => {
    const state = run(online, frame({ type: 'typing', user: 'bob' }), LOST);
    assert.deepEqual([state.members, state.count, state.typing], [[], 0, []]);
  });

  test('a refused handshake is not tried again', () => {
    const state = run(initial, entered(), { ...LOST, code: 4401, retryAt: null });
    assert.equal(state.link.status, 'refused');
    assert.deepEqual(notices(state), []);
  });
});

suite('switching', () => {
  const busy = run(online, message('1'), composed('2'), sent('2'),
    { type: 'drafted', text: 'half a sen' }, { type: 'switched', backend: 'fastapi' });

  test('room, name, draft and what was said stay', () => {
    assert.deepEqual([busy.room, busy.user, busy.draft], ['r', 'ann', 'half a sen']);
    assert.deepEqual(texts(busy), ['text of 1']);
    assert.equal(busy.backend, 'fastapi');
  });

  test('what had not come back goes to the new one', () => {
    assert.deepEqual(waiting(busy), ['2']);
  });

  test('the arrival there is said', () => {
    assert.equal(notices(run(busy, welcome())).at(-1), 'switched');
  });

  test('nothing of the old server is left', () => {
    assert.deepEqual([busy.server, busy.members, roundTrip(busy)], [null, [], null]);
  });
});

suite('typing', () => {
  const typing = run(online, frame({ type: 'typing', user: 'bob' }, 100));

  test('it wears off', () => {
    assert.equal(run(typing, { type: 'passed', at: 99 + TYPING_MS }).typing.length, 1);
    assert.equal(run(typing, { type: 'passed', at: 100 + TYPING_MS }).typing.length, 0);
  });

  test('it goes on with each sign, once a person', () => {
    const again = run(typing, frame({ type: 'typing', user: 'bob' }, 200));
    assert.deepEqual(again.typing, [{ user: 'bob', until: 200 + TYPING_MS }]);
  });

  test('it ends with the message, and with the person', () => {
    assert.deepEqual(run(typing, message('1', 'bob')).typing, []);
    assert.deepEqual(run(typing, left('bob', 1)).typing, []);
  });
});

test('the round trip is the median of the last twenty', () => {
  assert.equal(roundTrip(online), null);
  const measured = [500, ...Array.from({ length: 20 }, (_, index) => index)];
  assert.equal(roundTrip(run(online, ...measured.map((ms) => ({ type: 'measured', ms })))), 10);
});

test('nothing that came in is changed in place', () => {
  const frozen = structuredClone(online);
  run(online, message('1'), joined('bob', 2), composed('2'), LOST);
  assert.deepEqual(online, frozen);
});
