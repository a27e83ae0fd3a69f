import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { ENTRIES_KEPT, SLACK } from '../../shared_client/state/conversation.js';
import { UNANSWERED_MS } from '../../shared_client/state/outgoing.js';
import { TYPING_MS } from '../../shared_client/state/presence.js';
import { initial, isTimed, reduce, roundTrip, waiting } from '../../shared_client/state/state.js';
import {
  composed, connecting, entered, frame, joined, left, LOST, message, notices, run, sent, SERVER,
  statuses, texts, welcome,
} from './happenings.js';

const online = run(initial, entered(), connecting(), welcome());

suite('arriving', () => {
  test('one is online with the welcome, and not before', () => {
    const before = run(initial, entered(), connecting());
    assert.equal(before.link.status, 'connecting');
    assert.equal(online.link.status, 'online');
    assert.deepEqual(notices(online), ['entered']);
    assert.deepEqual(online.server, SERVER);
  });

  test('the name is the one that the server says', () => {
    const state = run(initial, { ...entered(), user: ' ann ' }, welcome());
    assert.equal(state.user, 'ann');
  });

  test('another room starts empty', () => {
    const state = run(online, message('1'), { type: 'drafted', text: 'half a' }, entered('other'));
    assert.deepEqual([state.entries, state.draft], [[], '']);
  });

  test('a draft stays in its room, and what was kept of another is there', () => {
    const began = run(online, { type: 'drafted', text: 'half a' });
    assert.equal(run(began, { ...entered('other'), draft: '' }).draft, '');
    assert.equal(run(began, { ...entered('other'), draft: 'kept' }).draft, 'kept');
    assert.equal(run(began, { type: 'exited' }, entered('other')).draft, '');
    assert.equal(run(initial, { type: 'drafted', text: 'half a' }, { type: 'exited' },
      { ...entered('other'), draft: '' }).draft, 'half a'); // the draft came along
  });

  test('leaving forgets the room', () => {
    const state = run(online, message('1'), { type: 'exited' });
    assert.equal(state.room, null);
    assert.deepEqual(state.entries, []);
  });

  test('an event that is not known changes nothing', () => {
    assert.equal(reduce(online, { type: 'later' }), online);
    assert.equal(reduce(online, frame({ type: 'gap', after: 1, before: 9 })), online);
    assert.equal(reduce(online, frame({ type: 'later' })), online);
  });
});

