/**
 * The one module that owns a WebSocket. It opens, notices loss and silence, waits, opens again,
 * measures the round trip, and tells all of it as the events of `state.js`.
 */

import { delay, nextAttempt } from './backoff.js';
import { decode, encode, SUBPROTOCOL } from './protocol.js';

export const PING_EVERY_MS = 3000;
/** Nothing heard for this long after a ping, or no answer to a handshake: the link is dead. */
export const SILENCE_MS = 10_000;
/** The close code of this client itself, for a link that it gave up. */
export const SILENT = 4408;
/** Trying again would end the same way: the person has to change something first. */
const FINAL = new Set([4400, 4401]);

/** @typedef {import('./state.js').Event} Event */
/** @typedef {import('./protocol.js').ClientFrame} ClientFrame */

export class Connection {
  #emit;
  #environment;
  /** @type {string | null} */
  #url = null;
  /** @type {WebSocket | null} */
  #socket = null;
  #attempt = 0;
  #startedAt = 0;
  /** @type {number | null} */
  #openedAt = null;
  #heardAt = -Infinity;
  /** @type {{id: string, at: number} | null} */
  #ping = null;
  #pings = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #beat;

  /**
   * @param {(event: Event) => void} emit
   * @param {{WebSocket?: typeof WebSocket, now?: () => number, random?: () => number}} [replaced]
   *   `now` in ms on a clock that is never set back
   */
  constructor(emit, replaced = {}) {
    this.#emit = emit;
    this.#environment = {
      WebSocket: globalThis.WebSocket, now: () => performance.now(), random: Math.random,
      ...replaced,
    };
  }

  /** Connects to `url`, and again after every loss, until closed. @param {string} url */
  open(url) {
    this.close();
    this.#url = url;
    this.#attempt = 0;
    this.#connect();
  }

  /** Leaves, and does not come back. */
  close() {
    this.#url = null;
    clearTimeout(this.#retry);
    this.#letGo();
  }

  /** @param {ClientFrame} frame @returns {boolean} false where there is no open connection */
  send(frame) {
    if (this.#socket === null || this.#openedAt === null) return false;
    if (this.#socket.readyState !== 1) return false;
    this.#socket.send(encode(frame));
    return true;
  }

  /** Does not wait for the rest of the backoff. */
  retryNow() {
    if (this.#url === null || this.#socket !== null) return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  #connect() {
    const { WebSocket, now } = this.#environment;
    this.#emit({ type: 'connecting', attempt: this.#attempt });
    this.#startedAt = now();
    this.#heardAt = -Infinity;
    const socket = new WebSocket(/** @type {string} */ (this.#url), SUBPROTOCOL);
    this.#socket = socket;
    const current = () => this.#socket === socket;
    socket.addEventListener('open', () => current() && this.#opened());
    socket.addEventListener('message', ({ data }) => current() && this.#heard(data));
    socket.addEventListener('close', ({ code, reason }) => current() && this.#lost(code, reason));
    this.#beat = setInterval(() => this.#check(), PING_EVERY_MS);
  }

  #opened() {
    this.#openedAt = this.#environment.now();
    this.#check();
  }

  /** @param {unknown} data */
  #heard(data) {
    this.#heardAt = this.#environment.now();
    const frame = decode(data);
    if (frame === null) return;
    if (frame.type === 'pong') this.#ponged(frame.id);
    else this.#emit({ type: 'frame', frame, at: Date.now() });
  }

  /** @param {string} id */
  #ponged(id) {
    if (this.#ping?.id !== id) return;
    this.#emit({ type: 'measured', ms: this.#heardAt - this.#ping.at });
    this.#ping = null;
  }

  /** Judges by times and not by the number of beats: browsers slow the timers of hidden tabs. */
  #check() {
    const now = this.#environment.now();
    if (this.#openedAt === null) {
      if (now - this.#startedAt >= SILENCE_MS) this.#lost(SILENT, '');
    } else if (this.#ping !== null && this.#heardAt < this.#ping.at) {
      if (now - this.#ping.at >= SILENCE_MS) this.#lost(SILENT, '');
    } else {
      this.#ping = { id: `ping ${this.#pings++}`, at: now };
      this.send({ type: 'ping', id: this.#ping.id });
    }
  }

  /** @param {number} code @param {string} reason */
  #lost(code, reason) {
    const held = this.#openedAt === null ? null : this.#environment.now() - this.#openedAt;
    this.#letGo();
    const at = Date.now();
    if (FINAL.has(code)) {
      this.#url = null;
      this.#emit({ type: 'closed', code, reason, at, retryAt: null });
      return;
    }
    this.#attempt = nextAttempt(this.#attempt, held);
    const wait = delay(this.#attempt, this.#environment.random);
    this.#retry = setTimeout(() => this.#connect(), wait);
    this.#emit({ type: 'closed', code, reason, at, retryAt: at + wait });
  }

  #letGo() {
    clearInterval(this.#beat);
    const socket = this.#socket;
    this.#socket = null;
    this.#openedAt = null;
    this.#ping = null;
    socket?.close(1000);
  }
}
