/** The inspector's rules: frames, the list and its bounds, rates, round trips, answers, stalling. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';

import { frameOf, hexDump, isWhole, KEPT, partsOf, prettyJson, withHead }
  from '../../shared_client/inspector/frame.js';
import { indexFrom, MOST_ENTRIES, MOST_KEPT } from '../../shared_client/inspector/log.js';
import { counted, measured, plotted, rates, STILL, summary, TRIPS_KEPT }
  from '../../shared_client/inspector/pace.js';
import { probes } from '../../shared_client/inspector/probes.js';
import { initial, reduce } from '../../shared_client/inspector/state.js';
import { ROUND_TRIPS_KEPT, roundTrip } from '../../shared_client/state/state.js';
import { inspectorEnglish } from '../../shared_client/words/inspector_english.js';
import { inspectorJapanese } from '../../shared_client/words/inspector_japanese.js';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** @param {string} header @param {number[]} rest */
function binary(header, rest = PNG) {
  const bytes = new TextEncoder().encode(header);
  return new Uint8Array([0, 0, bytes.length >> 8, bytes.length & 255, ...bytes, ...rest]).buffer;
}

const happened = (what, data, at = 0) => ({ what, at, frame: frameOf(data) });
const say = (text, at) => happened('out', `{"type":"say","id":"1","text":"${text}"}`, at);
const received = (frame, at) => happened('in', JSON.stringify(frame), at);
const closed = (code, at = 0) => ({ what: 'closed', at, code, reason: '', wait: 100 });
const see = (state, ...all) => reduce(state, { type: 'seen', all });
const reduced = (...events) => events.reduce(reduce, initial);
const shown = ({ log }) => log.shown.map(({ n }) => n);

suite('a frame', () => {
  test('has its size in bytes of UTF-8, and its type', () => {
    assert.deepEqual(frameOf('{"type":"say","text":"é😀"}'),
      { binary: false, type: 'say', size: 30, text: '{"type":"say","text":"é😀"}' });
    assert.equal(frameOf('{ "id": 1, "type": "ping" }').type, 'ping');
    for (const odd of ['', 'null', '[]', '{', '{"type":7}', '"say"']) {
      assert.equal(frameOf(odd).type, '');
    }
  });

  test('that is large is kept as its beginning', () => {
    const text = frameOf(`{"type":"message","text":"${'x'.repeat(KEPT)}"}`);
    assert.deepEqual([text.text.length, text.size, isWhole(text)], [KEPT, KEPT + 28, false]);
    assert.equal(text.type, 'message');
    const picture = frameOf(binary('{"type":"image"}', new Array(KEPT).fill(1)));
    assert.deepEqual([picture.head.length, picture.size, isWhole(picture)],
      [KEPT, KEPT + 20, false]);
  });

  test('in binary shows its header, and its picture’s kind and size', () => {
    const frame = frameOf(binary('{"type":"image","id":"7"}'));
    assert.deepEqual([frame.type, frame.size, isWhole(frame)], ['image', 37, true]);
    assert.deepEqual(partsOf(frame.head, frame.size), { headerBytes: 25,
      header: '{"type":"image","id":"7"}', picture: { mime: 'image/png', size: 8 } });
  });

  test('of a replay shows its image as the text that it is', () => {
    const frame = frameOf('{"type":"image","seq":7,"size":1234,"url":"/api/rooms/r/images/7"}');
    assert.deepEqual([frame.type, frame.binary, isWhole(frame)], ['image', false, true]);
  });

  test('in binary may be broken in every way', () => {
    const none = { header: null, picture: null };
    assert.deepEqual(partsOf(new Uint8Array(3), 3), { headerBytes: 0, ...none });
    const past = new Uint8Array([255, 255, 255, 255, 1]);
    assert.deepEqual(partsOf(past, 5), { headerBytes: 0xffffffff, ...none });
    assert.equal(frameOf(binary('{"type":')).type, '');
    assert.equal(partsOf(new Uint8Array(binary('{}', [1, 2])), 8).picture.mime, null);
  });

  test('sent as a blob waits for its beginning', async () => {
    const blob = new Blob([binary('{"type":"image"}')]);
    const frame = frameOf(blob);
    assert.deepEqual(frame, { binary: true, type: '', size: 28, head: null });
    assert.equal(withHead(28, new Uint8Array(await blob.arrayBuffer())).type, 'image');
  });

  test('is printed readably where it is JSON', () => {
    assert.equal(prettyJson('{"a":[1]}'), '{\n  "a": [\n    1\n  ]\n}');
    assert.equal(prettyJson('{'), null);
    assert.equal(hexDump(new Uint8Array([0x89, 0x50, 0, 255])),
      `0000  89 50 00 ff${' '.repeat(38)}.P..`);
    assert.deepEqual(hexDump(new Uint8Array(17)).split('\n').map((line) => line.slice(0, 4)),
      ['0000', '0010']);
  });
});

