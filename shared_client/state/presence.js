/** The room's members and typing users. Pure. */

/**
 * @typedef {Readonly<{count: number, members: readonly string[],
 *   typing: readonly {user: string, until: number}[]}>} Presence
 */

export const TYPING_MS = 4000;

/** @type {Presence} */
export const NOBODY = Object.freeze({ count: 0, members: [], typing: [] });

/**
 * Joins at one moment can arrive in another order than their counts: where all names are known, the
 * names are counted. A name that is listed and fills the count was in the welcome already.
 *
 * @param {Presence} presence @param {{user: string, count: number}} frame
 * @returns {{presence: Presence, news: boolean}} `news` if the join is new
 */
export function joined(presence, { user, count }) {
  const news = !presence.members.includes(user) || presence.members.length < count;
  const members = news ? [...presence.members, user].sort() : presence.members;
  return { presence: { ...presence, count: counted(presence, members, count), members }, news };
}

/** @param {Presence} presence @param {{user: string, count: number}} frame @returns {Presence} */
export function left(presence, { user, count }) {
  const place = presence.members.indexOf(user);
  const members = presence.members.filter((_, index) => index !== place);
  const typing = without(presence.typing, user);
  return { count: counted(presence, members, count), members, typing };
}

/** @param {Presence} before @param {readonly string[]} members @param {number} count */
function counted(before, members, count) {
  return before.members.length === before.count ? members.length : count;
}

/** @param {Presence} presence @param {string} user @param {number} at @returns {Presence} */
export function typed(presence, user, at) {
  const typing = [...without(presence.typing, user), { user, until: at + TYPING_MS }];
  return { ...presence, typing };
}

/** @param {Presence} presence @param {string} user @returns {Presence} */
export function silent(presence, user) {
  const typing = without(presence.typing, user);
  return typing.length === presence.typing.length ? presence : { ...presence, typing };
}

/** No frame says that typing stopped. @param {Presence} presence @param {number} at */
export function passed(presence, at) {
  const typing = presence.typing.filter(({ until }) => until > at);
  return typing.length === presence.typing.length ? presence : { ...presence, typing };
}

/** @param {Presence['typing']} typing @param {string} user */
function without(typing, user) {
  return typing.filter((other) => other.user !== user);
}
