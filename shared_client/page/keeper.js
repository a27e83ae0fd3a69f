/**
 * Keeps unsent texts and the draft after the user leaves the room or the page. They are kept by
 * room and backend, because a message for one backend is not for another. Photos are kept only
 * until the page closes. An unsent photo then leaves an entry that says that it was not sent.
 *
 * Each tab keeps its messages apart, because two tabs would send one message twice. The next tab
 * that opens takes over the messages of a closed tab.
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
/** How long the page before a reload may take to release its lock. */
const RELOADING_MS = 300;
/** A closing page may hold its lock longer: check again after these times. */
const CLOSING_MS = [1000, 4000];
/** How many ids of the user's last messages are kept, per room. */
const MINE = 200;

/** @param {readonly Outgoing[]} outbox @returns {Outgoing[]} once the connection has ended */
export function left(outbox) {
  return outbox.filter(({ status }) => status !== 'kept').map((message) =>
    ({ ...message, status: message.status === 'sent' ? 'unsure' : message.status }));
}

/** @param {readonly Outgoing[]} outbox @returns {Outgoing[]} once the photos are lost */
export function photoless(outbox) {
  return outbox.map((message) => message.text !== '' || message.status === 'unsure' ? message
    : { ...message, status: 'failed', problem: 'photo_gone' });
}

/** The stored messages of one tab. */
export class Keeper {
  #storage;
  #tab;
  /** By room and backend. It works without storage, too. @type {Record<string, Kept>} */
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

  /** @param {State} state  stored if there is something to keep */
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

  /** Takes over the messages and drafts of a closed tab. @param {string} tab */
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
      // storage is full or off: the page keeps the data until it closes
    }
  }
}

/** @param {string | null} backend @param {string} room  no room's name has an `@` */
function placeOf(backend, room) {
  return `${room}@${backend}`;
}

/**
 * @param {() => void} late  called when more is taken over later
 * @returns {Promise<Keeper>} this tab's, with the messages of closed tabs
 */
export async function openKeeper(late) {
  const storage = usable(() => localStorage) ?? nowhere();
  const session = usable(() => sessionStorage);
  // A duplicated tab has a copy of the session storage, so the lock decides.
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
 * Holds the tab's lock until the page closes. Locks exist in secure contexts only. Without locks,
 * a tab restores only its own messages.
 *
 * @param {string} tab
 * @param {number} [patience]  in ms
 * @returns {Promise<boolean>} false if another page holds it
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

/** @template T @param {() => T} get @returns {T | null} storage may be off: then null */
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