suite('members', () => {
  const state = run(initial, entered(), welcome({ members: ['ann', 'bob'] }));

  test('who joins is listed in order, and said', () => {
    const after = run(state, joined('abe', 3));
    assert.deepEqual(after.presence.members, ['abe', 'ann', 'bob']);
    assert.equal(after.presence.count, 3);
    assert.equal(notices(after).at(-1), 'joined');
  });

  test('a join that the welcome had counted already is neither listed twice nor said', () => {
    const after = run(state, joined('bob', 2));
    assert.deepEqual(after.presence.members, ['ann', 'bob']);
    assert.deepEqual(notices(after), ['entered']);
  });

  test('two of one name are two, and one of them can leave', () => {
    const two = run(state, joined('bob', 3));
    assert.deepEqual(two.presence.members, ['ann', 'bob', 'bob']);
    assert.deepEqual(run(two, left('bob', 2)).presence.members, ['ann', 'bob']);
  });

  test('joins and leaves of one moment count in any order', () => {
    const names = ['ann', 'bob', 'cy', 'dan', 'eve'];
    const after = run(state, joined('eve', 5), joined('cy', 3), joined('dan', 4));
    assert.deepEqual(after.presence, { ...after.presence, members: names, count: 5 });
    const last = run(after, left('cy', 3), left('ann', 4), joined('fay', 4));
    assert.deepEqual(last.presence.members, ['bob', 'dan', 'eve', 'fay']);
    assert.equal(last.presence.count, 4);
  });

  test('the count holds where a leave crossed the welcome', () => {
    const after = run(state, left('zoe', 2));
    assert.deepEqual(after.presence.members, ['ann', 'bob']);
    assert.equal(after.presence.count, 2);
  });

  test('above the presence limit there is a count and no names', () => {
    const crowd = run(initial, entered(), welcome({ members: [], count: 73 }));
    assert.equal(crowd.presence.count, 73);
    assert.deepEqual(run(crowd, left('zoe', 50)).presence.members, []);
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
    assert.deepEqual(back.outbox, []);
    assert.equal(back.entries.at(-1).own, true);
    assert.equal(back.entries.at(-1).at, 7);
  });

  test('another’s with the same id is not one’s own', () => {
    const state = run(online, composed('1'), sent('1'), message('1', 'eve'));
    assert.equal(state.entries.at(-1).own, false);
    assert.equal(state.outbox.length, 1);
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
    assert.equal(failed.outbox[0].status, 'failed');
    assert.equal(failed.outbox[0].problem, 'rate_limited');
    assert.deepEqual(waiting(run(failed, { type: 'retried', id: '1' })), ['1']);
    assert.deepEqual(run(failed, { type: 'discarded', id: '1' }).outbox, []);
  });

  test('one that does not come back is said to be lost, until it does come', () => {
    const state = run(online, composed('1'), sent('1'));
    const almost = run(state, { type: 'passed', at: 9 + UNANSWERED_MS });
    assert.equal(almost.outbox[0].status, 'sent');
    const lost = run(almost, { type: 'passed', at: 10 + UNANSWERED_MS });
    assert.equal(lost.outbox[0].problem, 'unanswered');
    assert.deepEqual(run(lost, message('1', 'ann')).outbox, []);
    assert.deepEqual([online, state, lost].map(isTimed), [false, true, false]);
  });

  test('an error of no message is said, one of a ping is not', () => {
    const error = { type: 'error', code: 'bad_json', detail: 'one JSON object' };
    assert.equal(notices(run(online, frame(error))).at(-1), 'refused');
    assert.equal(notices(run(online, frame({ ...error, id: 'probe' }))).at(-1), 'refused');
    assert.deepEqual(run(online, frame({ ...error, id: 'ping 1' })).entries, online.entries);
  });

  test('only the newest are kept', () => {
    const many = Array.from({ length: 2 * ENTRIES_KEPT }, (_, index) => message(`${index}`));
    const state = run(online, ...many);
    assert.ok(state.entries.length <= ENTRIES_KEPT * (1 + SLACK));
    assert.equal(state.entries.at(-1).id, `${2 * ENTRIES_KEPT - 1}`);
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
    assert.deepEqual(state.outbox.map(({ status }) => status), ['failed', 'waiting']);
    assert.equal(state.outbox[0].problem, '1009');
  });

  test('it is said once, and so is the return', () => {
    const state = run(online, LOST, connecting(1), LOST,
      connecting(2), welcome());
    assert.deepEqual(notices(state), ['entered', 'lost', 'returned']);
    assert.equal(state.link.code, null);
  });

  test('nobody is known to be there, and nobody to be typing', () => {
    const state = run(online, frame({ type: 'typing', user: 'bob' }), LOST);
    assert.deepEqual(state.presence, { count: 0, members: [], typing: [] });
  });

  test('a refused handshake is not tried again', () => {
    const state = run(initial, entered(), { ...LOST, code: 4401, retryAt: null });
    assert.equal(state.link.status, 'refused');
    assert.deepEqual(notices(state), []);
  });
});

