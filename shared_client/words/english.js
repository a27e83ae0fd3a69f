/** The English words. Another language has the same entries. */

import { bytes, percent } from './amounts.js';

/** @param {number} count @param {string} one @param {string} many */
const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

export const english = {
  /** The words of index.html, by its `data-words`, `data-label`, `data-placeholder`. */
  page: {
    backend: 'Backend',
    hereShow: ': show people and server',
    yourAccount: ': your account',
    leave: 'Leave',
    more: 'More',
    race: 'Race',
    split: 'Split view',
    inspector: 'Inspector',
    title: 'One chat, two backends',
    lead: 'The same room, served by Django Channels and by FastAPI. Switch from one to the other '
      + 'while you talk: the room, your name and your draft stay.',
    yourName: 'Your name',
    another: 'Suggest another',
    asGuest: 'You enter as a guest.',
    signInOrRegister: 'Sign in / Create account',
    signedInAs: 'Signed in as',
    signOut: 'Sign out',
    room: 'Room',
    roomHint: 'Anyone who enters this name joins you.',
    rooms: 'Rooms',
    otherRooms: ': other rooms, and the link to this one',
    enter: 'Enter the room',
    conversation: 'Conversation',
    messages: 'Messages',
    tryNow: 'Try now',
    signIn: 'Sign in',
    change: 'Change room or name',
    silence: 'Nobody has said anything yet. Be the first.',
    copyLink: 'Copy link',
    tryAgain: 'Try again',
    message: 'Message',
    write: 'Write a message',
    choosePhotos: 'Choose photos',
    send: 'Send',
    enterSends: 'sends,',
    startsLine: 'starts a new line',
    panel: 'People and server',
    close: 'Close',
    hereNow: 'Here now',
    connection: 'Connection',
    trip: 'Round trip',
    framework: 'Framework',
    server: 'Server',
    fanout: 'Fan-out',
    history: 'History',
    process: 'Process',
    version: 'Version',
  },
  link: {
    idle: 'Not connected',
    connecting: 'Connecting…',
    online: 'Connected',
    waiting: 'Reconnecting…',
    refused: 'Not connected',
  },
  /** Why a connection ended, by its close code. @type {Record<string, string>} */
  closed: {
    1000: 'The server ended the connection.',
    1001: 'The server is shutting down.',
    1003: 'The server does not accept this kind of message.',
    1006: 'No connection to the server.',
    1007: 'The server could not read a message.',
    1008: 'The server ended the connection after too many refused messages.',
    1009: 'A message was too big for the server.',
    1011: 'Something went wrong in the server.',
    1012: 'The server is restarting.',
    1013: 'Disconnected for reading too slowly.',
    4400: 'This room or name is not allowed.',
    4401: 'You have to sign in first, or take another name.',
    4403: 'This room is private: open a valid invitation link, or sign in as one of its members.',
    4408: 'The server went silent.',
    4409: 'Reconnecting for the inspector.',
    4410: 'The inspector dropped the connection.',
    other: 'The connection was lost.',
  },
  /** Why a message was not sent, by its error code or close code. @type {Record<string, string>} */
  failed: {
    bad_json: 'Not sent: the server could not read it.',
    not_an_object: 'Not sent: the server could not read it.',
    unknown_type: 'Not sent: this server does not know this kind of message.',
    invalid_field: 'Not sent: the server does not accept this text.',
    unsupported_media: 'Not sent: this server does not accept this kind of file.',
    rate_limited: 'Not sent: too much at once. Try again in a moment.',
    too_long: 'Not sent: too long for this server.',
    too_large: 'Not sent: too big for this server.',
    unavailable: 'It may have arrived: the server does not know. Sent again, it appears once.',
    1003: 'Not sent: this server does not accept this kind of message.',
    1007: 'Not sent: the server could not read it.',
    1008: 'Not sent: the server ended the connection.',
    1009: 'Not sent: too big for this server.',
    unanswered: 'It did not come back: perhaps it was lost on the way.',
    unsure: 'The connection was lost on the way: it may have arrived.',
    photo_gone: 'Not sent: photos are not kept when the page closes. Choose it again.',
    other: 'Not sent: the server refused it.',
  },
  /** @type {Record<'waiting' | 'sent' | 'kept' | 'unsure' | 'doubted', string>} */
  outgoing: {
    waiting: 'Waiting for the connection',
    sent: 'Sending…',
    kept: 'Sent',
    unsure: 'Checking whether it arrived…',
    doubted: 'It may not have arrived: sending it again…',
  },
  unsaid: {
    own: 'You took this message back.',
    other: (/** @type {string} */ user) => `${user} took this message back.`,
  },
  /** Why a message was not taken back, by the error code. @type {Record<string, string>} */
  notUnsaid: {
    invalid_field: 'Not taken back: the server no longer knows it as yours.',
    other: 'Not taken back yet. Try again in a moment.',
  },
  reactions: 'Reactions',
  reacted: (/** @type {string} */ user, /** @type {string} */ emoji) =>
    `${user} reacted to your message: ${emoji}`,
  notReacted: 'Your reaction was not accepted. Try again in a moment.',
  retry: 'Try again',
  discard: 'Discard',
  retryIn: (/** @type {number} */ count) =>
    `Next try in ${plural(count, 'second', 'seconds')}.`,
  retrying: 'Trying again…',
  notices: {
    /** @type {(backend: string, _: boolean, room: string) => string} */
    entered: (backend, _, room) => `Joined #${room} on ${backend}`,
    switched: (/** @type {string} */ backend) => `Now on ${backend}`,
    /** @type {(detail: string, complete: boolean) => string} */
    returned: (_, complete) => complete ? 'You are back.'
      : 'You are back. What was said meanwhile is not shown here.',
    joined: (/** @type {string} */ user) => `${user} joined`,
    left: (/** @type {string} */ user) => `${user} left`,
    refused: (/** @type {string} */ detail) => `The server refused something: ${detail}`,
  },
  you: 'You',
  today: 'Today',
  yesterday: 'Yesterday',
  older: {
    loading: 'Loading earlier messages…',
    failed: 'Earlier messages could not be loaded.',
    end: (/** @type {string} */ room) => `This is where #${room} begins.`,
  },
  gap: {
    loading: (/** @type {number} */ count) => `Loading ${plural(count, 'message', 'messages')}…`,
    failed: (/** @type {number} */ count) =>
      `${plural(count, 'message is', 'messages are')} missing here.`,
  },
  photo: {
    from: (/** @type {string | null} */ user, /** @type {string} */ name) =>
      (user === null ? 'Your photo' : `Photo from ${user}`) + (name === '' ? '' : `: ${name}`),
    open: 'View large',
    before: 'Previous photo',
    after: 'Next photo',
    drop: 'Drop photos here',
    again: 'The photo could not be loaded. Load it again',
    gone: 'This photo is no longer here.',
    unnamed: 'Photo',
    remove: (/** @type {string} */ name) => `Remove ${name}`,
    upload: (/** @type {string} */ name) => `Sending ${name}`,
    uploaded: (/** @type {number} */ sent, /** @type {number} */ size) =>
      `${percent(sent, size)} of ${bytes(size)}`,
    /** @type {Record<string, string>} */
    problems: {
      unsupported_media: 'Not a PNG, JPEG, WebP or GIF.',
      unreadable: 'This file cannot be read.',
      other: 'This file cannot be sent.',
    },
    tooLarge: (/** @type {number} */ limit) => `Too large: at most ${bytes(limit)}.`,
  },
  away: (/** @type {string} */ backend) => `${backend} does not answer, so you stay here.`,
  unreachable: (/** @type {string} */ backend) => `${backend} does not answer.`,
  switchTo: (/** @type {string} */ backend) => `Use ${backend}`,
  left: (/** @type {number} */ count, /** @type {string} */ backend) => count === 1
    ? `One message waits for ${backend}: it is sent when you return.`
    : `${count} messages wait for ${backend}: they are sent when you return.`,
  offline: 'You are offline.',
  /** @type {(to: string, room: string, others: number, from: string) => string} */
  switched: (to, room, others, from) => `${to} keeps its own history.`
    + (others > 0
      ? ` ${plural(others, 'person is', 'people are')} still in #${room} on ${from}.` : ''),
  otherRoom: (/** @type {string} */ room, /** @type {string} */ backend) =>
    `#${room} on ${backend} is another room: a private room is private on one backend only.`,
  inspectorAway: 'The inspector could not be loaded. Try again.',
  viewAway: 'This view could not be loaded. Try again.',
  accountAway: 'The sign-in could not be loaded. Try again.',
  people: (/** @type {number} */ count) => plural(count, 'person', 'people'),
  aboutPeople: (/** @type {number} */ count) => `about ${count} people`,
  nobodyThere: 'nobody there',
  nobodyKnown: 'Unknown while disconnected.',
  namesHidden: (/** @type {number} */ limit) => `Names are shown in rooms of up to ${limit}.`,
  more: (/** @type {number} */ count) => `and ${count} more`,
  typing: (/** @type {string[]} */ users) => {
    if (users.length === 1) return `${users[0]} is typing…`;
    if (users.length === 2) return `${users[0]} and ${users[1]} are typing…`;
    return users.length === 0 ? '' : 'Several people are typing…';
  },
  unread: (/** @type {number} */ count) => plural(count, 'new message', 'new messages'),
  unreadHere: 'New',
  room: {
    empty: 'Enter a room name.',
    too_long: 'A room’s name has at most 64 characters.',
    not_allowed: 'Use letters A to Z, digits, - and _ only.',
  },
  name: {
    empty: 'Enter a name.',
    too_long: 'A name has at most 32 characters.',
    not_allowed: 'This name contains characters that cannot be shown.',
  },
  characters: {
    left: (/** @type {number} */ count) => `${plural(count, 'character', 'characters')} left`,
    over: (/** @type {number} */ count) => `${plural(count, 'character', 'characters')} too many`,
  },
  unreadable: 'This text contains characters that cannot be sent.',
  theme: {
    system: 'Theme: as the system',
    light: 'Theme: light',
    dark: 'Theme: dark',
  },
  reloads: 'Changing the language reloads the page: unsent photos and a race’s figures are lost.',
  bytes,
  milliseconds: (/** @type {number} */ ms) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`,
  unknown: '–',
};
