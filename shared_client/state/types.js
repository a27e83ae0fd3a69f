/** The types of the page's state and of its events. No page loads this file: it has no code. */

/**
 * @typedef {import('../network/protocol.js').ServerFrame} ServerFrame
 * @typedef {import('../network/protocol.js').Message} Message
 * @typedef {import('../network/protocol.js').Image} Image
 * @typedef {import('../network/protocol.js').ServerInfo} ServerInfo
 * @typedef {import('../network/protocol.js').Limits} Limits
 * @typedef {import('../page/address.js').View} View
 * @typedef {import('./amendments.js').Amendment} Amendment
 * @typedef {import('./amendments.js').Heard} Heard
 * @typedef {import('./book.js').Book} Book
 * @typedef {import('./outgoing.js').Outbox} Outbox
 * @typedef {import('./outgoing.js').Photo} Photo
 * @typedef {import('./presence.js').Presence} Presence
 * @typedef {import('./timeline.js').Entries} Entries
 * @typedef {{id: string, name: string, photo: Photo | null,
 *   problem: string | null}} Attachment  a chosen file; `problem` says why it cannot be sent
 *
 * @typedef {{status: 'idle' | 'connecting' | 'online' | 'waiting' | 'refused', attempt: number,
 *   retryAt: number | null, code: number | null, reason: string}} Link
 *   `code` and `reason` are from the last close
 *
 * @typedef {Readonly<{
 *   room: string | null, backend: string | null, origin: string, visit: number,
 *   view: View | null, user: string, account: string | null,
 *   link: Link, server: ServerInfo | null,
 *   limits: Limits,
 *   arrival: 'entered' | 'switched' | 'returned' | null,
 *   entries: Entries, book: Book | null, nextKey: number, atEnd: boolean,
 *   seek: {at: number, offset: number} | null,
 *   early: readonly Amendment[],
 *   heard: Heard | null,
 *   outbox: Outbox, drainedAt: number, mine: readonly string[],
 *   attached: readonly Attachment[], presence: Presence,
 *   roundTrips: readonly number[], draft: string,
 * }>} State
 *   `origin` is the backend's, "" for the page's backend; `visit` is a new number after each
 *   change of room or backend, so that an answer to an earlier visit is dropped; `view` is shown
 *   instead of a room; `account` is the signed-in user at the backend; `book` is null without a
 *   history; `mine` has the ids of the user's messages, and the user's reactions as a seq, a space
 *   and an emoji; `atEnd` tells whether the newest message is in view; `seek` is the place read on
 *   another backend: the message's time (ms since the epoch) and the pixels from the top; `early`
 *   has changes of messages that are not here; `heard` is the last change to announce
 *
 * @typedef {{type: 'entered', room: string, user: string, backend: string,
 *     origin?: string, account?: string | null, arrival?: State['arrival'],
 *     outbox?: Outbox, mine?: readonly string[], draft?: string,
 *     attached?: State['attached'], seek?: State['seek'], whole?: boolean}
 *   | {type: 'restored', outbox: Outbox, mine: readonly string[]}
 *   | {type: 'exited', backend?: string, origin?: string, account?: string | null,
 *     view?: View | null}
 *   | {type: 'identified', account: string | null}
 *   | {type: 'connecting', attempt: number}
 *   | {type: 'frame', frame: ServerFrame, at: number}
 *   | {type: 'closed', code: number, reason: string, at: number, retryAt: number | null}
 *   | {type: 'measured', ms: number}
 *   | {type: 'drafted', text: string}
 *   | {type: 'attached', files: readonly Attachment[]}
 *   | {type: 'detached', id: string}
 *   | {type: 'composed', id: string, text?: string, photo?: Photo | null, at: number}
 *   | {type: 'sent', ids: string[], at: number}
 *   | {type: 'retried', id: string}
 *   | {type: 'discarded', id: string}
 *   | {type: 'reacted', seq: number, emoji: string, on: boolean}
 *   | {type: 'paged', before: number, limit: number, records: readonly (Message | Image)[],
 *     at: number}
 *   | {type: 'pageFailed', before: number, at: number}
 *   | {type: 'olderWanted'}
 *   | {type: 'gapWanted', to: number, at: number}
 *   | {type: 'scrolled', atEnd: boolean}
 *   | {type: 'passed', at: number, draining?: boolean}} Event  `passed` tells the time, and
 *     whether sent data has not all left this machine; `whole` replays the whole room
 */

export {};
