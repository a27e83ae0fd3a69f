/** A room with a history: seqs, holes, replays, pages, and the user's own messages. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { HOLE_MS, nextPage, PAGE, TRIES, WIDE } from '../../shared_client/state/book.js';
import { ENTRIES_KEPT, resumeFrom, SLACK } from '../../shared_client/state/conversation.js';
import { initial, isTimed, waiting } from '../../shared_client/state/state.js';
import {
  composed, connecting, entered, frame, joined, LOST, message, notices, numbered, page, range,
  run, sent, seqs, statuses, texts, welcome,
} from './happenings.js';

const ack = (id, seq) => frame({ type: 'ack', id, seq });
const gap = (after, before) => frame({ type: 'gap', after, before });
const failed = (before, at = 0) => ({ type: 'pageFailed', before, at });
const own = (seq, id) => numbered(seq, { id, user: 'ann' });

/** A room of ten messages; the last page is loaded. */
const here = run(initial, entered(), connecting(), welcome({ seq: 10 }),
  page(11, PAGE, range(1, 10)));
const back = (state, seq) => run(state, LOST, connecting(1), welcome({ seq }));

suite('the first entry', () => {
  const fresh = run(initial, entered(), connecting(), welcome({ seq: 100 }));

  test('asks for no replay, and for the last page', () => {
    assert.equal(resumeFrom(run(initial, entered())), null);
    assert.deepEqual(nextPage(fresh.book, 0), { before: 101, limit: PAGE });
  });

  test('shows it before what came meanwhile', () => {
    const state = run(fresh, numbered(101), page(101, PAGE, range(51, 100)), numbered(102));
    assert.deepEqual(seqs(state), range(51, 102));
    assert.deepEqual(state.book.holes, []);
    assert.equal(nextPage(state.book, 1e6), null);
  });

  test('goes on above it as one scrolls up, to the beginning', () => {
    let state = run(fresh, page(101, PAGE, range(51, 100)), { type: 'olderWanted' });
    assert.deepEqual(nextPage(state.book, 0), { before: 51, limit: PAGE });
    state = run(state, page(51, PAGE, range(1, 50)));
    assert.deepEqual(seqs(state), range(1, 100));
    assert.equal(state.book.older, 'end');
    assert.equal(nextPage(run(state, { type: 'olderWanted' }).book, 0), null);
  });

  test('of an empty room fetches nothing', () => {
    assert.equal(nextPage(run(initial, entered(), welcome({ seq: 0 })).book, 0), null);
  });

  test('says where the page cannot be had, and tries again when asked', () => {
    const state = run(fresh, failed(101));
    assert.equal(state.book.older, 'failed');
    assert.equal(nextPage(state.book, 1e6), null);
    assert.notEqual(nextPage(run(state, { type: 'olderWanted' }).book, 0), null);
  });

  test('puts the history above the notice of one’s coming', () => {
    const state = run(initial, entered(), welcome({ seq: 3, at: 1000 }), page(4, PAGE, [1, 2, 3]));
    assert.deepEqual(state.entries.map(({ kind }) => kind),
      ['message', 'message', 'message', 'notice']);
  });
});

suite('a live message', () => {
  test('comes last, whatever the clocks say', () => {
    const state = run(here, frame(joined('bob', 2).frame, 5000), numbered(11, { at: 20 }));
    assert.equal(state.entries.at(-1).seq, 11);
  });

  test('that comes twice is shown once', () => {
    assert.deepEqual(seqs(run(here, numbered(11), numbered(11), numbered(10))), range(1, 11));
  });

  test('with a short id that was used before is another message', () => {
    const state = run(here, numbered(11, { id: 'x' }), numbered(12, { id: 'x' }));
    assert.deepEqual(seqs(state), range(1, 12));
  });

  test('that its author sent again, for the ack was lost, is shown once and counted twice', () => {
    const id = 'c'.repeat(36);
    const state = run(here, numbered(11, { id }), numbered(12, { id }));
    assert.deepEqual(seqs(state), range(1, 11));
    assert.equal(resumeFrom(state), 12);
  });
});

