/**
 * What outlives the room, and the page: texts that were not sent yet, and the draft, by room and
 * backend, for what waits for one backend is not the other's. Photos outlive the room alone: of
 * one to be sent that went with its page the mark is kept, to say that it was not sent.
 *
 * Each tab keeps its own, for two tabs would send one message twice. What a closed tab left is
 * taken over by the next one that opens.
 */

import { newId } from './identity.js';

/**
 * @typedef {import('../state/outgoing.js').Outgoing} Outgoing
 * @typedef {import('../state/state.js').State} State
 * @typedef {Pick<State, 'draft' | 'attached' | 'mine' | 'outbox'>} Kept
 * @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>} Store
 */

const PREFIX = 'chat.kept.';
const TAB = 'chat.tab';
/** @type {Kept} */
const NOTHING = Object.freeze({ draft: '', attached: [], mine: [], outbox: [] });
/** How long the page before a reload may take to let go of its lock. */
const RELOADING_MS = 300;
/** A page that is being closed holds its lock a little longer. */
const CLOSING_MS = [1000, 4000];
/** An id that a message has been sent under stays one's own for so many more. */
const MINE = 200;

/** @param {readonly Outgoing[]} outbox @returns {Outgoing[]} once the connection has ended */
export function left(outbox) {
  return outbox.filter(({ status }) => status !== 'kept').map((message) =>
    ({ ...message, status: message.status === 'sent' ? 'unsure' : message.status }));
}

/** @param {readonly Outgoing[]} outbox @returns {Outgoing[]} once its photos have gone */
export function photoless(outbox) {
  return outbox.map((message) => message.text !== '' || message.status === 'unsure' ? message
    : { ...message, status: 'failed', problem: 'photo_gone' });
}

/** The memory of one tab. */
export class Keeper {
  #storage;
  #tab;
  /** By room and backend: it holds without a storage, too. @type {Record<string, Kept>} */
  #own;
  /** @type {unknown[]} */
  #last = [];

  /** @param {Store} storage @param {string} tab */
  constructor(storage, tab) {
    this.#storage = storage;
    this.#tab = tab;
    this.#own = this.#read(tab);
  }

  /** @param {string | null} backend @param {string} room @returns {Kept} */
  load(backend, room) {
    return this.#own[placeOf(backend, room)] ?? NOTHING;
  }

  /** @param {State} state  kept where there is something to keep */
  save({ backend, room, draft, attached, mine, outbox }) {
    if (room === null) return;
    const place = placeOf(backend, room);
    const now = [place, draft, attached, mine, outbox];
    if (now.every((part, index) => part === this.#last[index])) return;
    this.#last = now;
    if ([draft, attached, mine, outbox].every(({ length }) => length === 0)) delete this.#own[place];
    else this.#own[place] = { draft, attached, mine: mine.slice(-MINE), outbox: left(outbox) };
    this.#write();
  }

  /** @returns {string[]} other tabs, open or closed */
  others() {
    const { length } = this.#storage;
    const keys = Array.from({ length }, (_, index) => this.#storage.key(index));
    return keys.filter((key) => key?.startsWith(PREFIX))
      .map((key) => `${key}`.slice(PREFIX.length)).filter((tab) => tab !== this.#tab);
  }

  /** Takes over what a closed tab had not sent. @param {string} tab */
  adopt(tab) {
    for (const [place, { outbox, draft, mine }] of Object.entries(this.#read(tab))) {
      const ours = this.#own[place] ?? NOTHING;
      const known = new Set(ours.outbox.map(({ id }) => id));
      this.#own[place] = {
        draft: ours.draft || draft, attached: ours.attached, mine: [...mine, ...ours.mine].slice(-MINE),
        outbox: [...outbox.filter(({ id }) => !known.has(id)), ...ours.outbox] };
    }
    this.#storage.removeItem(PREFIX + tab);
    this.#write();
  }

  /** @param {string} tab @returns {Record<string, Kept>} */
  #read(tab) {
    try {
      /** @type {[string, Kept][]} */
      const places = Object.entries(JSON.parse(this.#storage.getItem(PREFIX + tab) ?? '{}'));
      return Object.fromEntries(places.map(([place, kept]) =>
        [place, { ...kept, attached: [], outbox: photoless(kept.outbox) }]));
    } catch {
      return {};
    }
  }

  #write() {
    try {
      const text = JSON.stringify(this.#own, (key, value) =>
        key === 'photo' || key === 'attached' ? null : value);
      if (text === '{}') this.#storage.removeItem(PREFIX + this.#tab);
      else this.#storage.setItem(PREFIX + this.#tab, text);
    } catch {
      // full, or switched off: then it lives as long as the page
    }
  }
}

/** @param {string | null} backend @param {string} room  one without an `@`, as they all are */
function placeOf(backend, room) {
  return `${room}@${backend}`;
}

/**
 * @param {() => void} late  called when more was taken over afterwards
 * @returns {Promise<Keeper>} this tab's, with what closed tabs left
 */
export async function openKeeper(late) {
  const storage = usable(() => localStorage) ?? nowhere();
  const session = usable(() => sessionStorage);
  // A duplicated tab has a copy of the session's storage, and so the lock decides.
  let tab = session?.getItem(TAB) ?? newId();
  if (!await claimed(tab, RELOADING_MS)) {
    tab = newId();
    await claimed(tab);
  }
  session?.setItem(TAB, tab);
  const keeper = new Keeper(storage, tab);
  const closed = navigator.locks ? keeper.others() : [];
  let open = await taken(keeper, closed);
  for (const wait of CLOSING_MS) {
    setTimeout(async () => {
      const before = open.length;
      open = await taken(keeper, open);
      if (open.length < before) late();
    }, wait);
  }
  return keeper;
}

/** @param {Keeper} keeper @param {string[]} tabs @returns {Promise<string[]>} those still open */
async function taken(keeper, tabs) {
  const open = [];
  for (const tab of tabs) {
    if (await claimed(tab)) keeper.adopt(tab);
    else open.push(tab);
  }
  return open;
}

/**
 * Holds the tab's lock for as long as the page lives. Locks exist in secure contexts only; without
 * them a tab has what it left itself.
 *
 * @param {string} tab
 * @param {number} [patience]  in ms
 * @returns {Promise<boolean>} false where another page holds it
 */
function claimed(tab, patience = 0) {
  if (!navigator.locks) return Promise.resolve(true);
  const options = patience > 0 ? { signal: AbortSignal.timeout(patience) } : { ifAvailable: true };
  return new Promise((resolve) => {
    navigator.locks.request(PREFIX + tab, options, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => {});
    }).catch(() => resolve(false));
  });
}

/** @template T @param {() => T} get @returns {T | null} storage can be switched off */
function usable(get) {
  try {
    return get();
  } catch {
    return null;
  }
}

/** @returns {Store} */
function nowhere() {
  return { length: 0, key: () => null, getItem: () => null, setItem() {}, removeItem() {} };
}
