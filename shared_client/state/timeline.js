/**
 * What was said and what happened, in order: messages by their seq, notices by their time between
 * them. Pure.
 */

/**
 * @typedef {import('../network/protocol.js').Message} Message
 * @typedef {import('../network/protocol.js').Image} Image
 * @typedef {{key: string, seq: number | null, id: string, user: string, at: number, own: boolean}
 *   } Sent  what every message has
 * @typedef {Sent & {kind: 'message', text: string}} Said
 * @typedef {Sent & {kind: 'image', mime: string, name: string, picture: Blob | null,
 *   url: string | null}} Shown  an image: its picture where it came along, or where it is fetched
 * @typedef {{kind: 'notice', key: string, at: number, notice: 'entered' | 'switched' |
 *   'returned' | 'lost' | 'joined' | 'left' | 'refused', detail: string}} Notice
 *   `detail` is a user, a backend's key, a close code, or the server's words
 * @typedef {Said | Shown | Notice} Entry
 * @typedef {readonly Entry[]} Entries
 */

/** Ids of at least this length are made to be unique; shorter ones may be used again. */
const UNIQUE_ID = 32;
/** Older pictures are fetched again when they are looked at, where there is a history. */
export const PICTURES_KEPT = 40;

/**
 * @param {Message | Image} record @returns {string} the same for a message that was sent again
 *   after a lost connection, which may stand in the history twice
 */
export function keyOf({ seq, user, id }) {
  return seq === null || id.length >= UNIQUE_ID ? `${user}/${id}` : `#${seq}`;
}

/**
 * @param {Message | Image} record @param {boolean} own
 * @param {{room: string | null, origin: string}} place  where it was said
 * @returns {Said | Shown}
 */
export function entryOf(record, own, { room, origin }) {
  const { seq, id, user, at } = record;
  const sent = { key: keyOf(record), seq, id, user, at, own };
  if (record.type === 'message') return { kind: 'message', ...sent, text: record.text };
  const { mime, name, picture = null } = record;
  const url = seq === null ? null
    : `${origin}/api/rooms/${encodeURIComponent(`${room}`)}/images/${seq}`;
  return { kind: 'image', ...sent, mime, name, picture, url };
}

/**
 * The keys of a list. They go along to the list that is made from it by adding to it or cutting it
 * off, and are read again from one that has none: so each is asked about at the cost of one message.
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

/** @param {Entries} entries @param {Entry} entry @returns {Entries} it is the last thing */
export function appended(entries, entry) {
  const next = withinMeans([...entries, entry], entry);
  passKeys(entries, next, (keys) => keys.add(entry.key));
  return next;
}

/**
 * @param {Entries} entries @param {readonly (Said | Shown)[]} added  with seqs, in their order
 * @returns {Entries} with each where its seq belongs, and its time between notices
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

/** @param {Entries} entries @param {Said | Shown} entry @returns {Entries} */
export function inserted(entries, entry) {
  const place = entries.findLastIndex((other) => !isAfter(other, entry)) + 1;
  const next = withinMeans(entries.toSpliced(place, 0, entry), entry);
  passKeys(entries, next, (keys) => keys.add(entry.key));
  return next;
}

/** @param {Entries} entries @param {number} count @returns {Entries} the last ones */
export function newest(entries, count) {
  const next = entries.slice(-count);
  passKeys(entries, next, (keys) => {
    for (const { key } of entries.slice(0, -count)) keys.delete(key);
  });
  return next;
}

/** A notice that one message is known to come after stays before it, whatever the clocks say. */
function isAfter(/** @type {Entry} */ other, /** @type {Said | Shown} */ entry) {
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

/** @param {Entry} entry @returns {number} 0 where it has none */
export function seqOf(entry) {
  return entry.kind === 'notice' ? 0 : entry.seq ?? 0;
}

/** Bytes of pictures are held for the newest alone. */
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
