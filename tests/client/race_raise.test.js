/** The raise: the search for a ceiling, the verdict on a step, turns and members, and its words. */

import assert from 'node:assert/strict';
import { mock, suite, test } from 'node:test';

import { NO_LAG, lagging, MOST_LAG_MS } from '../../shared_client/race/lag.js';
import { LATE_MS } from '../../shared_client/race/ledger.js';
import { readRaise, readSettings, writeSettings } from '../../shared_client/race/link.js';
import { BOUNDS, DEFAULTS, defaultsFor } from '../../shared_client/race/load.js';
import { ceilingOf } from '../../shared_client/race/raise/ceiling.js';
import {
  cut, demandOf, MOST_CREW, MOST_STEPS, nextTurn, planned, rateOf, SENDS_EACH, speakersFor, stepped,
} from '../../shared_client/race/raise/plan.js';
import { createRaising } from '../../shared_client/race/raise/raising.js';
import { raiseWords } from '../../shared_client/race/raise/raise_words.js';
import { after, begun } from '../../shared_client/race/raise/search.js';
import {
  isCertain, judged, measured, messagesOf, MOST_P99_MS,
} from '../../shared_client/race/raise/step.js';
import { reduce } from '../../shared_client/race/state.js';
import { LEAST_FOR_P99, summary } from '../../shared_client/race/statistics.js';
import { createStore } from '../../shared_client/state/store.js';
import { raiseEnglish } from '../../shared_client/words/raise_english.js';
import { raiseJapanese } from '../../shared_client/words/raise_japanese.js';
import { Track } from './race_track.js';

const KEYS = ['left', 'right'];
const LIST = [{ key: 'left', label: 'Left' }, { key: 'right', label: 'Right' }];

suite('the search for a ceiling', () => {
  /** @returns {[object, number]} the search at its end, and its number of steps */
  function searched(most, outcomeOf) {
    let search = begun(most);
    let steps = 0;
    for (; search.level !== null; steps += 1) search = after(search, outcomeOf(search.level, steps));
    return [search, steps];
  }

  test('finds each ceiling to 15 %, in few steps', () => {
    for (let ceiling = 1; ceiling < 800; ceiling += 1) {
      const [{ held, broken }, steps] = searched(800, (level) => level <= ceiling ? 'held' : 'broken');
      assert.ok(held <= ceiling && broken > ceiling, `${ceiling}: ${held} to ${broken}`);
      assert.ok(broken - held === 1 || broken - held <= 0.15 * held, `${ceiling}: ${held} to ${broken}`);
      assert.ok(2 * steps <= MOST_STEPS, `${steps}`);
    }
  });

  test('ends at the highest level if all held, and below the first if none did', () => {
    const [all] = searched(20, () => 'held');
    assert.deepEqual([all.held, all.broken, all.limited], [20, null, null]);
    const [none] = searched(800, () => 'broken');
    assert.deepEqual([none.held, none.broken], [null, 1]);
    assert.equal(begun(3).level, 3);
  });

  test('does not take one hiccup at each level for a ceiling', () => {
    const tried = new Set();
    const [search] = searched(800, (level) => {
      const first = !tried.has(level);
      tried.add(level);
      return first ? 'broken' : 'held';
    });
    assert.deepEqual([search.held, search.broken], [800, null]);
  });

  test('ends where not the chat is the limit, twice, and keeps what held', () => {
    const [search, steps] = searched(800, (level) => level > 40 ? 'limit' : 'held');
    assert.deepEqual([search.held, search.broken, search.limited, steps], [40, null, 80, 6]);
    const [broke] = searched(800, (level, step) => level <= 40 ? 'held' : step === 4 ? 'limit' : 'broken');
    assert.deepEqual([broke.limited, broke.broken > 40], [null, true]);
  });
});

