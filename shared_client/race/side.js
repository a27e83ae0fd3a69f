/** One side of the race: this page's members, the companion's members, the account. Pure. */

import {
  emptyLedger, gone, passed, received, refused, reported, sent, SPEAKER, unreported,
} from './ledger.js';

/**
 * @typedef {import('./ledger.js').Crew} Crew
 * @typedef {import('../network/protocol.js').ServerInfo} ServerInfo
 * @typedef {{status: 'off' | 'connecting' | 'online' | 'waiting' | 'refused', from: number,
 *   met: boolean, code: number | null, reason: string, retryAt: number | null}} Member  `from` is
 *   the first message that it can get live; `met`: it was connected before
 * @typedef {{members: readonly Member[], server: ServerInfo | null, next: number,
 *   crew: {connected: number, wanted: number, trouble: string | null}, reconnects: number,
 *   ledger: import('./ledger.js').Ledger}} Side  `next` is the next message's number;
 *   `trouble` is the companion's reason why some of its members are missing
 *
 * @typedef {{type: 'opening', member: number}
 *   | {type: 'joined', member: number, server: ServerInfo}
 *   | {type: 'gone', member: number, code: number, reason: string, retryAt: number | null}
 *   | {type: 'dismissed', member: number}
 *   | {type: 'had', n: number, member: number, at: number}
 *   | {type: 'refused', n: number, code: string}
 *   | {type: 'crew', connected: number, wanted: number, trouble: string | null}
 *   | {type: 'reported', n: number, crew: Crew}} SideEvent
 */

/** @type {Member} */
const OFF = Object.freeze({
  status: 'off', from: 0, met: false, code: null, reason: '', retryAt: null,
});

/** @type {Side} */
export const emptySide = Object.freeze({
  members: [], server: null, next: 1, crew: { connected: 0, wanted: 0, trouble: null },
  reconnects: 0, ledger: emptyLedger,
});

/** @param {Side} side @param {SideEvent} event @returns {Side} */
export function reduceSide(side, event) {
  switch (event.type) {
    case 'opening':
      return withMember(side, event.member, { status: 'connecting' });
    case 'joined':
      return joined(side, event);
    case 'gone': {
      const { code, reason, retryAt } = event;
      const status = retryAt === null ? 'refused' : 'waiting';
      return withMember({ ...side, ledger: gone(side.ledger, event.member) }, event.member,
        { status, code, reason, retryAt });
    }
    case 'dismissed':
      return withMember({ ...side, ledger: gone(side.ledger, event.member) }, event.member, OFF);
    case 'had': {
      const { n, member, at } = event;
      const { from } = side.members[member] ?? OFF;
      return { ...side, ledger: received(side.ledger, n, member, at, from) };
    }
    case 'refused':
      return { ...side, ledger: refused(side.ledger, event.n, event.code) };
    case 'crew': {
      const { connected, wanted, trouble } = event;
      return { ...side, crew: { connected, wanted, trouble },
        ledger: connected === 0 ? unreported(side.ledger) : side.ledger };
    }
    case 'reported':
      return { ...side, ledger: reported(side.ledger, event.n, event.crew) };
    default:
      return side;
  }
}

/**
 * @param {Side} side
 * @param {import('./ledger.js').Content} content
 * @param {import('./state.js').Written | null} written  null without a connection
 * @param {number} until
 * @returns {Side}
 */
export function said(side, content, written, until) {
  const way = written && { ...written, due: present(side), awaits: side.crew.connected, until };
  return { ...side, next: content.n + 1, ledger: sent(side.ledger, content, way) };
}

/**
 * @param {Side} side @param {number} awake @param {boolean} quiet  as in `passed`
 * @returns {Side}
 */
export function waited(side, awake, quiet) {
  const ledger = passed(side.ledger, awake, quiet);
  return ledger === side.ledger ? side : { ...side, ledger };
}

/** Starts all counts at 0 and keeps the members. @param {Side} side @returns {Side} */
export function restarted(side) {
  const members = side.members.map((member) => ({ ...member, from: 0 }));
  return { ...emptySide, members, server: side.server, crew: side.crew };
}

/** @param {Side} side @returns {Member} */
export function speaker(side) {
  return side.members[SPEAKER] ?? OFF;
}

/** @param {Side} side @returns {number} the members of this page that are connected, as bits */
export function present(side) {
  return side.members.reduce((bits, { status }, member) =>
    status === 'online' ? bits | (1 << member) : bits, 0);
}

/** @param {Side} side @param {Extract<SideEvent, {type: 'joined'}>} event @returns {Side} */
function joined(side, { member, server }) {
  const again = side.members[member]?.met ?? false;
  return withMember({ ...side, server, reconnects: side.reconnects + (again ? 1 : 0) }, member,
    { ...OFF, status: 'online', from: side.next, met: true });
}

/** @param {Side} side @param {number} number @param {Partial<Member>} change @returns {Side} */
function withMember(side, number, change) {
  const members = Array.from({ length: Math.max(side.members.length, number + 1) },
    (_, index) => side.members[index] ?? OFF);
  members[number] = { ...members[number], ...change };
  return { ...side, members };
}
