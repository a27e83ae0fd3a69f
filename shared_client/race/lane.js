/** The members of one side. Each member has a connection. The first one sends the messages. */

import { Connection } from '../network/connection.js';
import { codePoints, LIMITS, socketUrl } from '../network/protocol.js';
import { SPEAKER } from './ledger.js';
import { numberOf } from './state.js';

/**
 * @typedef {import('./side.js').SideEvent} SideEvent
 * @typedef {{backend: import('../network/backends.js').Backend, room: string, name: string,
 *   run: () => string, emit: (event: SideEvent) => void}} Start
 */

export class Lane {
  #start;
  /** @type {Connection[]} */
  #members = [];
  #wanted = 0;
  /** The others wait for the speaker's welcome: only one member tries a backend that is away. */
  #welcome = false;
  /** @type {Set<number>} */
  #refused = new Set();

  /** @param {Start} start */
  constructor(start) {
    this.#start = start;
  }

  /** @param {number} wanted  the number of members to have */
  resize(wanted) {
    this.#wanted = wanted;
    while (this.#members.length > wanted) {
      this.#members.pop()?.close();
      this.#start.emit({ type: 'dismissed', member: this.#members.length });
    }
    while (this.#members.length < (this.#welcome ? wanted : Math.min(1, wanted))) this.#bring();
  }

  /**
   * @param {import('../network/protocol.js').ClientFrame | Blob} frame
   * @param {number} [member]  that sends it
   * @returns {boolean} false without an open connection
   */
  say(frame, member = SPEAKER) {
    return this.#members[member]?.send(frame) ?? false;
  }

  /** @returns {boolean} whether frames of this side have not all left the page */
  get isSending() {
    return this.#members.some(({ buffered }) => buffered > 0);
  }

  /** Members that wait for the next try, or that the backend refused, try now. */
  again() {
    for (const [number, member] of this.#members.entries()) {
      if (this.#refused.delete(number)) member.open(() => this.#urlOf(number));
      else member.retryNow();
    }
  }

  close() {
    for (const member of this.#members) member.close();
    this.#members = [];
  }

  #bring() {
    const { run, emit } = this.#start;
    const number = this.#members.length;
    let heardAt = 0;
    const member = new Connection((event) => {
      if (event.type === 'connecting') emit({ type: 'opening', member: number });
      else if (event.type === 'closed') {
        const { code, reason, retryAt } = event;
        if (retryAt === null) this.#refused.add(number);
        emit({ type: 'gone', member: number, code, reason, retryAt });
      } else if (event.type === 'frame') {
        const happened = read(event.frame, number, heardAt, run());
        if (happened !== null) emit(happened);
        if (happened?.type === 'joined' && !this.#welcome) {
          this.#welcome = true;
          this.resize(this.#wanted);
        }
      }
    });
    // The time of a frame is when the page received it, before the page decoded it.
    member.watch((seen) => {
      if (seen.what === 'in') heardAt = seen.at;
    });
    this.#members.push(member);
    this.#refused.delete(number);
    member.open(() => this.#urlOf(number));
  }

  /** @param {number} number */
  #urlOf(number) {
    const { backend, room, name } = this.#start;
    return socketUrl(backend.origin, room, memberName(name, number));
  }
}

/**
 * @param {import('../network/protocol.js').ServerFrame} frame @param {number} member
 * @param {number} at @param {string} run
 * @returns {SideEvent | null} null for a frame that the race does not use
 */
export function read(frame, member, at, run) {
  if (frame.type === 'welcome') return { type: 'joined', member, server: frame.server };
  const n = 'id' in frame ? numberOf(run, frame.id) : null;
  if (n === null) return null;
  if (frame.type === 'message' || frame.type === 'image') return { type: 'had', n, member, at };
  return frame.type === 'error' ? { type: 'refused', n, code: frame.code } : null;
}

/** @param {string} name @param {number} number  0 is the speaker, with the user's name */
export function memberName(name, number) {
  if (number === SPEAKER) return name;
  const suffix = ` ${number + 1}`;
  const room = LIMITS.name - suffix.length;
  return (codePoints(name) <= room ? name : [...name].slice(0, room).join('')) + suffix;
}
