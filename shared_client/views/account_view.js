/** Shows whether the user is a guest or signed in. Loads the account dialog when needed. */

import { avatar, byId, setText } from './dom.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {ReturnType<import('./account_dialog.js').createAccountDialog>} AccountDialog */

/**
 * @param {import('../actions.js').Actions} actions
 * @param {() => void} failed  called if the dialog did not load
 * @returns {(state: State) => void}
 */
export function mountAccount(actions, failed) {
  let shownName = '';
  /** @type {State | null} */
  let now = null;
  /** @type {AccountDialog | null} */
  let dialog = null;

  /** @param {'open' | 'signOut'} act */
  async function withDialog(act) {
    try {
      const { createAccountDialog } = await import('./account_dialog.js');
      dialog ??= createAccountDialog(actions);
    } catch (error) {
      console.error(error);
      failed();
      return;
    }
    if (now !== null) dialog.show(now);
    dialog[act]();
  }

  for (const opener of ['me', 'sign-in', 'trouble-sign-in']) {
    byId(opener).addEventListener('click', () => withDialog('open'));
  }
  byId('entrance-sign-out').addEventListener('click', () => withDialog('signOut'));

  return (state) => {
    now = state;
    const { account, room, user } = state;
    const shown = account ?? user;
    byId('me').hidden = room === null;
    if (shown !== shownName) byId('me-mark').replaceChildren(avatar(shown));
    shownName = shown;
    setText(byId('me-name'), shown);
    const signedOut = account === null && byId('signed').contains(document.activeElement);
    byId('guest').hidden = account !== null;
    byId('signed').hidden = account === null;
    setText(byId('signed-name'), account ?? '');
    if (signedOut) byId('name').focus(); // the button is gone
    dialog?.show(state);
  };
}
