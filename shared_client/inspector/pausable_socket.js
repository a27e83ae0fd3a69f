/**
 * A socket that can stop reading, so that the sender really has to wait. A WebSocket cannot do
 * that, but a WebSocketStream can. The class has the parts of a WebSocket that `Connection` needs.
 */

/** @returns {boolean} whether this browser has WebSocketStream */
export function canPause() {
  return 'WebSocketStream' in globalThis;
}

/** After `close`, the unsent data has this long to go out. */
const FAREWELL_MS = 2000;

export class PausableSocket extends EventTarget {
  readyState = 0;
  bufferedAmount = 0;
  protocol = '';
  binaryType = 'arraybuffer';
  #stream;
  /** @type {WritableStreamDefaultWriter | null} */
  #writer = null;
  /** Keeps the order of the sent data, although a blob has to be read first. */
  #sending = Promise.resolve();
  /** @type {Promise<void> | null} */
  #gate = null;
  #goOn = () => {};

  /** @param {string} url @param {string | string[]} protocols */
  constructor(url, protocols) {
    super();
    this.url = url;
    const { WebSocketStream } = /** @type {any} */ (globalThis);
    this.#stream = new WebSocketStream(url, { protocols: [protocols].flat() });
    this.#run();
  }

  /** Stops reading until `resume`. */
  pause() {
    this.#gate ??= new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  /** Continues to read. */
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
    // A backend that does not read takes no more data. The wait for it is limited.
    const longEnough = new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
    Promise.race([this.#sending, longEnough]).then(() => this.#stream.close({ closeCode: code }));
  }

  /** Opens, passes on each message, and reports how the connection ended. */
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
      await this.#gate; // `pause` may have come during the read
      const data = value instanceof Uint8Array ? value.slice().buffer : value;
      this.dispatchEvent(new MessageEvent('message', { data }));
    }
  }
}
