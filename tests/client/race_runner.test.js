/** The order in which the sides get a message. The clock is mocked. */

import assert from 'node:assert/strict';
import { mock, suite, test } from 'node:test';

import { createRunner } from '../../shared_client/race/runner.js';
import { createStore } from '../../shared_client/state/store.js';
import { reduce } from '../../shared_client/race/state.js';
import { Track } from './race_track.js';

suite('who is first', () => {
  for (const pictureEvery of [0, 1, 2, 5, 10]) {
    test(`changes for each kind, with a picture in every ${pictureEvery}`, () => {
      const firsts = loaded(pictureEvery, 60);
      assert.equal(firsts.image.length, pictureEvery === 0 ? 0 : 60 / pictureEvery);
      for (const sides of Object.values(firsts)) {
        sides.forEach((side, at) => assert.notEqual(side, sides[at - 1]));
      }
    });
  }
});

/** @returns {Record<'text' | 'image', string[]>} to which side each message went first, by kind */
function loaded(pictureEvery, count) {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const store = createStore(reduce, new Track(1).state);
  const written = [];
  const lane = (key) => ({ say: (frame) => written.push([key, frame]) > 0 });
  const runner = createRunner(store, { left: lane('left'), right: lane('right') },
    () => new Blob(['picture'], { type: 'image/png' }));
  store.dispatch({ type: 'set', settings: { rate: 15, pictureEvery } });
  store.dispatch({ type: 'started' });
  while (written.length < 2 * count) mock.timers.tick(10);
  runner.close();
  mock.timers.reset();
  const firsts = { text: [], image: [] };
  for (let at = 0; at < 2 * count; at += 2) {
    const [key, frame] = written[at];
    firsts[frame instanceof Blob ? 'image' : 'text'].push(key);
  }
  return firsts;
}