suite('entering', () => {
  test('a room brings back what the page before it left', () => {
    const kept = { outbox: run(online, composed('1')).outbox, mine: ['1'], draft: 'half a sen' };
    const state = run(initial, entered('r', kept), connecting(), welcome());
    assert.deepEqual(waiting(state), ['1']);
    assert.equal(state.draft, 'half a sen');
    assert.equal(run(state, message('1', 'ann')).entries.at(-1).own, true);
  });

  test('again as somebody else keeps what was said and written', () => {
    const state = run(online, message('1'), composed('2'), sent('2'), { type: 'drafted', text: 'x' },
      { type: 'identified', account: 'Ann' }, entered('r', { user: 'Ann' }));
    assert.deepEqual([texts(state), waiting(state), state.draft], [['text of 1'], ['2'], 'x']);
    assert.deepEqual([state.server, state.presence.members, roundTrip(state)], [null, [], null]);
    assert.deepEqual(notices(run(state, connecting(), welcome())), ['entered', 'entered']);
    const quietly = run(online, entered('r', { user: 'Ann', arrival: online.arrival }));
    assert.deepEqual(notices(run(quietly, connecting(), welcome())), ['entered']);
  });

  test('from the other backend is said', () => {
    const state = run(initial, entered('r', { arrival: 'switched' }), connecting(), welcome());
    assert.deepEqual(notices(state), ['switched']);
  });

  test('the account outlives the room', () => {
    const state = run(online, { type: 'identified', account: 'ann' }, { type: 'exited' });
    assert.equal(state.account, 'ann');
  });
});

suite('one’s own messages', () => {
  test('of an account are those of its name', () => {
    const state = run(online, { type: 'identified', account: 'ann' }, message('9', 'ann'));
    assert.equal(state.entries.at(-1).own, true);
  });

  test('of a guest are those that this page sent', () => {
    const state = run(online, composed('1'), sent('1'), message('9', 'ann'), message('1', 'ann'));
    assert.deepEqual(state.entries.slice(-2).map(({ own }) => own), [false, true]);
  });
});

suite('photos', () => {
  const photo = { blob: new Blob(['x']), mime: 'image/png', name: 'cat.png' };
  const attached = { type: 'attached', files: [
    { id: '1', name: 'cat.png', photo, problem: null },
    { id: '2', name: 'notes.txt', photo: null, problem: 'unsupported_media' },
  ] };

  test('wait to be sent, and can be taken away', () => {
    const state = run(online, attached);
    assert.deepEqual(state.attached.map(({ id }) => id), ['1', '2']);
    assert.deepEqual(run(state, { type: 'detached', id: '2' }).attached.length, 1);
  });

  test('are messages of one’s own, and leave the draft', () => {
    const state = run(online, { type: 'drafted', text: 'and' }, attached,
      { type: 'composed', id: '1', photo, at: 1 });
    assert.deepEqual([waiting(state), state.draft, state.attached.length], [['1'], 'and', 1]);
  });

  test('are shown from memory when they come back', () => {
    const image = { type: 'image', seq: null, id: '1', user: 'ann', mime: 'image/png',
      name: 'cat.png', at: 7, picture: new Blob(['y']) };
    const state = run(online, { type: 'composed', id: '1', photo, at: 1 }, sent('1'), frame(image));
    assert.deepEqual(state.outbox, []);
    assert.equal(state.entries.at(-1).picture, photo.blob);
    assert.equal(run(online, frame({ ...image, user: 'eve' })).entries.at(-1).picture, image.picture);
  });

  test('take longer than a text before they count as lost', () => {
    const state = run(online, { type: 'composed', id: '1', photo, at: 1 }, sent('1'),
      { type: 'passed', at: 10 + UNANSWERED_MS });
    assert.deepEqual(statuses(state), ['sent']);
  });
});

suite('typing', () => {
  const typing = run(online, frame({ type: 'typing', user: 'bob' }, 100));

  test('it wears off', () => {
    assert.equal(run(typing, { type: 'passed', at: 99 + TYPING_MS }).presence.typing.length, 1);
    assert.equal(run(typing, { type: 'passed', at: 100 + TYPING_MS }).presence.typing.length, 0);
  });

  test('it goes on with each sign, once a person', () => {
    const again = run(typing, frame({ type: 'typing', user: 'bob' }, 200));
    assert.deepEqual(again.presence.typing, [{ user: 'bob', until: 200 + TYPING_MS }]);
  });

  test('it ends with the message, and with the person', () => {
    assert.deepEqual(run(typing, message('1', 'bob')).presence.typing, []);
    assert.deepEqual(run(typing, left('bob', 1)).presence.typing, []);
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
