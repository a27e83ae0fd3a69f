/** A race of two sides for tests, without sockets and clocks. */

import { initial, reduce } from '../../shared_client/race/state.js';

const SERVER = { framework: 'x', server: 'y', fanout: 'memory', history: 'off', version: '1', pid: 1 };

/** A race of two sides; the test plays the servers and members. */
export class Track {
  at = 1000;

  constructor(members = 3) {
    this.state = initial(['left', 'right'], 'run');
    this.does({ type: 'passed', at: this.at });
    for (let member = 0; member < members; member += 1) {
      this.on('left', { type: 'joined', member, server: SERVER });
      this.on('right', { type: 'joined', member, server: SERVER });
    }
  }

  does(event) {
    this.state = reduce(this.state, event);
  }

  on(key, event) {
    this.does({ type: 'side', key, event });
  }

  /** @returns {number} its number in the list of messages */
  says({ to = ['left', 'right'], text = 'hello' } = {}) {
    const n = this.state.next;
    const written = Object.fromEntries(Object.keys(this.state.sides).map((key) => [key,
      to.includes(key) ? { at: this.at, order: to.indexOf(key) + 1 } : null]));
    this.does({ type: 'said', now: this.at, kind: 'text', size: text.length, text, written });
    return n;
  }

  had(key, n, ...members) {
    for (const member of members) this.on(key, { type: 'had', n, member, at: this.at });
  }

  waits(ms) {
    for (let left = ms; left > 0; left -= 250) {
      this.at += Math.min(left, 250);
      this.does({ type: 'passed', at: this.at });
    }
  }

  goes(key, member, retryAt = 1) {
    this.on(key, { type: 'gone', member, code: 1006, reason: '', retryAt });
  }

  returns(key, member) {
    this.on(key, { type: 'joined', member, server: SERVER });
  }

  side(key) {
    return this.state.sides[key];
  }

  totals(key) {
    return this.side(key).ledger.totals;
  }

  row(key, n) {
    return this.side(key).ledger.rows.find((row) => row.n === n);
  }
}
