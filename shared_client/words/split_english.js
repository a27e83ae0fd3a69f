/** The English words of the split view, loaded with it. */

/** Without the unit, in any language. @param {number} ms */
export const bare = (ms) => ms < 10 ? ms.toFixed(1) : `${Math.round(ms)}`;

export const splitEnglish = {
  title: 'Split view',
  lead: 'The same room on both backends. Each side has a separate connection and history. A line '
    + 'joins the two copies of a message and shows how much later the slower copy arrived in this '
    + 'page.',
  back: 'Back to the chat',
  to: 'Send to',
  both: 'Both',
  sides: 'Backends',
  nothing: 'No messages yet. Write one: both backends get it.',
  later: (/** @type {number} */ ms) => ms < 1000 ? `+${bare(ms)} ms`
    : `+${(ms / 1000).toFixed(1)} s`,
  switchedTo: (/** @type {string} */ user, /** @type {string} */ backend) =>
    `${user} switched to ${backend}`,
  cameFrom: (/** @type {string} */ user, /** @type {string} */ backend) =>
    `${user} came from ${backend}`,
  /** For a copy that came in a replay. */
  caughtUp: 'after reconnecting',
};
