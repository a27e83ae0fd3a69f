/**
 * What outlives the page: texts that were not sent yet, and the draft, by room. Photos do not: of
 * them the name is kept, to say which one was not sent.
 *
 * Each tab keeps its own, for two tabs would send one message twice. What a closed tab left is
 * taken over by the next one that opens.
 */

import { newId } from './identity.js';


/**
 * @typedef {import('../state/outgoing.js').Outgoing} Outgoing
 * @typedef {{draft: string, mine: readonly string[], outbox: readonly Outgoing[]}} Kept
 * @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>} Store
 */

const PREFIX = 'chat.kept.';
const TAB = 'chat.tab';
/** @type {Kept} */
const NOTHING = Object.freeze({ draft: '', mine: [], outbox: [] });
/** How long the page before a reload may take to let go of its lock. */
const RELOADING_MS = 300;
/** A page that is being closed holds its lock a little longer. */
const CLOSING_MS = [1000, 4000];
/** An id that a message has been sent under stays one's own for so many more. */
const MINE = 200;

/**
 * @param {readonly Outgoing[]} outbox
 * @returns {Outgoing[]} as it is after the page has gone
 */
export function packed(outbox) {
  return outbox.filter(({ status }) => status !== 'kept').map((message) => {
    const gone = message.photo !== null;
    const status = message.status === 'sent' ? 'unsure' : message.status;
    const lost = gone && status !== 'unsure';
    return { ...message, photo: null,
      status: lost ? 'failed' : status, problem: lost ? 'photo_gone' : message.problem };
  });
}

/** The memory of one tab. */
export class Keeper {
  #storage;
  #tab;
  /** @type {unknown[]} */
  #last = [];

  /** @param {Store} storage @param {string} tab */
  constructor(storage, tab) {
    this.#storage = storage;
    this.#tab = tab;
  }

  /** @param {string} room @returns {Kept} */
  load(room) {
    return { ...NOTHING, ...this.#read(this.#tab)[room] };
  }

  /** @param {import('../state/state.js').State} state  kept where there is something to keep */
  save({ room, draft, mine, outbox }) {
    if (room === null) return;
    const now = [room, draft, mine, outbox];
    if (now.every((part, index) => part === this.#last[index])) return;
    this.#last = now;
    const kept = { draft, mine: mine.slice(-MINE), outbox: packed(outbox) };
    const all = this.#read(this.#tab);
    if (draft === '' && mine.length === 0 && outbox.length === 0) delete all[room];
    else all[room] = kept;
    this.#write(this.#tab, all);
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
    const own = this.#read(this.#tab);
    for (const [room, { outbox, draft, mine }] of Object.entries(this.#read(tab))) {
      const ours = own[room] ?? NOTHING;
      const known = new Set(ours.outbox.map(({ id }) => id));
      own[room] = { draft: ours.draft || draft, mine: [...mine, ...ours.mine].slice(-MINE),
        outbox: [...outbox.filter(({ id }) => !known.has(id)), ...ours.outbox] };
    }
    this.#storage.removeItem(PREFIX + tab);
    this.#write(this.#tab, own);
  }

  /** @param {string} tab @returns {Record<string, Kept>} */
  #read(tab) {
    try {
      return JSON.parse(this.#storage.getItem(PREFIX + tab) ?? '{}');
    } catch {
      return {};
    }
  }

  /** @param {string} tab @param {Record<string, Kept>} all */
  #write(tab, all) {
    try {
      if (Object.keys(all).length === 0) this.#storage.removeItem(PREFIX + tab);
      else this.#storage.setItem(PREFIX + tab, JSON.stringify(all));
    } catch {
      // full, or switched off: then it lives as long as the page
    }
  }
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
