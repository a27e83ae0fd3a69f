/** The race's English words, loaded with it: a user who enters a chat does not need them. */

/** @param {number} count @param {string} one @param {string} many */
const plural = (count, one, many) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
/** A time without its unit, in any language. @param {number} time  in ms */
export const bare = (time) => time < 10 ? time.toFixed(1) : `${Math.round(time)}`;
/** Short in each language, because columns are narrow. @param {number} time */
const ms = (time) => time < 1000 ? `${bare(time)} ms` : `${(time / 1000).toFixed(1)} s`;
/** @param {number} first @param {number} last @returns {string} with the unit once */
const span = (first, last) => last < 1000 ? `${bare(first)} … ${ms(last)}`
  : `${(first / 1000).toFixed(1)} … ${ms(last)}`;

export const raceEnglish = {
  ms,
  title: 'The race',
  lead: 'Each message goes to both chats at the same moment: see when everybody has it. This is '
    + 'an illustration, in one browser on one machine. ',
  measurementsBefore: 'What was measured is in ',
  measurements: 'the comparison',
  measurementsAfter: '.',
  measurementsIn: 'What was measured is in docs/comparison.md of the project.',
  back: 'Back to the chat',
  how: 'How it is done',
  howItIs: [
    'A message is written to both sockets in one go, nothing between; which is first alternates, '
      + 'for texts and for pictures. '
      + 'Both have the same members, messages and pictures.',
    'Times run from just before the write until this page takes the frame in. Round trip: the '
      + 'speaker has its own message back. Delivery: the last member has it.',
    'The page takes in one frame after another, from both sides, and so each waits a little for '
      + 'the other: small differences mean nothing here.',
    'Lost is what did not come within 5 seconds to a member that was connected all the while. '
      + 'What a server refused, and what a broken connection took along, is counted apart. '
      + 'Delivery times are of messages that everybody had, so none that was lost is in them; round '
      + 'trips are of all that the speaker had back.',
    'Synthetic members have 5 seconds from the first of them on. Where nobody tells what they had, '
      + 'a message is not reported: neither had by all nor lost.',
    'In the plots a message is a dot where the last member had it, with a line from the first; the '
      + 'dashes are the median. A bar over the whole height is one that was lost, a '
      + 'short one below one that was refused, not sent or cut off. All share one logarithmic axis.',
    'Times are of the last 10 000 messages of each side, and a p99 takes 100; counts are since '
      + 'the start or the reset.',
  ],
  write: 'Say something to both',
  send: 'Send to both',
  nobody: 'Neither side is connected, so it was not sent.',
  /** @type {Record<string, string>} */
  problem: {
    empty: 'Write something first.',
    too_long: 'A message has at most 4000 characters.',
    not_allowed: 'This text holds characters that cannot be sent.',
  },
  load: 'Automatic load',
  settings: 'Load and members',
  start: 'Start the load',
  pause: 'Pause',
  reset: 'Reset',
  save: 'Export CSV',
  rate: 'Rate',
  perSecond: (/** @type {number} */ count) => `${count} / s`,
  members: 'Members per side',
  length: 'Characters',
  pictures: 'Pictures',
  pictureEvery: (/** @type {number} */ every) => every === 0 ? 'None'
    : every === 1 ? 'Every message' : `One in ${every}`,
  pictureSize: 'Picture size',
  crew: 'Synthetic per side',
  companion: {
    none: 'They need the companion, which is not running here: “chatbench up” starts it with '
      + 'both chats.',
    connecting: 'Looking for the companion…',
    away: 'The companion does not answer: “chatbench up” starts it with both chats.',
    online: 'Comparing clocks with the companion…',
    clock: (/** @type {number} */ time) =>
      `Times at these members are true to ± ${time.toFixed(2)} ms: two clocks were compared.`,
    full: (/** @type {string} */ reason) =>
      `The companion has enough to do and takes no more: “${reason}”. It is asked again.`,
    complaint: (/** @type {string} */ detail) => `The companion refused something: “${detail}”`,
    trouble: (/** @type {string} */ side, /** @type {string} */ why) =>
      `Some are missing at ${side}: “${why}”.`,
  },
  slept: 'The load paused while this tab was hidden: browsers slow such tabs down.',
  pausedTitle: 'Paused while hidden · The race',
  rateIsNone: 'The rate is 0, so nothing is sent.',
  board: 'Both sides compared',
  rows: {
    delivery: 'Delivery, median',
    deliveryP99: 'Delivery, p99',
    trip: 'Round trip, median',
    tripP99: 'Round trip, p99',
    whole: 'Had by all',
    lost: 'Lost deliveries',
    duplicates: 'Twice',
    refused: 'Refused',
    reconnects: 'Reconnects',
    unsent: 'Not sent',
    cut: 'Cut off',
    unreported: 'Not reported',
  },
  count: (/** @type {number} */ count) => count.toLocaleString('en'),
  ofMessages: (/** @type {number} */ count) => `of ${count.toLocaleString('en')}`,
  ofSent: (/** @type {number} */ count) => `of ${count.toLocaleString('en')} sent`,
  ofDeliveries: (/** @type {number} */ count, /** @type {number} */ late) =>
    `of ${count.toLocaleString('en')}${late > 0 ? `, ${late.toLocaleString('en')} late` : ''}`,
  tooFew: (/** @type {number} */ count, /** @type {number} */ least) =>
    `needs ${least}, has ${count}`,
  there: (/** @type {number} */ here, /** @type {number} */ wanted,
    /** @type {{connected: number, wanted: number}} */ crew) =>
    `${here} of ${plural(wanted, 'member', 'members')} connected`
      + (crew.wanted > 0 ? `, ${crew.connected} of ${crew.wanted} synthetic` : ''),
  deliveryPlot: 'Delivery: first to last member',
  tripPlot: 'Round trip',
  tick: (/** @type {number} */ ms) => ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`,
  plotted: (/** @type {string} */ title, /** @type {string} */ side,
    /** @type {{count: number, median: number | null}} */ { count, median },
    /** @type {[number, number] | null} */ extent) => extent === null || median === null
    ? `${title}, ${side}: nothing yet.`
    : `${title}, ${side}: median ${ms(median)} of ${count}; the latest from ${ms(extent[0])} `
      + `to ${ms(extent[1])}.`,
  latest: 'Latest messages',
  nothing: 'Say something below, or start the load.',
  fate: (/** @type {import('../race/ledger.js').Message} */ { fate, lost, code },
    /** @type {number | null} */ first, /** @type {number | null} */ last) => {
    if (fate === 'whole') return span(first ?? 0, last ?? 0);
    if (fate === 'lost') return `lost at ${lost}`;
    if (fate === 'unreported') return 'not reported';
    if (fate === 'refused') return code === 'rate_limited' ? 'refused: too fast' : 'refused';
    return fate === null ? 'on its way…' : fate === 'cut' ? 'connection lost' : 'not sent';
  },
  summary: (/** @type {string} */ side, /** @type {{whole: number, lost: number}} */ totals,
    /** @type {{median: number | null}} */ { median }) =>
    `${side}: ${plural(totals.whole, 'message', 'messages')} with everybody, `
      + `${median === null ? '' : `in ${ms(median)} at the median, `}${totals.lost.toLocaleString('en')} lost.`,
};
