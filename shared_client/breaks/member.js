/** A member that reads along, comes back by itself, and asks for a replay of what it missed. */

import { Connection } from '../network/connection.js';
import { socketUrl } from '../network/protocol.js';

/** So long it waits for a message that another one has overtaken. */
const HOLE_MS = 1000;

/**
 * @typedef {import('../network/protocol.js').ServerFrame} ServerFrame
 * @typedef {{origin: string, room: string, name: string,
 *   heard: (id: string, isReplay: boolean) => void, joined: () => void,
 *   answered: (frame: ServerFrame) => void, changed: () => void}} Start  `answered` gets `ack` and
 *   `error`
 */

export class Member {
  isHere = false;
  #start;
  #connection;
  /** All up to this seq came; null without a history. @type {number | null} */
  #since = null;
  /** What came after a hole. @type {Set<number>} */
  #ahead = new Set();
  #holeAt = 0;
  /** What is not newer is a replay. */
  #replayTo = -1;

  /** @param {Start} start */
  constructor(start) {
    this.#start = start;
    this.#connection = new Connection((event) => {
      if (event.type === 'closed') this.#is(false);
      else if (event.type === 'frame') this.#heard(event.frame);
    });
    this.come();
  }

  /** Connects, and asks for what it missed. */
  come() {
    const { origin, room, name } = this.#start;
    this.#connection.open(() => socketUrl(origin, room, name, this.#since));
  }

  /** Disconnects until `come`. */
  leave() {
    this.#connection.close();
    this.#is(false);
  }

  /** @param {string} id @param {string} text */
  say(id, text) {
    this.#connection.send({ type: 'say', id, text });
  }

  /** A hole that stays is closed by a replay. @param {number} now */
  look(now) {
    if (this.#ahead.size === 0) this.#holeAt = now;
    else if (now - this.#holeAt >= HOLE_MS) {
      this.#holeAt = now;
      this.#connection.renew();
    }
  }

  close() {
    this.#connection.close();
  }

  /** @param {boolean} here */
  #is(here) {
    this.isHere = here;
    this.#start.changed();
  }

  /** @param {any} frame */
  #heard(frame) {
    if (frame.type === 'welcome') this.#welcomed(frame.seq);
    else if (frame.type === 'message' || frame.type === 'image') {
      const isReplay = frame.seq !== null && frame.seq <= this.#replayTo;
      this.#follow(frame.seq);
      this.#start.heard(frame.id, isReplay);
    } else if (frame.type === 'ack' || frame.type === 'error') this.#start.answered(frame);
  }

  /** @param {number | null} seq  of the newest message */
  #welcomed(seq) {
    this.#ahead.clear();
    this.#replayTo = seq ?? -1;
    this.#since ??= seq;
    this.#is(true);
    this.#start.joined();
  }

  /** @param {number | null} seq */
  #follow(seq) {
    if (seq === null || this.#since === null || seq <= this.#since) return;
    this.#ahead.add(seq);
    while (this.#ahead.delete(this.#since + 1)) this.#since += 1;
  }
}