suite('a hole', () => {
  const holed = run(here, numbered(13, {}, 100));

  test('is waited for, then fetched', () => {
    assert.equal(nextPage(holed.book, 99 + HOLE_MS), null);
    assert.deepEqual(nextPage(holed.book, 100 + HOLE_MS), { before: 13, limit: 2 });
    assert.equal(isTimed(holed), true);
    const filled = run(holed, page(13, 2, [11, 12], 1200));
    assert.deepEqual(seqs(filled), range(1, 13));
    assert.equal(isTimed(filled), false);
  });

  test('closes by itself where two messages only crossed', () => {
    const state = run(holed, numbered(12), numbered(11));
    assert.deepEqual([seqs(state), state.book.holes], [range(1, 13), []]);
  });

  test('that shrinks is waited for anew: a replay is at it', () => {
    const state = run(holed, numbered(11, {}, 1000));
    assert.equal(nextPage(state.book, 999 + HOLE_MS), null);
  });

  test('keeps what is behind it from counting as complete', () => {
    assert.equal(resumeFrom(holed), 10);
    assert.equal(resumeFrom(run(holed, numbered(11), numbered(12))), 13);
  });

  test('is tried again, later each time, and then left to the person', () => {
    let state = holed;
    let at = 100 + HOLE_MS;
    for (let tries = 0; tries < TRIES; tries += 1) {
      assert.notEqual(nextPage(state.book, at), null);
      state = run(state, failed(13, at));
      assert.equal(nextPage(state.book, at), null);
      at += 1e6;
    }
    assert.equal(nextPage(state.book, at), null);
    assert.equal(isTimed(state), false);
    const again = run(state, { type: 'gapWanted', to: 12, at });
    assert.deepEqual(nextPage(again.book, at), { before: 13, limit: 2 });
  });

  test('is noticed by an ack, where one’s own message did not come', () => {
    const state = run(here, composed('1'), sent('1'), ack('1', 11));
    assert.deepEqual(statuses(state), ['kept']);
    assert.deepEqual(nextPage(state.book, HOLE_MS), { before: 12, limit: 1 });
  });

  test('longer than a page is fetched page by page from its end, without a wait', () => {
    const wide = run(here, numbered(411));
    const first = nextPage(wide.book, HOLE_MS);
    assert.deepEqual(first, { before: 411, limit: 200 });
    const state = run(wide, page(411, 200, range(211, 410), HOLE_MS));
    assert.deepEqual(nextPage(state.book, HOLE_MS), { before: 211, limit: 200 });
    assert.deepEqual(seqs(run(state, page(211, 200, range(11, 210)))), range(1, 411));
  });
});

suite('coming back', () => {
  test('resumes after what is here, and takes the replay', () => {
    assert.equal(resumeFrom(run(here, LOST)), 10);
    const state = run(back(here, 12), numbered(11), numbered(12), numbered(13));
    assert.deepEqual(seqs(state), range(1, 13));
    assert.deepEqual(notices(state), ['entered', 'lost', 'returned']);
  });

  test('does not send again what the replay shows', () => {
    const state = run(here, composed('1'), sent('1'), composed('2'), sent('2'));
    const returned = back(state, 11);
    assert.deepEqual(statuses(returned), ['unsure', 'unsure']);
    assert.deepEqual(waiting(returned), []);
    const replayed = run(returned, own(11, '1'));
    assert.deepEqual(waiting(replayed), ['2']);
    assert.equal(replayed.entries.at(-1).own, true);
  });

  test('sends at once what cannot have arrived, where nothing was said meanwhile', () => {
    assert.deepEqual(waiting(back(run(here, composed('1'), sent('1')), 10)), ['1']);
  });

  test('never sends again what was acknowledged', () => {
    const state = run(back(run(here, composed('1'), sent('1'), ack('1', 11)), 11), own(11, '1'));
    assert.deepEqual([waiting(state), state.outbox], [[], []]);
  });

  test('after the page has gone asks for a replay from where the doubtful one was sent', () => {
    const doubtful = run(here, composed('1'), sent('1'), LOST).outbox;
    const state = run(initial, entered('r', { outbox: doubtful, mine: ['1'] }));
    assert.equal(resumeFrom(state), 10);
    const replayed = run(state, connecting(), welcome({ seq: 12 }), own(11, '1'), numbered(12));
    assert.deepEqual([waiting(replayed), seqs(replayed)], [[], [11, 12]]);
    assert.deepEqual(nextPage(replayed.book, 0), { before: 11, limit: PAGE });
  });

  test('to a history that was begun anew starts with it', () => {
    const state = back(run(here, composed('1'), sent('1')), 3);
    assert.deepEqual([seqs(state), waiting(state)], [[], ['1']]);
    assert.deepEqual(nextPage(state.book, 0), { before: 4, limit: PAGE });
  });

  test('to a server without a history goes on without seqs', () => {
    const state = run(back(run(here, composed('1'), sent('1')), null), message('x'));
    assert.deepEqual([state.book, waiting(state)], [null, ['1']]);
    assert.equal(texts(state).at(-1), 'text of x');
  });
});

