/**
 * The room's messages and notices in order: messages by their seq, notices between them by time.
 * Pure.
 */

/**
 * @typedef {import('../network/protocol.js').Message} Message
 * @typedef {import('../network/protocol.js').Image} Image
 * @typedef {{key: string, seq: number | null, id: string, user: string, at: number, own: boolean}
 *   } Sent  the fields of every message
 * @typedef {{counts: Readonly<Record<string, number>>, own: readonly string[]}} Reactions
 *   `own` are the user's
 * @typedef {Sent & {reactions?: Reactions, kind: 'message', text: string}} Said
 * @typedef {Sent & {reactions?: Reactions, kind: 'image', mime: string, name: string, picture: Blob | null,
 *   url: string | null}} Shown  an image: its picture if it came along, and its URL
 * @typedef {Sent & {kind: 'unsaid'}} Unsaid  a message that its author took back
 * @typedef {Said | Shown | Unsaid} Told
 * @typedef {{kind: 'notice', key: string, at: number, notice: 'entered' | 'switched' |
 *   'returned' | 'lost' | 'joined' | 'left' | 'refused' | 'unsay' | 'react', detail: string}} Notice
 *   `detail` is a user, a backend's key, a close code, an error code, or the server's words
 * @typedef {Told | Notice} Entry
 * @typedef {readonly Entry[]} Entries
 */

/** Ids of at least this length are unique; shorter ids may be used again. */
export const UNIQUE_ID = 32;
/** With a history, older pictures are fetched again when the user looks at them. */
export const PICTURES_KEPT = 40;

/**
 * @param {Message | Image} record @returns {string} the same for a message that was sent again
 *   after a lost connection: the history may have it twice
 */
export function keyOf({ seq, user, id }) {
  return seq === null || id.length >= UNIQUE_ID ? `${user}/${id}` : `#${seq}`;
}

/**
 * @param {Message | Image} record @param {boolean} own
 * @param {{room: string | null, origin: string}} place  where it was sent
 * @returns {Told}
 */
export function entryOf(record, own, { room, origin }) {
  const { seq, id, user, at } = record;
  const sent = { key: keyOf(record), seq, id, user, at, own };
  if (record.type === 'message') {
    return record.unsaid ? { kind: 'unsaid', ...sent }
      : { kind: 'message', ...sent, text: record.text };
  }
  const { mime, name, picture = null } = record;
  const url = seq === null ? null
    : `${origin}/api/rooms/${encodeURIComponent(`${room}`)}/images/${seq}`;
  return { kind: 'image', ...sent, mime, name, picture, url };
}

/**
 * The keys of a list. A list that is made by adding or dropping entries takes over the keys; the
 * keys of other lists are read again. So a check costs one message and not the whole list.
 *
 * @type {WeakMap<Entries, Set<string>>}
 */
const keysOf = new WeakMap();

/** @param {Entries} entries @param {string} key @returns {boolean} */
export function hasKey(entries, key) {
  const keys = keysOf.get(entries) ?? new Set(entries.map((entry) => entry.key));
  keysOf.set(entries, keys);
  return keys.has(key);
}

/** @param {Entries} from @param {Entries} to @param {(keys: Set<string>) => void} change */
function passKeys(from, to, change) {
  const keys = keysOf.get(from);
  if (keys === undefined || from === to) return;
  keysOf.delete(from);
  change(keys);
  keysOf.set(to, keys);
}

/** @param {Entries} entries @param {Entry} entry @returns {Entries} it is the last entry */
export function appended(entries, entry) {
  const next = withinMeans([...entries, entry], entry);
  passKeys(entries, next, (keys) => keys.add(entry.key));
  return next;
}

/**
 * @param {Entries} entries @param {readonly Told[]} added  with seqs, in order
 * @returns {Entries} with each message at its seq, and by its time between notices
 */
export function merged(entries, added) {
  /** @type {Entry[]} */
  const backwards = [];
  let rest = added.length - 1;
  for (let place = entries.length - 1; place >= 0; place -= 1) {
    while (rest >= 0 && !isAfter(entries[place], added[rest])) backwards.push(added[rest--]);
    backwards.push(entries[place]);
  }
  while (rest >= 0) backwards.push(added[rest--]);
  return backwards.reverse();
}

/** @param {Entries} entries @param {Told} entry @returns {Entries} */
export function inserted(entries, entry) {
  const place = entries.findLastIndex((other) => !isAfter(other, entry)) + 1;
  const next = withinMeans(entries.toSpliced(place, 0, entry), entry);
  passKeys(entries, next, (keys) => keys.add(entry.key));
  return next;
}

/**
 * @param {Entries} entries
 * @param {ReadonlyMap<number, Told>} changed  entries by their seq, with the same keys
 * @returns {Entries} with these in place of the entries with their seqs
 */
export function replaced(entries, changed) {
  const next = entries.map((entry) => changed.get(seqOf(entry)) ?? entry);
  passKeys(entries, next, () => {});
  return next;
}

/** @param {Entries} entries @param {number} count @returns {Entries} the last entries */
export function newest(entries, count) {
  const next = entries.slice(-count);
  passKeys(entries, next, (keys) => {
    for (const { key } of entries.slice(0, -count)) keys.delete(key);
  });
  return next;
}

/** A notice that is before a lower seq stays before `entry`, even if the clocks differ. */
function isAfter(/** @type {Entry} */ other, /** @type {Told} */ entry) {
  if (other.kind === 'notice' || other.seq === null) return other.at > entry.at;
  return other.seq > /** @type {number} */ (entry.seq);
}

/** @param {Entries} entries @param {number} floor @returns {Entries} from this seq on */
export function cut(entries, floor) {
  const first = entries.findIndex((entry) => seqOf(entry) >= floor);
  if (first >= 0) return entries.slice(first);
  return entries.filter((entry) => entry.kind === 'notice');
}

/** @param {Entries} entries @returns {number | null} the lowest seq among them */
export function lowest(entries) {
  const first = entries.find((entry) => seqOf(entry) > 0);
  return first === undefined ? null : seqOf(first);
}

/** @param {Entry} entry @returns {number} 0 if it has none */
export function seqOf(entry) {
  return entry.kind === 'notice' ? 0 : entry.seq ?? 0;
}

/** Keeps the bytes of the newest pictures only. */
function withinMeans(/** @type {Entry[]} */ entries, /** @type {Entry} */ added) {
  if (added.kind !== 'image') return entries;
  let room = PICTURES_KEPT;
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry.kind !== 'image' || entry.picture === null) continue;
    room -= 1;
    if (room < 0) entries[index] = { ...entry, picture: null };
  }
  return entries;
}
