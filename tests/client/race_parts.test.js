/** The race's small pure modules: clock, axis, statistics, load, table, names, words. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { aligned, measured, WINDOW_MS } from '../../shared_client/race/clock.js';
import { cell, toCsv } from '../../shared_client/race/csv.js';
import { ROWS } from '../../shared_client/race/board_view.js';
import { reckon, SHOWN } from '../../shared_client/race/figures.js';
import { isLimit, lagging, MOST_LAG_MS, NO_LAG } from '../../shared_client/race/lag.js';
import { memberName, read } from '../../shared_client/race/lane.js';
import { MOST_ROWS } from '../../shared_client/race/ledger.js';
import { readSettings, writeSettings } from '../../shared_client/race/link.js';
import { adjusted, BOUNDS, DEFAULTS, filler, isPicture, nextDue } from '../../shared_client/race/load.js';
import { roomOfRace } from '../../shared_client/race/room.js';
import { position, scaleFor } from '../../shared_client/race/scale.js';
import { initial, isLoading, reduce } from '../../shared_client/race/state.js';
import { LEAST_FOR_P99, summary } from '../../shared_client/race/statistics.js';
import { raceEnglish } from '../../shared_client/words/race_english.js';
import { raceJapanese } from '../../shared_client/words/race_japanese.js';
import { nameProblem, roomProblem } from '../../shared_client/network/protocol.js';
import { Track } from './race_track.js';

suite('the companion’s clock', () => {
  test('is taken from the shortest round trip, and known to half of it', () => {
    let samples = measured([], { askedAt: 100, heardAt: 140, at: 9000 });
    samples = measured(samples, { askedAt: 200, heardAt: 202, at: 9101 });
    samples = measured(samples, { askedAt: 300, heardAt: 330, at: 9200 });
    assert.deepEqual(aligned(samples), { at: 202, offset: 8900, give: 1 });
    assert.equal(aligned([]), null);
  });

  test('is right within what it gives, wherever the answer was written in between', () => {
    for (const share of [0, 0.2, 0.5, 0.9, 1]) {
      const [askedAt, heardAt, ahead] = [50, 58, 1234.5];
      const at = askedAt + share * (heardAt - askedAt) + ahead;
      const { offset, give } = aligned(measured([], { askedAt, heardAt, at }));
      assert.ok(Math.abs(offset - ahead) <= give + 1e-9);
    }
  });

  test('drifts: what is old does not count, and little is kept', () => {
    let samples = measured([], { askedAt: 0, heardAt: 0.1, at: 5 });
    samples = measured(samples, { askedAt: WINDOW_MS + 1, heardAt: WINDOW_MS + 9, at: 7 });
    assert.equal(aligned(samples).give, 4);
    for (let at = 0; at < 1000; at += 1) samples = measured(samples, { askedAt: at, heardAt: at, at });
    assert.ok(samples.length <= 64);
  });
});

suite('the figures', () => {
  test('are times that were measured, by nearest rank', () => {
    const times = Array.from({ length: 200 }, (_, index) => 200 - index);
    assert.deepEqual(summary(times), { count: 200, median: 100, p99: 198 });
    assert.deepEqual(summary([null, 7, null]), { count: 1, median: 7, p99: null });
    assert.deepEqual(summary([]), { count: 0, median: null, p99: null });
  });

  test('have no p99 of few', () => {
    const times = (count) => Array.from({ length: count }, () => 1);
    assert.equal(summary(times(LEAST_FOR_P99 - 1)).p99, null);
    assert.equal(summary(times(LEAST_FOR_P99)).p99, 1);
  });

  test('of a side that is far behind are in the plots, on an axis that has them', () => {
    const track = new Track(1);
    const first = track.says();
    for (let more = 0; more < 3 * SHOWN; more += 1) track.says();
    track.at += 2400;
    track.had('left', first, 0);
    const { sides, scale } = reckon(track.state);
    assert.deepEqual([sides.left.newest, sides.left.recent.map(({ n }) => n)], [first, [first]]);
    assert.ok(scale.from <= 2400 && scale.to >= 2400, `${scale.from} to ${scale.to}`);
  });

  test('have an axis that has the median of all, and what is under way', () => {
    const track = new Track(2);
    const slow = Array.from({ length: 3 * SHOWN }, () => track.says());
    track.at += 3000;
    for (const n of slow) track.had('left', n, 0, 1);
    for (let more = 0; more < 2 * SHOWN; more += 1) track.had('left', track.says(), 0, 1);
    assert.ok(reckon(track.state).scale.to >= 3000);
    const under = new Track(2);
    const n = under.says();
    under.at += 700;
    under.had('left', n, 0);
    const { scale } = reckon(under.state);
    assert.ok(scale.from <= 700 && scale.to >= 700, `${scale.from} to ${scale.to}`);
  });

  test('of nothing are none, on an axis all the same', () => {
    const { sides, scale } = reckon(initial(['left', 'right'], 'run'));
    assert.equal(sides.left.delivery.median, null);
    assert.deepEqual(scale.ticks.at(0), scale.from);
  });
});

suite('the axis', () => {
  test('holds all that was measured, between whole steps, a decade at least', () => {
    for (const times of [[3], [0.02, 0.3], [1, 10], [4.9, 5.1], [0.7, 4200], [7, 7.001]]) {
      const scale = scaleFor(times);
      assert.ok(scale.to / scale.from >= 9.99, `${times}`);
      for (const time of times) {
        assert.ok(scale.to >= time && position(scale, time) >= 0 && position(scale, time) <= 1);
      }
      assert.equal(scale.ticks[0], scale.from);
      assert.equal(scale.ticks.at(-1), scale.to);
      assert.deepEqual([...scale.ticks].sort((a, b) => a - b), scale.ticks);
      for (const tick of scale.ticks) assert.match(tick.toExponential(), /^[125]e/);
    }
  });

  test('is logarithmic', () => {
    const scale = { from: 1, to: 100, ticks: [] };
    assert.deepEqual([1, 10, 100, 0.5, 200].map((ms) => position(scale, ms)), [0, 0.5, 1, 0, 1]);
  });
});

suite('the load', () => {
  test('stays within its bounds, whatever is typed', () => {
    for (const [key, [least, most]] of Object.entries(BOUNDS)) {
      assert.equal(adjusted(DEFAULTS, { [key]: 1e9 })[key], most);
      assert.equal(adjusted(DEFAULTS, { [key]: '-5' })[key], least);
      for (const typed of ['x', '', ' ']) {
        assert.equal(adjusted(DEFAULTS, { [key]: typed })[key], DEFAULTS[key]);
      }
    }
    assert.equal(BOUNDS.rate[1], 15);
  });

  test('comes at even times, and makes up for nothing by a burst', () => {
    assert.equal(nextDue(1000, 10, 1003), 1100);
    assert.equal(nextDue(1000, 10, 1180), 1100);
    assert.equal(nextDue(1000, 10, 61_000), 61_000);
  });

  test('is of the size that was asked for', () => {
    for (const length of [1, 80, 101, 4000]) assert.equal([...filler(length)].length, length);
    const turns = [1, 2, 3, 4].filter((turn) => isPicture({ ...DEFAULTS, pictureEvery: 2 }, turn));
    assert.deepEqual(turns, [2, 4]);
    assert.equal(isPicture(DEFAULTS, 1), false);
  });

  test('rests in a hidden tab, and the page can say so afterwards', () => {
    const after = (...events) => events.reduce(reduce, initial(['left'], 'run'));
    const [started, hidden, seen] = [{ type: 'started' }, { type: 'visibility', hidden: true },
      { type: 'visibility', hidden: false }];
    assert.deepEqual([after(started), after(started, hidden), after(started, hidden, seen)]
      .map((state) => [isLoading(state), state.slept]),
    [[true, false], [false, true], [true, true]]);
    assert.equal(after(hidden, seen).slept, false);
    assert.equal(isLoading(after(started, { type: 'set', settings: { rate: 0 } })), false);
    assert.equal(isLoading(after(started, { type: 'paused' })), false);
  });
});

suite('the link', () => {
  test('brings back whatever was set, and leaves the rest of the address', () => {
    const at = '?view=race&backend=fastapi&room=lobby';
    assert.equal(writeSettings(at, DEFAULTS), at);
    for (let step = 0; step < 50; step += 1) {
      const settings = Object.fromEntries(Object.entries(BOUNDS).map(([key, [least, most]], index) =>
        [key, least + (step * 7919 * (index + 1)) % (most - least + 1)]));
      const link = writeSettings(`${at}&rate=14`, settings);
      assert.deepEqual(readSettings(link), settings);
      assert.ok(link.startsWith(at));
    }
  });

  test('of somebody else is kept within the bounds', () => {
    assert.deepEqual(readSettings('?rate=1e9&members=-3&length=x&crew=&pictureKb=50px'),
      { ...DEFAULTS, rate: BOUNDS.rate[1], members: BOUNDS.members[0] });
    assert.deepEqual(readSettings(''), DEFAULTS);
  });
});

suite('the page', () => {
  const after = (...lags) => lags.reduce(lagging, NO_LAG);
  const times = (count, ms) => Array.from({ length: count }, () => ms);

  test('is the limit when its timers are late all the time, and not for one late timer', () => {
    assert.equal(isLimit(after(...times(20, MOST_LAG_MS + 1))), true);
    assert.equal(isLimit(after(...times(20, 2), 5000, ...times(20, 2))), false);
    assert.equal(isLimit(after(...times(3, 5000))), false);
  });

  test('that was the limit is it until the reset, for its figures are of then', () => {
    const late = after(...times(20, 200), ...times(20, 1));
    assert.deepEqual([isLimit(late), late.worst], [true, 200]);
    const track = new Track(1);
    track.says();
    const tick = (lag) => track.does({ type: 'passed', at: track.at, lag });
    for (const lag of times(20, 200)) tick(lag);
    assert.equal(isLimit(track.state.lag), true);
    track.does({ type: 'reset', run: 'other' });
    for (const lag of times(20, 200)) tick(lag);
    assert.equal(isLimit(track.state.lag), false, 'nothing is measured');
  });
});

suite('the room of the race', () => {
  test('is another than the one that the user came from, and one that the servers take', () => {
    for (const room of ['lobby', 'a', 'r'.repeat(64)]) {
      assert.notEqual(roomOfRace(room), room);
      assert.equal(roomProblem(roomOfRace(room)), null);
    }
  });
});

suite('a member’s frames', () => {
  test('count where they are of this race', () => {
    const server = { framework: 'x' };
    assert.deepEqual(read({ type: 'welcome', server }, 1, 5, 'r'),
      { type: 'joined', member: 1, server });
    assert.deepEqual(read({ type: 'message', id: 'race-r-3' }, 1, 5, 'r'),
      { type: 'had', n: 3, member: 1, at: 5 });
    assert.deepEqual(read({ type: 'image', id: 'race-r-4' }, 0, 6, 'r'),
      { type: 'had', n: 4, member: 0, at: 6 });
    assert.deepEqual(read({ type: 'error', id: 'race-r-4', code: 'rate_limited' }, 0, 6, 'r'),
      { type: 'refused', n: 4, code: 'rate_limited' });
    for (const frame of [{ type: 'message', id: 'race-q-3' }, { type: 'error', code: 'bad_json' },
      { type: 'ack', id: 'race-r-3' }, { type: 'typing', user: 'x' }]) {
      assert.equal(read(frame, 1, 5, 'r'), null);
    }
  });

  test('names are such as the servers take', () => {
    assert.equal(memberName('Ann', 0), 'Ann');
    assert.equal(memberName('Ann', 19), 'Ann 20');
    for (const name of ['😀'.repeat(32), 'x'.repeat(32)]) {
      assert.equal(nameProblem(memberName(name, 19)), null);
    }
  });
});

suite('the table', () => {
  const message = { n: 1, kind: 'text', size: 5, text: 'a "b", c', at: 1000.25, order: 2, members: 3,
    due: 7, had: 3, first: 1.23456, last: 4, trip: 2, copies: 1, awaits: 0, crew: null, until: 0,
    silent: false, overdue: false, gone: 0, cut: false, fate: 'lost', lost: 1, late: 0, code: '' };
  const crew = { members: 10, had: 10, late: 1, waiting: 0, first: -0.1, last: 9, give: 0.25 };

  test('has a line for each message and side, in order, with all that was measured', () => {
    const [header, ...lines] = [...toCsv([
      { key: 'left', rows: [{ ...message, n: 2 }, message] },
      { key: 'right', rows: [{ ...message, crew, fate: 'whole', text: 'x' },
        { ...message, n: 2, order: 0, at: 0, fate: 'unsent', first: null, last: null, trip: null }] },
    ], Date.UTC(2026, 0, 1))].join('').split('\r\n');
    assert.equal(header, 'message,side,sent_at,kind,size,fate,error,written,sent_ms,round_trip_ms,'
      + 'first_ms,last_ms,members,had,lost,late,duplicates,synthetic_members,synthetic_had,'
      + 'synthetic_late,synthetic_first_ms,synthetic_last_ms,clock_uncertainty_ms,text');
    assert.deepEqual(lines, [
      '1,left,2026-01-01T00:00:01.000Z,text,5,lost,,2,1000.25,2,1.235,4,3,2,1,0,1,,,,,,,"a ""b"", c"',
      '1,right,2026-01-01T00:00:01.000Z,text,5,whole,,2,1000.25,2,0,9,3,2,1,0,1,10,10,1,-0.1,9,0.25,x',
      '2,left,2026-01-01T00:00:01.000Z,text,5,lost,,2,1000.25,2,1.235,4,3,2,1,0,1,,,,,,,"a ""b"", c"',
      '2,right,,text,5,unsent,,,,,,,3,2,1,0,1,,,,,,,"a ""b"", c"',
      '']);
  });

  test('comes in parts, and whole', () => {
    const rows = Array.from({ length: 1234 }, (_, index) => ({ ...message, n: index + 1 }));
    const parts = [...toCsv([{ key: 'left', rows }], 0)];
    assert.ok(parts.length > 2);
    assert.deepEqual(parts.join('').trim().split('\r\n').slice(1).map((each) => parseInt(each, 10)),
      rows.map(({ n }) => n));
  });

  for (const [value, wanted] of [
    ['=1+1', "'=1+1"], ['+1', "'+1"], ['-1', "'-1"], ['@SUM(A1)', "'@SUM(A1)"], ['\t=1', "'\t=1"],
    ['\r=1', "\"'\r=1\""], ['=A1,"x"', '"\'=A1,""x"""'], ['a\nb', '"a\nb"'], ['plain', 'plain'],
    ['', ''], [-1.5, '-1.5'], [null, ''],
  ]) {
    test(`${JSON.stringify(value)} calculates nothing and breaks no line`, () => {
      assert.equal(cell(value), wanted);
    });
  }
});

suite('the board', () => {
  test('counts what was cut off apart from what was not sent', () => {
    const [left, right] = [new Track(1), new Track(1)];
    left.says({ to: ['right'] });
    right.says();
    right.goes('left', 0);
    const shown = (track) => Object.fromEntries(['unsent', 'cut'].map((name) =>
      [name, ROWS.find((row) => row.name === name)?.of(track.side('left')).value]));
    assert.deepEqual(shown(left), { unsent: '1', cut: '0' });
    assert.deepEqual(shown(right), { unsent: '0', cut: '1' });
  });
});

suite('the words of the race', () => {
  const entries = (table, path = '') => Object.entries(table).flatMap(([key, value]) =>
    typeof value === 'object' ? entries(value, `${path}${key}.`)
      : [`${path}${key}: ${typeof value}${value === '' ? ' empty' : ''}`]);

  test('are the same in both languages, and none is empty', () => {
    assert.deepEqual(entries(raceJapanese).sort(), entries(raceEnglish).sort());
    assert.deepEqual(entries(raceEnglish).filter((entry) => entry.endsWith('empty')), []);
  });

  test('tell the numbers that the account goes by', () => {
    for (const { howItIs } of [raceEnglish, raceJapanese]) {
      const text = howItIs.join(' ').replaceAll(' ', ' ');
      assert.match(text, new RegExp(MOST_ROWS.toLocaleString('fr').replaceAll(/\s/g, ' ')));
      assert.match(text, new RegExp(` ${LEAST_FOR_P99}`));
    }
  });

  test('have a word for each end of a message', () => {
    for (const { fate } of [raceEnglish, raceJapanese]) {
      const said = [null, 'whole', 'lost', 'refused', 'unsent', 'cut', 'unreported'].map((each) =>
        fate({ fate: each, lost: 2, code: '', overdue: false }, 1, 12));
      said.push(fate({ fate: null, lost: 0, code: '', overdue: true }, 1, null));
      assert.equal(new Set(said).size, 8);
    }
    assert.equal(raceEnglish.fate({ fate: 'whole' }, 1.04, 12.3), '1.0 … 12 ms');
    assert.equal(raceEnglish.fate({ fate: 'whole' }, 940, 2310), '0.9 … 2.3 s');
    assert.equal(raceJapanese.fate({ fate: 'whole' }, 940, 2310), '0.9 … 2.3 秒');
  });
});
