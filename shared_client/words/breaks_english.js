/** The English words of the breaks. */

/** @param {number} ms */
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
/** @type {Record<import('../breaks/account.js').What, string>} */
const done = { kill: 'A process was killed', freeze: 'The side was frozen',
  redis: 'Redis was restarted', away: 'Three readers left' };

export const breaksEnglish = {
  lead: 'While this is open, four members of each side read along in a room of their own, and one '
    + 'of them writes five messages a second. They come back by themselves, as the chat does, and '
    + 'ask for what they missed. Each break ends by itself.',
  buttons: {
    kill: 'Kill a process',
    freeze: 'Freeze for 5 s',
    away: 'Readers leave for 5 s',
    redis: 'Restart Redis',
  },
  redis: 'Redis is away for 3 seconds for both sides, and is empty when it starts again.',
  stall: (/** @type {string} */ side) => `Stall readers on ${side}`,
  stalled: 'This needs synthetic members in the race: they read nothing for 5 seconds. The race '
    + 'counts what is late or lost. With its load on, and with large pictures, the server may '
    + 'disconnect them.',
  noRedis: 'No side runs over a Redis that “chatbench up” started.',
  rows: {
    here: 'Connected',
    sent: 'Sent',
    live: 'Delivered live',
    replayed: 'Replayed',
    missing: 'Missing now',
    lost: 'Lost',
    duplicates: 'Duplicates',
    time: 'Until all is well',
  },
  count: (/** @type {number} */ count) => count.toLocaleString('en'),
  of: (/** @type {number} */ here, /** @type {number} */ all) => `${here} of ${all}`,
  seconds: (/** @type {number} */ ms, /** @type {boolean} */ goesOn) =>
    goesOn ? `${seconds(ms)}…` : seconds(ms),
  outcome: (/** @type {import('../breaks/account.js').Outcome} */ { what, ms, replayed, lost }) =>
    `${done[what]}. All was well after ${seconds(ms)}: ${replayed.toLocaleString('en')} replayed, `
      + `${lost.toLocaleString('en')} lost.`,
};