suite('the list', () => {
  const talk = see(initial, { what: 'open', at: 1, protocol: 'chat.v1', ms: 3 }, say('hello'),
    received({ type: 'message', text: 'Hello' }), happened('in', binary('{"type":"image","name":"cat"}')),
    closed(1012));

  test('holds frames and what became of the connection, numbered in order', () => {
    assert.deepEqual(shown(talk), [0, 1, 2, 3, 4]);
    assert.deepEqual(talk.log.types, ['image', 'message', 'say']);
  });

  for (const [filter, numbers] of [
    [{ text: 'hello' }, [1, 2]],
    [{ text: 'CAT' }, [3]],
    [{ text: '1012' }, [4]],
    [{ show: 'in' }, [2, 3]],
    [{ show: 'out' }, [1]],
    [{ show: 'events' }, [0, 4]],
    [{ type: 'message' }, [2]],
    [{ show: 'out', text: 'cat' }, []],
  ]) {
    test(`filtered by ${JSON.stringify(filter)}, also what comes later`, () => {
      assert.deepEqual(shown(reduce(talk, { type: 'filtered', filter })), numbers);
      const again = see(reduce(initial, { type: 'filtered', filter }), ...talk.log.entries);
      assert.deepEqual(shown(again), numbers);
    });
  }

  test('keeps the last so many, and says the same to a filter', () => {
    const many = Array.from({ length: MOST_ENTRIES }, (_, n) => say(n % 2 ? 'odd' : 'even'));
    let state = reduce(initial, { type: 'filtered', filter: { text: 'odd' } });
    for (let round = 0; round < 3; round += 1) state = see(state, ...many, say('last'));
    assert.equal(state.log.entries.length, MOST_ENTRIES);
    assert.equal(state.log.entries.at(-1).n, 3 * MOST_ENTRIES + 2);
    assert.deepEqual(shown(state), shown(reduce(state, { type: 'filtered', filter: {} })));
  });

  test('is bounded in what it keeps of the frames, too', () => {
    const large = say('x'.repeat(KEPT));
    const state = see(initial, ...Array.from({ length: 700 }, () => large));
    assert.equal(state.log.entries.length, MOST_KEPT / KEPT);
    assert.equal(state.log.kept, MOST_KEPT);
    assert.equal(see(state, large).log.kept, MOST_KEPT);
    assert.equal(reduce(state, { type: 'cleared' }).log.kept, 0);
  });

  test('paused, counts and does not list, and says so afterwards', () => {
    const paused = see(reduce(talk, { type: 'paused' }), say('a', 1000), say('b', 1000));
    assert.deepEqual(shown(paused), [0, 1, 2, 3, 4]);
    assert.deepEqual([paused.log.missed, paused.pace.out.frames], [2, 3]);
    const resumed = reduce(paused, { type: 'resumed', at: 9 });
    assert.deepEqual(resumed.log.entries.at(-1), { what: 'paused', at: 9, missed: 2, n: 5 });
    assert.equal(see(resumed, say('c')).log.entries.length, 7);
    const nothing = reduced({ type: 'paused' }, { type: 'resumed', at: 9 });
    assert.deepEqual(nothing.log.entries, []);
  });

  test('cleared, is empty and goes on numbering; the totals stay', () => {
    const cleared = reduce(talk, { type: 'cleared' });
    assert.deepEqual([shown(cleared), cleared.log.types, cleared.pace.in.frames], [[], [], 2]);
    assert.deepEqual(shown(see(cleared, say('x'))), [5]);
  });

  test('learns what a blob begins with after it was sent', () => {
    const sent = happened('out', new Blob([binary('{"type":"image"}')]));
    const state = see(reduce(initial, { type: 'filtered', filter: { type: 'image' } }), sent);
    assert.deepEqual(shown(state), []);
    const read = reduce(state, { type: 'headRead', frame: sent.frame,
      head: new Uint8Array(binary('{"type":"image"}')) });
    assert.deepEqual(shown(read), [0]);
    assert.equal(read.log.kept, 28);
    const gone = reduce(reduce(state, { type: 'cleared' }),
      { type: 'headRead', frame: sent.frame, head: new Uint8Array(28) });
    assert.deepEqual(shown(gone), []);
  });

  test('is searched by number', () => {
    const entries = [{ n: 3 }, { n: 5 }, { n: 9 }];
    assert.deepEqual([0, 3, 4, 9, 10].map((n) => indexFrom(entries, n)), [0, 0, 1, 2, 3]);
  });
});