suite('a replay that is not whole', () => {
  test('leaves a hole, which is filled over HTTP', () => {
    const state = run(back(run(here, composed('1'), sent('1')), 1100), gap(10, 101),
      range(101, 1100).map((seq) => numbered(seq)));
    assert.deepEqual(nextPage(state.book, HOLE_MS), { before: 101, limit: 90 });
    assert.deepEqual(statuses(state), ['unsure']);
    assert.deepEqual(waiting(run(state, page(101, 90, range(11, 100)))), ['1']);
  });

  test('lets nothing be said before what is in doubt', () => {
    const offline = run(here, composed('1'), sent('1'), LOST, composed('2'));
    const state = run(offline, connecting(1), welcome({ seq: 12 }));
    assert.deepEqual(waiting(state), []);
    assert.deepEqual(waiting(run(state, numbered(11), numbered(12))), ['1', '2']);
  });

  test('that is tried for no more has what is in doubt sent again, under its id', () => {
    const state = run(back(run(here, composed('1'), sent('1'), composed('2')), 12), numbered(12));
    const failing = { type: 'pageFailed', before: 12, at: 0 };
    const almost = run(state, Array.from({ length: TRIES - 1 }, () => failing));
    assert.deepEqual(statuses(almost), ['unsure', 'waiting']);
    for (const last of [failing, page(12, 1, [])]) {
      const given = run(almost, last);
      assert.deepEqual(waiting(given), ['1', '2']);
      const said = run(given, sent('1'), ack('1', 11));
      assert.deepEqual(statuses(said), ['kept', 'waiting'], 'it is what is missing');
      assert.deepEqual(waiting(run(given, page(12, 1, [11]))), ['1', '2']);
    }
  });

  test('and far behind begins anew below it: one scrolls up through what is between', () => {
    const before = 11 + WIDE + 1000;
    const state = run(back(run(here, composed('1'), sent('1')), before + 1), gap(10, before),
      numbered(before), numbered(before + 1));
    assert.deepEqual(seqs(state), [before, before + 1]);
    assert.deepEqual(nextPage(run(state, { type: 'olderWanted' }).book, 0),
      { before, limit: PAGE });
    assert.deepEqual(waiting(state), ['1']);
    assert.deepEqual(run(state, sent('1'), ack('1', 11)).outbox, [], 'one scrolls up to it');
  });

  test('because it failed midway is a hole at its end', () => {
    const state = run(back(here, 12), numbered(11), gap(11, 13));
    assert.deepEqual(nextPage(state.book, HOLE_MS), { before: 13, limit: 1 });
  });
});

suite('a long room', () => {
  const most = ENTRIES_KEPT * (1 + SLACK);
  const almost = run(here, range(11, most - 1).map((seq) => numbered(seq)));
  const long = run(almost, numbered(most));

  test('is cut off all at once', () => {
    assert.equal(almost.entries.length, most);
    assert.deepEqual(seqs(almost), range(1, most - 1));
    assert.deepEqual(seqs(long), range(most - ENTRIES_KEPT + 1, most));
  });

  test('keeps the newest, and loads the rest again as one scrolls up', () => {
    assert.equal(long.entries.length, ENTRIES_KEPT);
    const [first] = seqs(long);
    assert.equal(long.book.floor, first);
    const state = run(long, { type: 'olderWanted' });
    assert.deepEqual(nextPage(state.book, 0), { before: first, limit: PAGE });
  });

  test('of comings and goings alone loses no message for good', () => {
    const state = run(here, range(0, most - 11).map((each) => joined(`guest ${each}`, each + 2)));
    assert.deepEqual([state.entries.length, seqs(state)], [ENTRIES_KEPT, []]);
    assert.equal(resumeFrom(state), 10);
    const up = run(state, { type: 'olderWanted' });
    assert.deepEqual(nextPage(up.book, 0), { before: 11, limit: PAGE });
    assert.deepEqual(seqs(run(up, page(11, PAGE, range(1, 10)))), range(1, 10));
  });

  test('keeps what one reads while one reads above', () => {
    const above = run(long, { type: 'scrolled', atEnd: false },
      range(most + 1, most + 60).map((seq) => numbered(seq)));
    assert.equal(above.entries.length, ENTRIES_KEPT + 60);
  });
});

test('an image has its picture where it came along, and its address in the history', () => {
  const image = { type: 'image', id: 'i', user: 'bob', mime: 'image/png', name: 'a', at: 1 };
  const picture = new Blob(['x']);
  const state = run(here, frame({ ...image, seq: 11, picture }));
  assert.equal(state.entries.at(-1).picture, picture);
  assert.equal(state.entries.at(-1).url, '/api/rooms/r/images/11');
  const paged = run(initial, entered(), welcome({ seq: 1 }),
    { type: 'paged', before: 2, limit: PAGE, records: [{ ...image, seq: 1 }], at: 0 });
  assert.deepEqual([paged.entries.at(-1).picture, paged.entries.at(-1).url],
    [null, '/api/rooms/r/images/1']);
});

test('a guest in a private room gets the whole of it as a replay', () => {
  const state = run(initial, entered('r', { whole: true }), connecting());
  assert.equal(resumeFrom(state), 0);
  const replayed = run(state, welcome({ seq: 2 }), numbered(1), numbered(2), numbered(3));
  assert.deepEqual(seqs(replayed), [1, 2, 3]);
  assert.equal(nextPage(replayed.book, 1e6), null);
});
