/** The automatic load: the time and the content of the next message. Pure. */

/**
 * @typedef {{members: number, rate: number, length: number, pictureEvery: number,
 *   pictureKb: number, crew: number}} Settings  `rate` is per second, `length` in code points;
 *   `pictureEvery` 0: no pictures; `crew` counts the companion's members
 */

/** @type {Readonly<Record<keyof Settings, readonly [number, number]>>} */
export const BOUNDS = Object.freeze({
  members: [1, 20], rate: [0, 15], length: [1, 4000], pictureEvery: [0, 10], pictureKb: [10, 500],
  crew: [0, 200],
});

/** @type {Readonly<Settings>} */
export const DEFAULTS = Object.freeze({
  members: 5, rate: 5, length: 80, pictureEvery: 0, pictureKb: 50, crew: 0,
});

/** So many deliveries tell more than those of one page. They need the companion. */
const CREW = 50;

/** @param {boolean} companion  whether it was started with the chats @returns {Readonly<Settings>} */
export function defaultsFor(companion) {
  return companion ? { ...DEFAULTS, crew: CREW } : DEFAULTS;
}

const FILLER = 'The same words go to both at the same moment, and both have to bring them to '
  + 'everybody in the room. ';

/**
 * @param {Settings} settings @param {Partial<Settings>} change
 * @returns {Settings} within their bounds; a value that is not finite changes nothing
 */
export function adjusted(settings, change) {
  const next = { ...settings };
  for (const key of /** @type {(keyof Settings)[]} */ (Object.keys(change))) {
    const value = Math.round(parseFloat(`${change[key]}`)); // an empty field is no 0
    const [least, most] = BOUNDS[key];
    if (Number.isFinite(value)) next[key] = Math.min(most, Math.max(least, value));
  }
  return next;
}

/**
 * Missed messages are not sent later in a burst.
 *
 * @param {number} due  when the last message was due @param {number} rate @param {number} now
 * @returns {number} when the next message is due
 */
export function nextDue(due, rate, now) {
  const every = 1000 / rate;
  return now - due > 2 * every ? now : due + every;
}

/** @param {Settings} settings @param {number} turn  counts from 1 @returns {boolean} */
export function isPicture({ pictureEvery }, turn) {
  return pictureEvery > 0 && turn % pictureEvery === 0;
}

/** @param {number} length  in code points @returns {string} */
export function filler(length) {
  return FILLER.repeat(Math.ceil(length / FILLER.length)).slice(0, length);
}