suite('pace', () => {
  test('is the mean of the last whole seconds, and ebbs away', () => {
    let pace = STILL;
    for (const at of [1000, 1500, 2100, 3999]) pace = counted(pace, 'in', at, 30);
    pace = counted(pace, 'out', 3000, 6);
    assert.deepEqual(rates(pace, 4100),
      { in: { frames: 4 / 3, bytes: 40 }, out: { frames: 1 / 3, bytes: 2 } });
    assert.equal(rates(pace, 5000).in.frames, 2 / 3);
    assert.equal(rates(pace, 8000).in.frames, 0);
    assert.deepEqual(pace.in, { frames: 4, bytes: 120 });
    for (let at = 0; at < 1e5; at += 100) pace = counted(pace, 'in', at, 1);
    assert.ok(pace.buckets.length < 6);
  });

  test('of round trips are of the pings that the bar shows: the last ones of this connection', () => {
    assert.equal(summary([]), null);
    const trips = Array.from({ length: 100 }, (_, index) => index + 1);
    const shown = trips.slice(-ROUND_TRIPS_KEPT);
    assert.deepEqual(summary([500, null, ...trips]), { last: 100,
      median: roundTrip({ roundTrips: shown }), longest: 100, count: ROUND_TRIPS_KEPT });
    assert.equal(summary([...trips, null]), null);
    assert.deepEqual(summary([7]), { last: 7, median: 7, longest: 7, count: 1 });
  });

  test('of round trips is bounded, and breaks where a connection ended', () => {
    let trips = measured([], null);
    assert.deepEqual(trips, []);
    for (let ms = 0; ms < 2 * TRIPS_KEPT; ms += 1) trips = measured(trips, ms);
    assert.equal(trips.length, TRIPS_KEPT);
    assert.deepEqual(measured(measured([1], null), null), [1, null]);
    assert.equal(plotted([], 20, 10), '');
    assert.equal(plotted([5, 10, null, 5], 20, 10), 'M17.0 5.0l0 0L18.0 0.0M20.0 5.0l0 0');
  });
});

