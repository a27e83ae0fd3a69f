/**
 * The one module that owns a WebSocket. It connects, notices loss and silence, waits, connects
 * again and measures the round trip. It reports all this as the events of `state.js`.
 */

import { delay, nextAttempt } from './backoff.js';
import { decode, encode, SUBPROTOCOL } from './protocol.js';

export const PING_EVERY_MS = 3000;
/** If nothing arrives for this long after a ping or a handshake, the link is dead. */
export const SILENCE_MS = 10_000;
/** The limit after several of these losses in a row: a large photo may take this long. */
export const LONGEST_SILENCE_MS = 60_000;
/** This client's close code for a link that it gave up. */
export const SILENT = 4408;
/** The same for a link that it replaces by a link over another kind of socket. */
export const REPLACED = 4409;
/** The same for a link that the user dropped in the inspector. */
export const DROPPED = 4410;
/** How long a closing socket may delay the next socket: see `#connect`. */
const LEAVING_MS = 2000;
const CLOSED = 3; // a socket's state
const GONE = 1006; // the browser's code for an end without a close frame
/** The close code for a link that this client leaves. */
const LEFT = 1000;
/** Another try would fail the same way: the user has to change something first. */
const FINAL = new Set([4400, 4401, 4403]);

/**
 * @typedef {import('../state/state.js').Event} Event
 * @typedef {import('./protocol.js').ClientFrame} ClientFrame
 *
 * @typedef {{what: 'in' | 'out', at: number, data: string | ArrayBuffer | Blob}
 *   | {what: 'opening', at: number, url: string, attempt: number}
 *   | {what: 'open', at: number, protocol: string, ms: number}
 *   | {what: 'closed', at: number, code: number, reason: string, wait: number | null}
 *   | {what: 'measured', at: number, ms: number}} Seen
 *   an event for the watcher; `at` in ms since the page's start (`performance.now`); `wait` in ms
 *   until the next try, null if there is none
 */

export class Connection {
  #emit;
  #environment;
  /** @type {(() => string) | null} */
  #url = null;
  /** @type {() => string[]} */
  #offers = () => [];
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
  #unsent = 0;
  #resting = false;
  #drainedAt = -Infinity;
  /** Losses by silence in a row: on a slow link a frame can take longer than the patience. */
  #silences = 0;
  /** @type {((seen: Seen) => void) | null} */
  #watcher = null;
  /** The last socket that was left, until the server knows this. @type {WebSocket | null} */
  #leaving = null;
  #leftAt = -Infinity;
  /** Whether the next socket waits for this. */
  #isHeld = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #beat;

