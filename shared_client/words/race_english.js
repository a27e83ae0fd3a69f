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

/** A ratio, in any language. @param {number} ratio */
export const times = (ratio) => ratio < 100 ? ratio.toFixed(1) : `${Math.round(ratio)}`;

/** @typedef {import('../race/ratio.js').Estimate} Estimate */

/** @param {Estimate} estimate  too near to 1 for one decimal */
const fine = ({ ratio, count, low, high }) => `${ratio.toFixed(2)} × as fast (median, `
  + `n = ${count.toLocaleString('en')}, 95 % ${low.toFixed(2)}–${high.toFixed(2)})`;

export const raceEnglish = {
  ms,
  title: 'The race',
  lead: 'Each message goes to both chats at the same moment. See when everybody has it. This is '
    + 'a demonstration in one browser, on one machine. ',
  measurementsBefore: 'The measurements are in ',
  measurements: 'the comparison',
  measurementsAfter: '.',
  measurementsIn: 'The measurements are in docs/comparison.md of the project.',
  back: 'Back to the chat',
  how: 'How it works',
  howItIs: [
    'The page writes each message to both sockets, one right after the other. The side that is '
      + 'first alternates, for texts and for pictures. Both sides have the same number of members, '
      + 'the same messages and the same pictures.',
    'The race has its own room, so it does not disturb the conversation in yours.',
    'Times run from just before the write until this page receives the frame. Round trip: the '
      + 'speaker receives its own message. Delivery: the last member receives it.',
    'The page receives one frame after the other, from both sides, so each side waits a little '
      + 'for the other: small differences mean nothing here. If the timers of this page are late, '
      + 'the page says so, and its figures are grey.',
    'Late is what took more than 5 seconds. A late message counts as lost only when the load has '
      + 'stopped and its side was quiet for 5 seconds, or when the connection of the member ended. '
      + 'Messages that a server refused, and messages that a broken connection took along, are '
      + 'counted separately. Delivery times are of messages that every member received. Round trips '
      + 'are of all messages that came back to the speaker.',
    'For synthetic members, the 5 seconds begin when the first of them receives the message. '
      + 'Without a report about them, a message is “not reported”: neither delivered to all nor '
      + 'lost.',
    'The result is the ratio of both medians of delivery, over the messages that both sides '
      + 'delivered to all. Its 95 % interval is a block bootstrap: it draws blocks of consecutive '
      + 'messages 1000 times, with both times of each message together, and leaves out the outer '
      + '5 % of the ratios. One side is called faster only if the whole interval says so, and by '
      + '5 % or more. If the interval leaves out 1 but not 1.05, there is a difference, and it is, or '
      + 'may be, less than 5 %.',
    'In the plots, a dot is a message at the last member, and the line to it begins at the first '
      + 'member. The dashed line is the median. A bar over the whole height is a lost message. A '
      + 'short bar below is a message that was refused, not sent or cut off. All plots share one '
      + 'logarithmic axis.',
    'Times are of the last 10 000 messages of each side, and a p99 needs 100. Counts are since '
      + 'the start or the reset.',
  ],
  stacks: 'Servers',
  breaks: 'Break it',
  needsCompanion: 'This needs the companion. “chatbench up” starts it with both chats.',
  write: 'Say something to both',
  send: 'Send to both',
  nobody: 'Not sent: neither side is connected.',
  /** @type {Record<string, string>} */
  problem: {
    empty: 'Write something first.',
    too_long: 'A message has at most 4000 characters.',
    not_allowed: 'This text contains characters that cannot be sent.',
  },
  load: 'Automatic load',
  settings: 'Load and members',
  start: 'Start the load',
  pause: 'Pause',
  reset: 'Reset',
  save: 'Export CSV',
  linkHas: 'The link opens this race with these settings',
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
    none: 'These members need the companion, which is not running. “chatbench up” starts it with '
      + 'both chats.',
    connecting: 'Looking for the companion…',
    away: 'The companion does not answer. “chatbench up” starts it with both chats.',
    online: 'Comparing clocks with the companion…',
    clock: (/** @type {number} */ time) =>
      `Times at these members are accurate to ± ${time.toFixed(2)} ms, by comparing two clocks.`,
    full: (/** @type {string} */ reason) =>
      `The companion is busy and takes no more members: “${reason}”. The page asks again.`,
    complaint: (/** @type {string} */ detail) => `The companion refused something: “${detail}”`,
    trouble: (/** @type {string} */ side, /** @type {string} */ why) =>
      `Some are missing at ${side}: “${why}”.`,
  },
  slept: 'The load paused while this tab was hidden, because browsers slow hidden tabs down.',
  limit: (/** @type {number} */ ms) => `This page is the limit: its timers came ${ms} ms late. The `
    + 'times say more about the page than about the servers. Lower the rate, the members or the '
    + 'picture size, then reset.',
  result: {
    waiting: (/** @type {number} */ count, /** @type {number} */ least) =>
      `The result needs ${least} messages that both sides delivered to all, and has ${count}.`,
    limit: 'No result: this page was the limit.',
    faster: (/** @type {string} */ side, /** @type {Estimate} */ { ratio, count, low, high }) =>
      `${side} delivered ${times(ratio)} × faster (median, n = ${count.toLocaleString('en')}, `
        + `95 % ${times(low)}–${times(high)}).`,
    none: (/** @type {string} */ left, /** @type {string} */ right,
      /** @type {Estimate} */ { ratio, count, low, high }) =>
      `No difference shown: ${left} took ${ratio.toFixed(2)} × the time of ${right} (median, `
        + `n = ${count.toLocaleString('en')}, 95 % ${low.toFixed(2)}–${high.toFixed(2)}).`,
    little: (/** @type {string} */ side, /** @type {Estimate} */ estimate) =>
      `Less than 5 %: ${side} was only ${fine(estimate)}.`,
    perhapsLittle: (/** @type {string} */ side, /** @type {Estimate} */ estimate) =>
      `Perhaps less than 5 %: ${side} was ${fine(estimate)}.`,
    lost: (/** @type {string} */ left, /** @type {number} */ one, /** @type {string} */ right,
      /** @type {number} */ other) => `Lost deliveries, which have no time: ${left} `
      + `${one.toLocaleString('en')}, ${right} ${other.toLocaleString('en')}.`,
    differ: (/** @type {string} */ parts) => `Not only the framework differs: ${parts}.`,
  },
  pausedTitle: 'Paused while hidden · The race',
  rateIsNone: 'Nothing is sent, because the rate is 0.',
  board: 'Both sides compared',
  rows: {
    delivery: 'Delivery, median',
    deliveryP99: 'Delivery, p99',
    trip: 'Round trip, median',
    tripP99: 'Round trip, p99',
    whole: 'Delivered to all',
    late: 'Late',
    lost: 'Lost',
    duplicates: 'Duplicates',
    refused: 'Refused',
    reconnects: 'Reconnects',
    unsent: 'Not sent',
    cut: 'Cut off',
    unreported: 'Not reported',
  },
  count: (/** @type {number} */ count) => count.toLocaleString('en'),
  ofMessages: (/** @type {number} */ count) => `of ${count.toLocaleString('en')}`,
  ofSent: (/** @type {number} */ count) => `of ${count.toLocaleString('en')} sent`,
  ofDeliveries: (/** @type {number} */ count) => `of ${count.toLocaleString('en')}`,
  underWay: (/** @type {number} */ count) => `${count.toLocaleString('en')} still on the way`,
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
  fate: (/** @type {import('../race/ledger.js').Message} */ { fate, lost, code, overdue },
    /** @type {number | null} */ first, /** @type {number | null} */ last) => {
    if (fate === 'whole') return span(first ?? 0, last ?? 0);
    if (fate === 'lost') return `lost at ${lost}`;
    if (fate === null && overdue) return 'late…';
    if (fate === 'unreported') return 'not reported';
    if (fate === 'refused') return code === 'rate_limited' ? 'refused: too fast' : 'refused';
    return fate === null ? 'on the way…' : fate === 'cut' ? 'connection lost' : 'not sent';
  },
  summary: (/** @type {string} */ side, /** @type {{whole: number, lost: number}} */ totals,
    /** @type {{median: number | null}} */ { median }) =>
    `${side}: ${plural(totals.whole, 'message', 'messages')} delivered to all, `
      + `${median === null ? '' : `in ${ms(median)} at the median, `}${totals.lost.toLocaleString('en')} lost.`,
};