suite('a step of the raise', () => {
  const CALM = { planned: 100, refused: 0, unreported: 0, lag: NO_LAG, companionLag: 0, sent: 100,
    sendingMs: 20_000, rate: 5 };

  /** A step of 100 messages at two members, and how long each took; null for a lost one. */
  function stepOf(times) {
    const track = new Track(2);
    for (const ms of times) {
      const n = track.says({ to: ['left'] });
      track.at += ms ?? 0;
      track.had('left', n, 0, ...ms === null ? [] : [1]);
    }
    return track;
  }
  const times = (count, ms) => Array.from({ length: count }, () => ms);
  const found = (track, planned_ = 100) =>
    measured(track.side('left').ledger, planned_, track.at);

  test('has messages enough for a p99, and 5 seconds', () => {
    assert.deepEqual([1, 5, 20, 21, 200].map(messagesOf),
      [LEAST_FOR_P99, LEAST_FOR_P99, 100, 105, 1000]);
  });

  test('has the p99 that the board shows', () => {
    for (const count of [100, 101, 250, 999]) {
      const all = Array.from({ length: count }, (_, index) => (index * 7919) % 1000);
      const { p99, atLeast, count: n, missing } = found(stepOf(all), count);
      assert.deepEqual([p99, atLeast, n, missing], [summary(all).p99, false, count, 0]);
    }
  });

  test('holds with one slow message in a hundred, and breaks with two', () => {
    const one = found(stepOf([...times(99, 20), 900]));
    assert.deepEqual([one.p99, judged(one, CALM)], [20, { outcome: 'held', reason: null }]);
    const two = found(stepOf([...times(98, 20), 101, 900]));
    assert.deepEqual([two.p99, judged(two, CALM)], [101, { outcome: 'broken', reason: 'slow' }]);
    const even = found(stepOf([...times(98, 20), MOST_P99_MS, 900]));
    assert.equal(judged(even, CALM).outcome, 'held');
  });

  test('is over when it breaks whatever comes, and then has a p99 of at least', () => {
    const track = stepOf([...times(5, 20), 250]);
    assert.equal(isCertain(found(track)), false);
    assert.equal(found(track).p99, 20);
    track.says({ to: ['left'] });
    track.at += 120;
    const now = found(track);
    assert.deepEqual([isCertain(now), now.p99, now.atLeast, now.count], [true, 120, true, 7]);
    assert.equal(isCertain(found(stepOf([]))), false);
  });

  test('breaks when something is lost, also when the p99 is low', () => {
    const track = stepOf([...times(99, 20), null]);
    track.waits(3 * LATE_MS);
    const result = found(track);
    assert.deepEqual([result.missing, result.p99, result.atLeast], [1, 20, true]);
    assert.deepEqual(judged(result, CALM), { outcome: 'broken', reason: 'lost' });
  });

  test('breaks when a connection ends, which takes messages along', () => {
    const track = stepOf(times(99, 20));
    const n = track.says({ to: ['left'] });
    track.had('left', n, 0);
    track.goes('left', 1);
    assert.equal(judged(found(track), CALM).reason, 'lost');
    const cutOff = stepOf([]);
    cutOff.does({ type: 'said', now: cutOff.at, kind: 'text', size: 1, text: 'x', written: { left: null } });
    assert.equal(judged(found(cutOff), { ...CALM, sent: 1, sendingMs: 0 }).reason, 'lost');
  });

  test('leaves out what was on its way while the page paused', () => {
    const track = stepOf([...times(98, 20), 150, 150, 20, 20]);
    const { ledger } = track.side('left');
    const [one, other] = ledger.rows.filter(({ last }) => last === 150);
    const pauses = [{ from: one.at + 10, to: one.at + 140 }, { from: other.at + 149, to: other.at + 151 }];
    assert.equal(measured(ledger, 100, track.at).p99, 150);
    const result = measured(ledger, 100, track.at, pauses);
    assert.deepEqual([result.p99, result.count, result.disturbed, result.atLeast], [20, 99, 3, true]);
    assert.deepEqual(judged(result, CALM), { outcome: 'limit', reason: 'page' });
    const touching = [{ from: one.at - 20, to: one.at }];
    assert.equal(measured(ledger, 102, track.at, touching).disturbed, 1, 'only the one before');
  });

  test('does not blame the chat for the page, the companion or a limit on messages', () => {
    const slow = found(stepOf(times(100, 200)));
    const late = Array.from({ length: 4 }, () => MOST_LAG_MS + 1).reduce(lagging, NO_LAG);
    for (const [about, reason] of [
      [{ lag: late }, 'page'], [{ companionLag: MOST_LAG_MS + 1 }, 'companion'],
      [{ refused: 1 }, 'refused'], [{ unreported: 1 }, 'companion'], [{ sendingMs: 23_000 }, 'page'],
    ]) {
      assert.deepEqual(judged(slow, { ...CALM, ...about }), { outcome: 'limit', reason });
    }
    const good = found(stepOf(times(100, 20)));
    assert.equal(judged(good, { ...CALM, lag: late }).outcome, 'held', 'lateness only adds');
    assert.equal(judged(good, { ...CALM, sendingMs: 23_000 }).outcome, 'limit',
      'the rate was not reached');
  });
});

