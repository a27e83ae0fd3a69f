/** The English words of the stacks' controls. */

export const stacksEnglish = {
  looking: 'Looking for the companion…',
  away: 'The companion does not answer. “chatbench up” starts it with both chats.',
  lead: 'Each side can run another server, fan-out or variant. “chatbench up” stops the side and '
    + 'starts it again on the same port. The counts of the race then begin again.',
  off: {
    alone: 'This companion was not started by “chatbench up”, so it has no servers to control.',
    'beyond-loopback': 'The controls are off, because the companion can be reached from other '
      + 'machines.',
  },
  parts: { server: 'Server', fanout: 'Fan-out', variant: 'Variant' },
  /** @type {Record<string, string>} */
  fanout: {
    memory: 'Memory',
    redis: 'Redis',
    pubsub: 'Redis, pub/sub layer',
    'broadcaster-redis': 'broadcaster, Redis',
    'broadcaster-postgres': 'broadcaster, PostgreSQL',
  },
  /** @type {Record<string, string>} */
  variant: {
    tutorial: 'Tutorial',
    standard: 'Standard',
    tuned: 'Tuned',
    stock: 'Stock (database)',
  },
  run: 'Run this',
  step: {
    stopping: (/** @type {string} */ side, /** @type {string} */ arm) =>
      `${side}: ${arm} is stopping…`,
    starting: (/** @type {string} */ side, /** @type {string} */ arm) =>
      `${side}: ${arm} is starting…`,
    returning: (/** @type {string} */ side, /** @type {string} */ arm) =>
      `${side}: ${arm} did not start. The one before is starting again…`,
  },
  runs: (/** @type {string} */ side, /** @type {string} */ arm) =>
    `${side}: ${arm} runs now. The counts began again.`,
  stays: (/** @type {string} */ side, /** @type {string} */ arm) =>
    `${side}: ${arm} runs as before. The counts began again.`,
  refused: (/** @type {string} */ detail) => `The companion refused something: “${detail}”`,
};
