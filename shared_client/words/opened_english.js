/** The English words of the dialogs: the account, and the rooms behind the title. */

export const openedEnglish = {
  account: {
    title: 'Your account',
    haveOne: 'I have one',
    newAccount: 'New account',
    name: 'Name',
    passwordField: 'Password',
    cancel: 'Cancel',
    guest: (/** @type {string} */ name) => `You are here as a guest, ${name}.`,
    nobody: 'With an account your name is yours alone, on every device.',
    signedIn: (/** @type {string} */ name) => `You are signed in as ${name}.`,
    where: (/** @type {string} */ backend) => ` The account is on ${backend}.`,
    login: 'Sign in',
    register: 'Register',
    /** What went wrong, by the HTTP status. @type {Record<string, string>} */
    problems: {
      0: 'The server does not answer. Try again.',
      401: 'The name or the password is wrong.',
      403: 'The server does not take sign-ins from this page.',
      409: 'This name is taken: choose another, or sign in.',
      429: 'Too many tries. Wait a minute, then try again.',
      503: 'Accounts are off here: this server keeps no database.',
      other: 'The server could not do it. Try again.',
    },
    stillIn: 'Not signed out: the server does not answer.',
    password: {
      empty: 'A password has at least 8 characters.',
      too_long: 'A password has at most 256 characters.',
      not_allowed: 'This password holds characters that cannot be sent.',
    },
  },
  roomsPanel: {
    title: 'Rooms',
    field: 'Go to a room',
    placeholder: 'Its name, old or new',
    go: 'Go',
    busy: 'Somebody is there',
    recent: 'You were there',
    here: 'You are here',
    unknown: 'Nobody is there yet. Go, and it is open.',
    link: 'Link to this room',
    copied: 'Copied',
    copiedLong: 'The link is copied: whoever opens it meets you here.',
    notCopied: 'The browser did not let it be copied. It is selected: copy it yourself.',
  },
};