suite('the raise of both sides', () => {
  const result = (turn, outcome, more = {}) => ({ ...turn, outcome, p99: 20, atLeast: false,
    count: 100, missing: 0, detail: '', reason: outcome === 'broken' ? 'slow' : null, ...more });

  /** @returns {import('../../shared_client/race/raise/plan.js').Plan} at its end */
  function raised(plan, ceilings) {
    let now = plan;
    for (let turn = nextTurn(now); turn !== null; turn = nextTurn(now)) {
      now = stepped(now, result(turn, turn.level <= ceilings[turn.key] ? 'held' : 'broken',
        turn.level <= ceilings[turn.key] ? {} : { p99: 131 }));
    }
    return now;
  }

  test('takes turns, until one side has its ceiling', () => {
    const plan = raised(planned('members', DEFAULTS, KEYS, true), { left: 12, right: 300 });
    const keys = plan.steps.map(({ key }) => key);
    const last = keys.lastIndexOf('left');
    keys.slice(0, last).forEach((key, at) => assert.notEqual(key, keys[at + 1]));
    assert.ok(keys.slice(last + 1).every((key) => key === 'right'));
    const [left, right] = KEYS.map((key) => ceilingOf(plan, key));
    assert.deepEqual([left.is, left.held.level, left.end.level], ['ceiling', 12, 13]);
    assert.deepEqual([right.is, right.held.level <= 300, right.end.level > 300],
      ['ceiling', true, true]);
  });

  test('ends after so many steps, whatever happens', () => {
    let plan = planned('members', DEFAULTS, KEYS, true);
    let steps = 0;
    for (let turn = nextTurn(plan); turn !== null; turn = nextTurn(plan), steps += 1) {
      const widened = { ...plan.searches[turn.key], most: 1e15 };
      plan = stepped({ ...plan, searches: { ...plan.searches, [turn.key]: widened } },
        result(turn, steps % 2 === 0 ? 'broken' : 'held'));
      assert.ok(steps < MOST_STEPS);
    }
    assert.equal(nextTurn(cut(planned('rate', DEFAULTS, KEYS, true), 'stopped')), null);
  });

  test('asks for as many members as there are', () => {
    const settings = { ...DEFAULTS, members: 4, crew: 50 };
    assert.equal(planned('members', settings, KEYS, false).most, BOUNDS.members[1]);
    const alone = planned('members', settings, KEYS, false);
    assert.deepEqual(demandOf(alone, { key: 'left', level: 20, again: false }).left,
      { members: 20, crew: 0 });
    let plan = planned('members', settings, KEYS, true);
    let most = 0;
    for (let turn = nextTurn(plan); turn !== null; turn = nextTurn(plan)) {
      const demand = demandOf(plan, turn);
      const { members, crew } = demand[turn.key];
      assert.equal(members + crew, turn.level);
      assert.ok(demand.left.crew + demand.right.crew <= MOST_CREW);
      assert.ok(KEYS.every((key) => demand[key].members >= 1), 'the speakers stay');
      most = Math.max(most, turn.level);
      plan = stepped(plan, result(turn, 'held'));
    }
    assert.equal(most, 800);
  });

  test('of the rate keeps the members, who send in turn', () => {
    const settings = { ...DEFAULTS, members: 10, crew: 50 };
    const plan = planned('rate', settings, KEYS, true);
    assert.equal(plan.most, 10 * SENDS_EACH);
    const turn = { key: 'left', level: plan.most, again: false };
    assert.deepEqual(demandOf(plan, turn).right, { members: 10, crew: 50 });
    assert.deepEqual(demandOf(planned('rate', settings, KEYS, false), turn).left,
      { members: 10, crew: 0 });
    assert.deepEqual([rateOf(plan, turn), speakersFor(rateOf(plan, turn))], [150, 10]);
    for (let rate = 1; rate <= 200; rate += 1) assert.ok(rate / speakersFor(rate) <= SENDS_EACH);
    assert.equal(rateOf(planned('members', { ...settings, rate: 0 }, KEYS, true), turn), 1);
  });

  test('says in words what it found', () => {
    const settings = { ...DEFAULTS, length: 2048 };
    const say = (plan) => raiseWords(plan, LIST.filter(({ key }) => key in plan.searches)).join(' ');
    assert.equal(say(planned('members', settings, KEYS, false)), '');
    assert.equal(say(raised(planned('members', settings, KEYS, false), { left: 12, right: 400 })),
      'Left held 12 members (p99 20 ms, n = 100) and broke at 13 (p99 131 ms, n = 100). '
      + 'Right held 20 members (p99 20 ms, n = 100): no ceiling reached within 20 members. '
      + 'At 5 messages a second, texts of 2,048 characters.');
    assert.match(say(raised(planned('rate', settings, KEYS, false), { left: 0, right: 75 })),
      /^Left did not even hold 1 message a second \(p99 131 ms.* With 5 members, texts.*busy with/);
    assert.doesNotMatch(say(raised(planned('rate', settings, KEYS, false), { left: 5, right: 75 })),
      /busy/);
    let plan = planned('members', settings, ['left'], true);
    plan = stepped(plan, result(nextTurn(plan), 'held'));
    assert.match(say(plan), /^Left held 5 members .* so far\./);
    for (const again of [false, true]) {
      plan = stepped(plan, result({ ...nextTurn(plan), again }, 'limit',
        { reason: 'joining', detail: 'there are 800 members already' }));
    }
    assert.match(say(plan), /At 10, not all members could connect in time \(“there are 800/);
    let lost = planned('members', settings, ['left'], true);
    for (const missing of [3, 3]) {
      lost = stepped(lost, result(nextTurn(lost), 'broken', { reason: 'lost', missing }));
    }
    assert.equal(raiseEnglish.outcome(lost.steps[0]), 'broke: 3 deliveries of 100 messages lost');
  });

  test('has the same words in both languages, with the same figures', () => {
    const entries = (table, path = '') => Object.entries(table).flatMap(([key, value]) =>
      typeof value === 'object' ? entries(value, `${path}${key}.`)
        : [`${path}${key}: ${typeof value}${value === '' ? ' empty' : ''}`]);
    assert.deepEqual(entries(raiseJapanese).sort(), entries(raiseEnglish).sort());
    assert.deepEqual(entries(raiseEnglish).filter((entry) => entry.endsWith('empty')), []);
    const step = result({ key: 'left', level: 80, again: false }, 'broken', { p99: 131, atLeast: true });
    for (const words of [raiseEnglish, raiseJapanese]) {
      for (const reason of ['page', 'companion', 'refused', 'joining']) {
        assert.match(words.limited('members', { ...step, outcome: 'limit', reason }), /80.{9}/);
      }
      assert.match(words.held('Left', 'members', step), /Left.*80.*≥ 131 ms.*100/);
      assert.match(words.broke('members', { ...step, reason: 'lost', missing: 7 }), /80.*7|80.*100.*7/);
    }
  });
});

suite('the link of the race', () => {
  test('says what rises, where that is open', () => {
    const at = '?view=race&room=lobby';
    for (const what of ['members', 'rate', null]) {
      assert.equal(readRaise(writeSettings(at, DEFAULTS, DEFAULTS, what)), what);
    }
    assert.equal(writeSettings(`${at}&raise=rate`, DEFAULTS), at);
    assert.equal(readRaise('?raise=all'), null);
  });

  test('leaves out what is the default, with a companion and without', () => {
    const at = '?view=race';
    assert.equal(defaultsFor(false).crew, 0);
    const defaults = defaultsFor(true);
    assert.equal(defaults.crew, 50);
    assert.deepEqual(readSettings(at, defaults), defaults);
    assert.equal(writeSettings(at, defaults, defaults), at);
    const none = writeSettings(at, { ...defaults, crew: 0 }, defaults);
    assert.equal(readSettings(none, defaults).crew, 0);
  });
});

suite('the steps of the raise', () => {
  /**
   * Two simulated chats on a mocked clock: a message takes 20 ms, and 150 ms with more members than
   * the side's ceiling.
   */
  class Stage {
    sent = [];
    resets = 0;

    constructor(ceilings) {
      mock.timers.enable({ apis: ['setTimeout'] });
      this.clock = mock.method(performance, 'now', () => this.now);
      this.now = 1000;
      this.ceilings = ceilings;
      this.track = new Track(5);
      this.store = createStore(reduce, this.track.state);
      this.store.dispatch({ type: 'set', settings: { rate: 15 } });
      this.members = { left: 5, right: 5 };
      const lane = (key) => ({ say: ({ id }, by) => this.take(key, id, by) });
      this.raising = createRaising({ store: this.store, changed: () => {},
        lanes: { left: lane('left'), right: lane('right') },
        newRun: () => `run${this.resets += 1}`, want: (demand) => this.want(demand) });
    }

    /** Members come and go at once. */
    want(demand) {
      for (const key of KEYS) {
        const wanted = demand?.[key].members ?? 5;
        for (let member = 0; member < 20; member += 1) {
          const event = member < wanted ? { type: 'joined', server: null } : { type: 'dismissed' };
          this.store.dispatch({ type: 'side', key, event: { ...event, member } });
        }
        this.members[key] = wanted;
      }
    }

    take(key, id, by) {
      const n = Number(id.split('-').at(-1));
      const members = this.members[key];
      this.sent.push({ key, by, members, at: this.now });
      setTimeout(() => {
        for (let member = 0; member < members; member += 1) {
          this.store.dispatch({ type: 'side', key,
            event: { type: 'had', n, member, at: this.now } });
        }
      }, members > this.ceilings[key] ? 150 : 20);
      return true;
    }

    /** @param {() => boolean} isOver */
    async runs(isOver) {
      for (let step = 0; !isOver(); step += 1) {
        assert.ok(step < 200_000, 'it does not end');
        this.now += 5;
        mock.timers.tick(5);
        if (step % 50 === 0) this.store.dispatch({ type: 'passed', at: this.now, lag: 0, sending: [] });
        await Promise.resolve();
        await Promise.resolve();
        await Promise.resolve();
      }
    }

    close() {
      this.clock.mock.restore();
      mock.timers.reset();
    }
  }

  test('find the ceilings that two chats have', async () => {
    const stage = new Stage({ left: 12, right: 99 });
    const done = stage.raising.start('members');
    assert.deepEqual([stage.raising.isOn, stage.store.state.raising], [true, true]);
    await stage.runs(() => !stage.raising.isOn);
    await done;
    const { plan } = stage.raising;
    assert.deepEqual([plan.cut, ...KEYS.map((key) => ceilingOf(plan, key).is)],
      [null, 'ceiling', 'none']);
    assert.deepEqual(KEYS.map((key) => ceilingOf(plan, key).held.level), [12, 20]);
    assert.equal(ceilingOf(plan, 'left').held.p99, 20);
    assert.equal(ceilingOf(plan, 'left').held.count, 100);
    assert.ok(ceilingOf(plan, 'left').end.p99 >= 100);
    assert.ok(stage.sent.every(({ at, key }, index) => index === 0
      || key === stage.sent[index - 1].key || at - stage.sent[index - 1].at >= 1000), 'never both');
    const broken = stage.sent.filter(({ key, members }) => key === 'left' && members === 20);
    assert.ok(broken.length < 20, `${broken.length} messages for a server that is overloaded`);
    assert.deepEqual([stage.members.left, stage.store.state.raising], [5, false]);
    assert.equal(stage.store.state.next, 1, 'the last step does not stay on the board');
    stage.close();
  });

  test('measure the chat and not the pauses of the page', async () => {
    const stage = new Stage({ left: 99, right: 99 });
    const done = stage.raising.start('members');
    for (let round = 1; round <= 12; round += 1) {
      await stage.runs(() => stage.sent.length >= 8 * round);
      stage.now += 300; // the clock goes on, and no timer runs
    }
    await stage.runs(() => stage.raising.plan.steps.length === 1);
    const [{ outcome, p99, count, disturbed }] = stage.raising.plan.steps;
    assert.deepEqual([outcome, p99, count >= 100, disturbed >= 6], ['held', 20, true, true]);
    stage.raising.stop();
    await done;
    stage.close();
  });

  test('end at once: by Stop, and in a hidden tab', async () => {
    for (const [why, how] of [['stopped', (stage) => stage.raising.stop()],
      ['hidden', (stage) => stage.store.dispatch({ type: 'visibility', hidden: true })]]) {
      for (const until of [1, 30]) {
        const stage = new Stage({ left: 99, right: 99 });
        const done = stage.raising.start('rate');
        await stage.runs(() => stage.sent.length >= until);
        how(stage);
        await done;
        const count = stage.sent.length;
        assert.deepEqual([stage.raising.plan.cut, stage.raising.isOn], [why, false]);
        mock.timers.tick(10_000);
        await Promise.resolve();
        assert.equal(stage.sent.length, count);
        stage.close();
      }
    }
  });

  test('of the rate let the members send in turn', async () => {
    const stage = new Stage({ left: 99, right: 99 });
    const done = stage.raising.start('rate');
    await stage.runs(() => stage.sent.filter(({ by }) => by === 4).length > 20);
    stage.raising.stop();
    await done;
    assert.deepEqual([...new Set(stage.sent.map(({ by }) => by))].sort(), [0, 1, 2, 3, 4]);
    stage.close();
  });
});
