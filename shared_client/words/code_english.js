/** The English words of the panel with the code of both chats. */

export const codeEnglish = {
  show: 'Show the code',
  title: 'The code of both chats',
  feature: 'What the code does',
  page: 'Documentation page',
  notLoaded: 'The code could not be loaded. Try again.',
  loading: 'Loading…',
  noCompanion: 'The companion serves these lines, and it does not run. Start the chats with '
    + '“chatbench up” and without “--no-companion”.',
  away: 'The companion does not answer. Start the chats again with “chatbench up”.',
  all: (/** @type {number} */ lines) => `All of it, with docstrings: ${lines} lines`,
  /** By the names of docs/side-by-side/, in reading order. */
  features: {
    connect: 'Connect and enter the room',
    receive: 'Receive a frame',
    deliver: 'Deliver to the members',
    disconnect: 'Leave and disconnect',
    authenticate: 'Identify the member',
    accounts: 'Accounts',
    persist: 'Store and acknowledge',
    replay: 'Replay what was missed',
    'taking-back': 'Take a message back',
    reactions: 'Reactions',
    'private-rooms': 'Private rooms',
    'scale-out': 'Several processes',
    start: 'Start and stop',
    serve: 'Health, rooms and pages over HTTP',
  },
};
