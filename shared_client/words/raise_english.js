/** The raise's English words, loaded with the race. */

/** @typedef {import('../race/raise/plan.js').What} What */
/** @typedef {import('../race/raise/step.js').Step} Step */

/** @param {What} what @param {number} level */
const level = (what, level) => what === 'rate'
  ? `${level.toLocaleString('en')} ${level === 1 ? 'message' : 'messages'} a second`
  : `${level.toLocaleString('en')} ${level === 1 ? 'member' : 'members'}`;
/** @param {Pick<Step, 'p99' | 'atLeast'>} step @returns {string} */
const p99 = ({ p99: ms, atLeast }) => ms === null ? '–'
  : `${atLeast ? '≥ ' : ''}${ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString('en')} ms`;
/** @param {Step} step */
const figures = (step) => `p99 ${p99(step)}, n = ${step.count.toLocaleString('en')}`;
/** @param {Step} step */
const lost = ({ missing, count }) => `${missing.toLocaleString('en')} `
  + `${missing === 1 ? 'delivery' : 'deliveries'} of ${count.toLocaleString('en')} messages lost`;

/** @param {Step} step */
const why = (step) => step.reason === 'lost' ? lost(step) : figures(step);

/** Why not the chat was the limit. @type {Record<string, (step: Step) => string>} */
const limits = {
  page: () => 'this page was the limit, because its timers came late',
  companion: () => 'the companion was the limit',
  refused: () => 'the chat’s limit on the messages of one member was reached',
  joining: ({ detail }) => 'not all members could connect in time'
    + (detail === '' ? '' : ` (“${detail}”)`),
};

export const raiseEnglish = {
  title: 'Raise until it breaks',
  lead: (/** @type {number} */ ms) => `The load rises step by step until a side breaks: until the `
    + `p99 of its deliveries is more than ${ms} ms, or something is lost. A step that breaks is `
    + 'done once more, so that one hiccup is no ceiling.',
  turns: 'The sides take turns, one step each, because two busy chats on one machine would slow '
    + 'each other down.',
  steps: (/** @type {number} */ messages, /** @type {number} */ seconds) =>
    `Each step has at least ${messages} messages and ${seconds} seconds. The p99 of ${messages} is `
      + 'the second slowest. Messages during a pause of this page itself do not count, and others '
      + 'are sent instead.',
  bounds: (/** @type {number} */ steps, /** @type {number} */ minutes) =>
    `It ends after ${steps} steps or ${minutes} minutes at the latest.`,
  what: 'What rises',
  whats: { members: 'Members', rate: 'Messages a second' },
  start: 'Raise',
  stop: 'Stop',
  most: (/** @type {What} */ what, /** @type {number} */ most) => `Up to ${level(what, most)}.`,
  needsCompanion: 'More members need the companion, which does not answer here.',
  needsMembers: (/** @type {number} */ each) =>
    `Each of this page’s members sends at most ${each} a second: more members can send more.`,
  needsBoth: 'It needs a connection to each side.',
  level,
  now: (/** @type {string} */ side, /** @type {What} */ what, /** @type {number} */ at,
    /** @type {boolean} */ again) => `${side}, ${level(what, at)}${again ? ', once more' : ''}`,
  phase: { joining: 'Members are connecting…', sending: 'Messages are sent…',
    waiting: 'Waiting for the last deliveries…' },
  done: 'Done.',
  cut: {
    stopped: 'Stopped before the end.',
    hidden: 'Stopped, because this tab was hidden: browsers slow hidden tabs down.',
    time: 'Stopped, because the time was over.',
    steps: 'Stopped, because there were too many steps.',
  },
  under: (/** @type {What} */ what, /** @type {number} */ rate, /** @type {number} */ members,
    /** @type {number} */ length) => `${what === 'rate' ? `With ${level('members', members)}`
    : `At ${level('rate', rate)}`}, texts of ${length.toLocaleString('en')} `
    + `${length === 1 ? 'character' : 'characters'}.`,
  held: (/** @type {string} */ side, /** @type {What} */ what, /** @type {Step} */ step) =>
    `${side} held ${level(what, step.level)} (${figures(step)})`,
  broke: (/** @type {What} */ what, /** @type {Step} */ step) =>
    ` and broke at ${step.level.toLocaleString('en')} (${why(step)}).`,
  brokeAtOnce: (/** @type {string} */ side, /** @type {What} */ what, /** @type {Step} */ step) =>
    `${side} did not even hold ${level(what, step.level)} (${why(step)}).`,
  none: (/** @type {What} */ what, /** @type {number} */ most) =>
    `: no ceiling reached within ${level(what, most)}.`,
  limited: (/** @type {What} */ what, /** @type {Step} */ step) =>
    `. At ${step.level.toLocaleString('en')}, ${limits[`${step.reason}`](step)}: no ceiling of the `
      + 'chat.',
  limitedAtOnce: (/** @type {string} */ side, /** @type {What} */ what,
    /** @type {Step} */ step) => `${side}: at ${level(what, step.level)}, `
    + `${limits[`${step.reason}`](step)}: no ceiling of the chat.`,
  open: ' so far.',
  busy: 'A side broke at the very first level: this machine is probably busy with something else. '
    + 'Raise again when it rests.',
  chart: 'p99 of delivery by load',
  axis: { members: 'Members', rate: 'Messages a second' },
  line: (/** @type {number} */ ms) => `limit: ${ms} ms`,
  ceiling: (/** @type {string} */ side, /** @type {string} */ found) => `${side}: ${found}`,
  noCeiling: 'no ceiling found',
  notYet: 'no ceiling yet',
  noneWithin: (/** @type {What} */ what, /** @type {number} */ most) =>
    `no ceiling within ${level(what, most)}`,
  below: (/** @type {What} */ what, /** @type {number} */ at) => `less than ${level(what, at)}`,
  marks: 'Filled: held. Hollow: did not hold. Dashed upright line: the ceiling.',
  table: 'All steps',
  columns: { step: 'Step', p99: 'Delivery', outcome: 'Outcome' },
  figures,
  outcome: (/** @type {Step} */ step) => step.outcome === 'held' ? 'held'
    : step.outcome === 'limit' ? limits[`${step.reason}`](step)
      : step.reason === 'lost' ? `broke: ${lost(step)}` : 'broke: too slow',
};
