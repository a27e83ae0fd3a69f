/** Events for the tests of the state. */

import { reduce } from '../../shared_client/state/state.js';

export const SERVER = {
  framework: 'fastapi', server: 'uvicorn', fanout: 'memory', history: 'off', version: '1', pid: 1,
};
export const LOST = { type: 'closed', code: 1006, reason: '', at: 50, retryAt: 90 };

export const run = (state, ...events) => events.flat().reduce(reduce, state);
export const frame = (fields, at = 0) => ({ type: 'frame', frame: fields, at });
export const entered = (room = 'r', more = {}) =>
  ({ type: 'entered', room, user: 'ann', backend: 'django-channels', ...more });
export const connecting = (attempt = 0) => ({ type: 'connecting', attempt });
export const welcome = ({ members = ['ann'], count = members.length, seq = null, at = 0 } = {}) =>
  frame({
    type: 'welcome', user: 'ann', room: 'r', server: SERVER, seq, count, members,
    limits: { text: 4000, image: 1000, presence: 50 },
  }, at);
export const composed = (id, text = id) => ({ type: 'composed', id, text, at: 1 });
export const sent = (id) => ({ type: 'sent', ids: [id], at: 10 });
export const record = (seq, { id = `m${seq}`, user = 'bob', at = seq ?? 7 } = {}) =>
  ({ type: 'message', seq, id, user, text: `text of ${id}`, at });
export const message = (id, user = 'bob') => frame(record(null, { id, user }));
export const numbered = (seq, more, at = 0) => frame(record(seq, more), at);
export const joined = (user, count) => frame({ type: 'joined', user, count });
export const left = (user, count) => frame({ type: 'left', user, count });
export const page = (before, limit, seqs, at = 0) =>
  ({ type: 'paged', before, limit, records: seqs.map((seq) => record(seq)), at });

export const notices = (state) =>
  state.entries.filter(({ kind }) => kind === 'notice').map(({ notice }) => notice);
export const texts = (state) =>
  state.entries.filter(({ kind }) => kind === 'message').map(({ text }) => text);
export const seqs = (state) =>
  state.entries.filter(({ kind }) => kind !== 'notice').map(({ seq }) => seq);
export const statuses = (state) => state.outbox.map(({ status }) => status);
/** @param {number} from @param {number} to @returns {number[]} both included */
export const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
