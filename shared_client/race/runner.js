/** Sends the user's messages and the automatic load to both sides at the same moment. */

import { encodeImage } from '../photos/image_frames.js';
import { codePoints } from '../network/protocol.js';
import { filler, isPicture, nextDue } from './load.js';
import { isLoading, messageId } from './state.js';
import { speaker } from './side.js';

const TICK_MS = 250;

/**
 * @typedef {{readonly state: import('./state.js').State,
 *   dispatch: (event: import('./state.js').Event) => void,
 *   subscribe: (listener: () => void) => void}} Store
 * @typedef {import('../network/protocol.js').ClientFrame | Blob} Frame
 */

/**
 * @param {Store} store
 * @param {Record<string, {say: (frame: Frame) => boolean, readonly isSending?: boolean}>} lanes
 * @param {(kb: number) => Blob | null} pictureOf
 * @returns {{say: (text: string) => boolean, close: () => void}} `say` returns false if
 *   neither side is connected
 */
export function createRunner(store, lanes, pictureOf) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let ticks;
  let due = 0;
  let rate = 0;
  let turn = 0;
  /** By kind: with one count and an even `pictureEvery`, one side would get all pictures first. */
  const said = { text: 0, image: 0 };

  /**
   * Sends to both in one task, with nothing between. The first side alternates for each kind.
   *
   * @param {{kind: 'text' | 'image', size: number, text: string}} content
   * @param {(id: string) => Frame} frameOf
   */
  function both(content, frameOf) {
    const { next, run, sides } = store.state;
    const frame = frameOf(messageId(run, next));
    const keys = Object.keys(sides);
    if (said[content.kind] % 2 === 1) keys.reverse();
    /** @type {Record<string, import('./state.js').Written | null>} */
    const written = {};
    let order = 1;
    for (const key of keys) {
      const at = performance.now();
      const gone = speaker(sides[key]).status === 'online' && lanes[key].say(frame);
      written[key] = gone ? { at, order: order++ } : null;
    }
    if (order === 1) return false;
    said[content.kind] += 1;
    store.dispatch({ type: 'said', now: performance.now(), ...content, written });
    return true;
  }

  /** @param {string} text */
  function say(text) {
    return both({ kind: 'text', size: codePoints(text), text },
      (id) => ({ type: 'say', id, text }));
  }

  /** @param {Blob} picture */
  function show(picture) {
    return both({ kind: 'image', size: picture.size, text: '' },
      (id) => encodeImage({ id, mime: picture.type, name: 'race.png' }, picture));
  }

  function fire() {
    const { settings } = store.state;
    turn += 1;
    const picture = isPicture(settings, turn) ? pictureOf(settings.pictureKb) : null;
    if (picture === null) say(filler(settings.length));
    else show(picture);
    wait();
  }

  function wait() {
    due = nextDue(due, rate, performance.now());
    timer = setTimeout(fire, Math.max(0, due - performance.now()));
  }

  store.subscribe(() => {
    const wanted = isLoading(store.state) ? store.state.settings.rate : 0;
    if (wanted === rate) return;
    rate = wanted;
    clearTimeout(timer);
    due = performance.now();
    if (rate > 0) timer = setTimeout(fire, 0);
  });

  /** Not an interval: each timer shows how late the page was for it. */
  function tick() {
    const due = performance.now() + TICK_MS;
    ticks = setTimeout(() => {
      const at = performance.now();
      store.dispatch({ type: 'passed', at, lag: Math.max(0, at - due),
        sending: Object.keys(lanes).filter((key) => lanes[key].isSending) });
      tick();
    }, TICK_MS);
  }
  tick();

  return {
    say,
    close() {
      clearTimeout(timer);
      clearTimeout(ticks);
    },
  };
}
