/** The inspector's English words, loaded with it: a user who enters a chat does not need them. */

/** @param {number} count @param {string} one @param {string} many */
const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

export const inspectorEnglish = {
  title: 'Inspector',
  height: 'Height of the inspector',
  frames: 'Frames and connection',
  pause: 'Pause',
  resume: 'Resume',
  clear: 'Clear',
  copyShown: 'Copy all',
  copy: 'Copy',
  copied: (/** @type {number} */ count) => `${plural(count, 'line', 'lines')} copied`,
  notCopied: 'The browser did not allow copying',
  filter: 'Filter',
  show: { all: 'All', in: 'In', out: 'Out', events: 'Connection' },
  showWhat: 'What is listed',
  type: 'Type',
  anyType: 'Any type',
  noType: 'no type',
  columns: { time: 'Time', frame: 'Frame', size: 'Size', content: 'Content' },
  empty: 'Nothing yet: frames and connection events will appear here.',
  noneShown: 'Nothing matches the filter.',
  missed: (/** @type {number} */ count) =>
    `Paused: ${plural(count, 'line', 'lines')} not listed`,
  size: (/** @type {number} */ count) => count < 1000 ? `${Math.round(count)} B`
    : count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`,
  directions: { in: 'in', out: 'out' },
  binary: 'binary',
  trips: 'Round trip',
  tripFacts: { last: 'last', median: 'median', longest: 'longest' },
  /** @type {(count: number, last: string, median: string, longest: string) => string} */
  tripsLong: (count, last, median, longest) => `Round trip, ${plural(count, 'measurement',
    'measurements')}: last ${last}, median ${median}, longest ${longest}`,
  perSecond: (/** @type {string} */ frames, /** @type {string} */ size) =>
    `${frames} frames/s · ${size}/s`,
  total: (/** @type {number} */ frames, /** @type {string} */ size) =>
    `${plural(frames, 'frame', 'frames')}, ${size}`,
  events: {
    opening: (/** @type {string} */ url, /** @type {number} */ attempt) =>
      `${attempt > 0 ? `Try ${attempt + 1}: c` : 'C'}onnecting to ${url}`,
    open: (/** @type {string} */ protocol, /** @type {string} */ ms) =>
      `Open: subprotocol ${protocol || 'none'}, handshake ${ms}`,
    closed: (/** @type {number} */ code, /** @type {string} */ reason) =>
      `Closed with ${code}${reason && `, “${reason}”`}`,
    stalled: 'Reading paused',
    readOn: (/** @type {string} */ time) => `Reading resumed after ${time}`,
  },
  seconds: (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`,
  nextTry: (/** @type {string} */ time) => `The page tries again in ${time}.`,
  /** What the page does after a close. @type {Record<string, string>} */
  then: {
    1000: 'The page does not reconnect.',
    4400: 'The page does not try again: change the room or the name.',
    4401: 'The page does not try again: sign in, or take another name.',
    4403: 'The page does not try again: open an invitation link, or sign in.',
    4409: 'The page reconnects at once.',
    other: 'The page reconnects: at first within half a second, then after longer waits, 15 '
      + 'seconds at most.',
  },
  /** What a close code means in this contract. @type {Record<string, string>} */
  codes: {
    1000: 'You left the room.',
    1003: 'The server does not accept frames of this kind.',
    1006: 'Closed without a close frame: the network failed, or the server is gone.',
    1007: 'A text frame was not UTF-8.',
    1008: 'The client kept sending frames that the server refuses.',
    1009: 'A frame was larger than the server accepts.',
    1011: 'Something failed inside the server.',
    1012: 'The server is restarting.',
    1013: 'Disconnected for reading too slowly. Reconnecting with since brings what is missing.',
    4400: 'The room, the name or since in the address is not allowed.',
    4401: 'Not signed in, or the name belongs to an account.',
    4403: 'The room is private, and there was no valid invitation.',
    4408: 'Set by this page, not on the wire: the server was silent for too long.',
    4409: 'Set by this page, not on the wire: it changes to a socket that can pause reading.',
    4410: 'Set by this page, not on the wire: you dropped the connection here.',
    other: 'Not a code of this protocol.',
  },
  legend: 'Close codes',
  legendThen: 'Unless stated otherwise, the page reconnects: at first within half a second, then '
    + 'after longer and longer waits, 15 seconds at most.',
  details: 'Details',
  back: 'Back to the list',
  views: { pretty: 'Readable', raw: 'Raw' },
  facts: {
    time: 'Time', size: 'Size', header: 'Header', picture: 'Picture', code: 'Code',
    reason: 'Reason', means: 'Meaning', then: 'Then', url: 'Address', attempt: 'Try',
    protocol: 'Subprotocol', handshake: 'Handshake', bytes: 'First bytes', expected: 'Expected',
  },
  beginning: (/** @type {string} */ size) => `Only the beginning was kept, ${size}.`,
  noPicture: 'none that the protocol knows',
  noHeader: 'none that is complete',
  drop: 'Drop',
  dropLong: 'Drop the connection',
  probe: 'Bad frame',
  probeLong: 'Send a frame that the protocol does not allow',
  /** @type {Record<import('../inspector/probes.js').ProbeName, string>} */
  probes: {
    notJson: 'Not JSON',
    notObject: 'JSON, but not an object',
    unknownType: 'Unknown type',
    wrongField: 'Number instead of text',
    tooLong: 'Text too long',
    noImage: 'Binary, but not an image',
    brokenHeader: 'Image with a broken header',
  },
  expects: (/** @type {string} */ code) => `answer: error ${code}`,
  asked: (/** @type {string} */ probe, /** @type {string} */ code) =>
    `${probe}: sent. The server must answer ${code}.`,
  /** @type {(probe: string, code: string, ms: string, expected: string) => string} */
  answered: (probe, code, ms, expected) => `${probe}: the server answered ${code} after ${ms}`
    + (code === expected ? ', as it must.' : `, but it must answer ${expected}.`),
  stall: 'Pause reading',
  readOn: 'Resume reading',
  cannotStall: 'Pausing the reading needs WebSocketStream, which this browser does not have.',
  preparing: 'Reconnecting over a socket that can pause reading…',
  stalled: 'Reading paused: incoming messages wait in the buffers.',
};