suite('a bad frame', () => {
  test('is none that the contract allows, and its answer is a code of the contract', () => {
    const codes = new Set(['bad_json', 'not_an_object', 'unknown_type', 'invalid_field', 'too_long',
      'unsupported_media']);
    for (const { expects, data } of probes()) {
      assert.ok(codes.delete(expects) || expects === 'bad_json');
      assert.ok(typeof data === 'string' || data.byteLength > 4);
    }
    assert.equal(codes.size, 0);
    const [noImage] = probes().filter(({ name }) => name === 'noImage');
    assert.equal(partsOf(new Uint8Array(noImage.data), noImage.data.byteLength).picture.size, 19);
  });

  const ask = (name, expects, at) => ({ type: 'asked', asked: { name, expects, at } });

  test('is answered in the order of asking, and by no error of something else', () => {
    let state = reduced(ask('notJson', 'bad_json', 10), ask('tooLong', 'too_long', 11));
    state = see(state, received({ type: 'error', code: 'rate_limited', id: 'mine' }, 12));
    assert.equal(state.answers.answered, null);
    state = see(state, received({ type: 'error', code: 'bad_json' }, 13));
    assert.deepEqual(state.answers.answered,
      { name: 'notJson', expects: 'bad_json', at: 10, code: 'bad_json', ms: 3 });
    state = see(state, received({ type: 'error', code: 'too_long', id: 'probe' }, 15));
    assert.deepEqual([state.answers.answered.name, state.answers.answered.ms], ['tooLong', 4]);
    assert.deepEqual(state.answers.asked, []);
  });

  test('waits for no answer of the next connection', () => {
    assert.deepEqual(see(reduce(initial, ask('notJson', 'bad_json', 1)), closed(1011)).answers.asked,
      []);
  });
});

suite('stalled reading', () => {
  const wanted = reduced({ type: 'stallWanted', at: 5 });
  const welcome = received({ type: 'welcome' }, 8);
  const whats = ({ log }) => log.entries.map(({ what }) => what);

  test('begins on the next connection, after the welcome', () => {
    assert.equal(wanted.stall.status, 'preparing');
    const anew = see(wanted, closed(4409));
    assert.equal(anew.stall.status, 'preparing');
    const stalled = see(anew, welcome);
    assert.deepEqual(stalled.stall, { status: 'stalled', since: 8 });
    assert.deepEqual(whats(stalled), ['closed', 'in', 'stalled']);
    assert.deepEqual(see(initial, welcome).stall, initial.stall);
  });

  test('ends as one wants, or with the connection', () => {
    const stalled = see(wanted, welcome);
    const over = reduce(stalled, { type: 'stallEnded', at: 20 });
    assert.deepEqual(over.log.entries.at(-1), { what: 'readOn', at: 20, ms: 12, n: 2 });
    assert.equal(over.stall.status, 'reading');
    assert.equal(see(stalled, closed(1006)).stall.status, 'reading');
    assert.deepEqual(whats(reduce(wanted, { type: 'stallEnded', at: 6 })), []);
  });
});

suite('the inspector’s words', () => {
  const entries = (table, path = '') => Object.entries(table).flatMap(([key, value]) =>
    typeof value === 'object' ? entries(value, `${path}${key}.`)
      : [`${path}${key}: ${typeof value}`]);

  test('are there in both languages, none of them empty', () => {
    assert.deepEqual(entries(inspectorJapanese).sort(), entries(inspectorEnglish).sort());
    for (const table of [inspectorEnglish, inspectorJapanese]) {
      assert.doesNotMatch(JSON.stringify(table), /""/);
      for (const { name } of probes()) assert.ok(table.probes[name]);
    }
  });

  test('explain every close code of the contract, and those of this client', () => {
    const core = readFileSync(new URL('../../chat_core/close_codes.py', import.meta.url), 'utf8');
    const codes = [...core.matchAll(/: Final = (\d{4})$/gm)].map(([, code]) => code);
    assert.ok(codes.length > 8);
    for (const code of [...codes, '1006', '4408', '4409']) assert.ok(inspectorEnglish.codes[code]);
  });
});