  /**
   * @param {(event: Event) => void} emit
   * @param {{WebSocket?: typeof WebSocket, now?: () => number, random?: () => number,
   *   pingEveryMs?: number}} [replaced]  `now` in ms on a clock that is never set back
   */
  constructor(emit, replaced = {}) {
    this.#emit = emit;
    this.#environment = {
      WebSocket: globalThis.WebSocket, now: () => performance.now(), random: Math.random,
      pingEveryMs: PING_EVERY_MS, ...replaced,
    };
  }

  /**
   * Connects, and connects again after every loss, until `close`.
   *
   * @param {() => string} url  called for each handshake, because `since` changes
   * @param {() => string[]} [offers]  further subprotocols: an invitation, which no log may keep
   */
  open(url, offers = () => []) {
    this.close();
    this.#url = url;
    this.#offers = offers;
    this.#attempt = 0;
    this.#connect();
  }

  /** Closes the link and does not connect again. */
  close() {
    this.#url = null;
    this.#isHeld = false;
    clearTimeout(this.#retry);
    if (this.#socket !== null) this.#tellClosed(LEFT, '', null);
    this.#letGo();
  }

  /**
   * @param {ClientFrame | Blob} frame  a blob is a binary frame
   * @returns {boolean} false if there is no open connection
   */
  send(frame) {
    return this.sendAsIs(frame instanceof Blob ? frame : encode(frame));
  }

  /** @param {string | Blob | ArrayBuffer} data  may be invalid @returns {boolean} as `send` */
  sendAsIs(data) {
    if (this.#openedAt === null || this.#socket?.readyState !== 1) return false;
    this.#socket.send(data);
    this.#watcher?.({ what: 'out', at: this.#environment.now(), data });
    return true;
  }

  /** Bytes that were sent and have not left the browser yet. */
  get buffered() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /**
   * Tells the watcher about the current link, then about everything that comes and goes.
   *
   * @param {((seen: Seen) => void) | null} watcher
   */
  watch(watcher) {
    this.#watcher = watcher;
    if (this.#socket !== null) this.#tellOpening(this.#socket.url);
    if (this.#openedAt !== null) this.#tellOpen(this.#openedAt);
  }

  /** @param {typeof globalThis.WebSocket} kind  the class from the next socket on */
  use(kind) {
    this.#environment.WebSocket = kind;
  }

  /** Drops the socket and connects again without a backoff. */
  renew() {
    if (this.#socket !== null) this.#lost(REPLACED, '');
    this.retryNow();
  }

  /** While reading is paused on purpose, silence is ignored. @param {boolean} resting */
  rest(resting) {
    this.#resting = resting;
    this.#ping = null;
  }

  /** Tries now, without a wait for the backoff or the next beat. */
  retryNow() {
    if (this.#url === null) return;
    if (this.#socket !== null) {
      this.#check();
      return;
    }
    clearTimeout(this.#retry);
    this.#connect();
  }

  /** The link is lost at once: the browser is offline, or the user wants it. */
  drop(code = GONE) {
    if (this.#socket !== null) this.#lost(code, '');
  }

  #connect() {
    const { WebSocket, now } = this.#environment;
    this.#emit({ type: 'connecting', attempt: this.#attempt });
    this.#startedAt = now();
    this.#heardAt = -Infinity;
    const url = /** @type {() => string} */ (this.#url)();
    // A message may still be on its way: the replay would miss it, and it would be sent twice.
    const wait = this.#leftAt + LEAVING_MS - this.#startedAt;
    this.#isHeld = this.#leaving !== null && wait > 0 && isSameHost(this.#leaving.url, url);
    if (this.#isHeld) {
      this.#retry = setTimeout(() => this.#connect(), wait);
      return;
    }
    this.#tellOpening(url);
    const offers = this.#offers();
    const socket = new WebSocket(url, offers.length ? [SUBPROTOCOL, ...offers] : SUBPROTOCOL);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#unsent = 0;
    const current = () => this.#socket === socket;
    socket.addEventListener('close', () => this.#leaving === socket && this.#leftForGood());
    socket.addEventListener('open', () => current() && this.#opened());
    socket.addEventListener('message', ({ data }) => current() && this.#heard(data));
    socket.addEventListener('close', ({ code, reason }) => current() && this.#lost(code, reason));
    this.#beat = setInterval(() => this.#check(), this.#environment.pingEveryMs);
  }

  #opened() {
    const at = this.#environment.now();
    this.#openedAt = at;
    this.#tellOpen(at);
    this.#check();
  }

  #heard(/** @type {unknown} */ data) {
    this.#heardAt = this.#environment.now();
    this.#watcher?.({ what: 'in', at: this.#heardAt,
      data: /** @type {string | ArrayBuffer} */ (data) });
    const frame = decode(data);
    if (frame === null) return;
    if (frame.type === 'pong') this.#ponged(frame.id);
    else this.#emit({ type: 'frame', frame, at: Date.now() });
  }

  #ponged(/** @type {string} */ id) {
    if (this.#ping?.id !== id) return;
    const ms = this.#heardAt - this.#ping.at;
    this.#ping = null;
    this.#watcher?.({ what: 'measured', at: this.#heardAt, ms });
    this.#emit({ type: 'measured', ms });
  }

  /** Compares times and not the number of beats: browsers slow the timers of hidden tabs. */
  #check() {
    if (this.#resting) return;
    const now = this.#environment.now();
    const patience = Math.min(LONGEST_SILENCE_MS, SILENCE_MS * 2 ** this.#silences);
    if (this.#openedAt === null) {
      if (now - this.#startedAt >= patience) this.#lost(SILENT, '');
    } else if (this.#ping !== null && this.#heardAt < this.#ping.at) {
      if (this.#isDraining()) this.#drainedAt = now;
      const alive = Math.max(this.#ping.at, this.#drainedAt);
      if (now - alive >= patience) this.#lost(SILENT, '');
    } else {
      this.#ping = { id: `ping ${this.#pings++}`, at: now };
      this.send({ type: 'ping', id: this.#ping.id });
    }
  }

  /** A large upload delays the answer to a ping, but it shows that the link is alive. */
  #isDraining() {
    const before = this.#unsent;
    this.#unsent = this.#socket?.bufferedAmount ?? 0;
    return this.#unsent < before;
  }

  #lost(/** @type {number} */ code, /** @type {string} */ reason) {
    const held = this.#openedAt === null ? null : this.#environment.now() - this.#openedAt;
    if (held !== null && held >= LONGEST_SILENCE_MS) this.#silences = 0;
    if (code === SILENT) this.#silences += 1;
    this.#letGo();
    const at = Date.now();
    if (FINAL.has(code)) {
      this.#url = null;
      this.#tellClosed(code, reason, null);
      this.#emit({ type: 'closed', code, reason, at, retryAt: null });
      return;
    }
    this.#attempt = nextAttempt(this.#attempt, held);
    const wait = delay(this.#attempt, this.#environment.random);
    this.#retry = setTimeout(() => this.#connect(), wait);
    this.#tellClosed(code, reason, wait);
    this.#emit({ type: 'closed', code, reason, at, retryAt: at + wait });
  }

  #tellOpening(/** @type {string} */ url) {
    this.#watcher?.({ what: 'opening', at: this.#startedAt, url, attempt: this.#attempt });
  }

  #tellOpen(/** @type {number} */ at) {
    this.#watcher?.({ what: 'open', at, protocol: this.#socket?.protocol ?? '',
      ms: at - this.#startedAt });
  }

  /** @param {number} code @param {string} reason @param {number | null} wait */
  #tellClosed(code, reason, wait) {
    this.#watcher?.({ what: 'closed', at: this.#environment.now(), code, reason, wait });
  }

  #letGo() {
    clearInterval(this.#beat);
    const socket = this.#socket;
    const opened = this.#openedAt !== null;
    this.#socket = null;
    this.#openedAt = null;
    this.rest(false);
    socket?.close(LEFT);
    if (socket === null || !opened || socket.readyState === CLOSED) return;
    this.#leaving = socket;
    this.#leftAt = this.#environment.now();
  }

  #leftForGood() {
    this.#leaving = null;
    if (this.#isHeld) this.retryNow();
  }
}

function isSameHost(/** @type {string} */ one, /** @type {string} */ other) {
  return new URL(one).host === new URL(other).host;
}
