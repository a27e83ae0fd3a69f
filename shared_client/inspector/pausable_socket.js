/**
 * A socket whose reading can stand still, so that the sender really has to wait: no WebSocket can
 * do that, and a WebSocketStream can. It looks like a WebSocket as far as `Connection` needs it.
 */

/** @returns {boolean} whether this browser has what it takes */
export function canPause() {
  return 'WebSocketStream' in globalThis;
}

/** What is still to be sent has so long to go out when it closes. */
const FAREWELL_MS = 2000;

export class PausableSocket extends EventTarget {
  readyState = 0;
  bufferedAmount = 0;
  protocol = '';
  binaryType = 'arraybuffer';
  #stream;
  /** @type {WritableStreamDefaultWriter | null} */
  #writer = null;
  /** What is sent goes one after the other, also where a blob has to be read first. */
  #sending = Promise.resolve();
  /** @type {Promise<void> | null} */
  #gate = null;
  #goOn = () => {};

  /** @param {string} url @param {string} protocol */
  constructor(url, protocol) {
    super();
    this.url = url;
    const { WebSocketStream } = /** @type {any} */ (globalThis);
    this.#stream = new WebSocketStream(url, { protocols: [protocol] });
    this.#run();
  }

  /** Reads no more until `resume`. */
  pause() {
    this.#gate ??= new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  /** Reads on. */
  resume() {
    this.#gate = null;
    this.#goOn();
  }

  /** @param {string | Blob | ArrayBuffer} data */
  send(data) {
    const size = typeof data === 'string' ? data.length
      : data instanceof Blob ? data.size : data.byteLength;
    this.bufferedAmount += size;
    this.#sending = this.#sending.then(async () => {
      await this.#writer?.write(data instanceof Blob ? await data.arrayBuffer() : data);
    }).catch(() => {}).finally(() => {
      this.bufferedAmount -= size;
    });
  }

  /** @param {number} [code] */
  close(code = 1000) {
    if (this.readyState > 1) return;
    this.readyState = 2;
    this.resume();
    // Who does not read takes nothing more, and is not waited for.
    const longEnough = new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
    Promise.race([this.#sending, longEnough]).then(() => this.#stream.close({ closeCode: code }));
  }

  /** Its whole life: opens, hands on what comes, and tells how it ended. */
  async #run() {
    const closed = this.#stream.closed.then(
      ({ closeCode = 1005, reason = '' }) => ({ code: closeCode, reason }),
      () => ({ code: 1006, reason: '' }));
    try {
      const { readable, writable, protocol } = await this.#stream.opened;
      this.#writer = writable.getWriter();
      this.#writer?.closed.catch(() => {});
      this.protocol = protocol;
      if (this.readyState === 0) {
        this.readyState = 1;
        this.dispatchEvent(new Event('open'));
      }
      await this.#read(readable.getReader());
    } catch {
      // `closed` says what happened
    }
    const { code, reason } = await closed;
    this.readyState = 3;
    this.dispatchEvent(new CloseEvent('close', { code, reason }));
  }

  /** @param {ReadableStreamDefaultReader<string | ArrayBuffer | Uint8Array>} reader */
  async #read(reader) {
    for (;;) {
      await this.#gate;
      const { done, value } = await reader.read();
      if (done) return;
      await this.#gate; // it may have been shut while this one was on its way
      const data = value instanceof Uint8Array ? value.slice().buffer : value;
      this.dispatchEvent(new MessageEvent('message', { data }));
    }
  }
}
