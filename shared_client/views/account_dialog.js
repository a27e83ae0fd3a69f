/** The dialog in which one signs in, registers, and signs out. */

import { byId, complain, isolated, setText } from './dom.js';
import { nameProblem, passwordProblem } from '../network/protocol.js';
import { opened } from '../words/opened.js';
import { words } from '../words/words.js';

/** @typedef {import('../state/state.js').State} State */

/** @param {import('../actions.js').Actions} actions */
export function createAccountDialog(actions) {
  const dialog = byId('account');
  const form = byId('account-form');
  const name = byId('username');
  const password = byId('password');
  const submit = byId('account-submit');

  for (const closer of ['account-cancel', 'account-close']) {
    byId(closer).addEventListener('click', () => dialog.close());
  }
  dialog.addEventListener('close', () => {
    password.value = '';
  });
  for (const radio of form.elements.call) radio.addEventListener('change', showCall);
  form.addEventListener('submit', trySignIn);
  byId('sign-out').addEventListener('click', signOut);
  showCall();

  function open() {
    complainAll();
    dialog.showModal();
  }

  /** @param {Event} event */
  async function trySignIn(event) {
    event.preventDefault();
    const wrong = nameProblem(name.value);
    const weak = passwordProblem(password.value);
    complainAll(wrong && words.name[wrong], weak && opened.account.password[weak]);
    if (wrong || weak) {
      (wrong ? name : password).focus();
      return;
    }
    submit.disabled = true;
    const answer = await actions.signIn(form.elements.call.value, name.value, password.value);
    submit.disabled = false;
    if (answer.username !== null) dialog.close();
    else explain(answer);
  }

  /** Says it where it belongs. @param {import('../network/api.js').Answer} answer */
  function explain({ status, detail }) {
    const said = opened.account.problems[`${status}`]
      ?? (status === 400 && detail !== '' ? detail : opened.account.problems.other);
    setText(byId('account-problem'), status === 409 ? '' : said);
    complain(name, status === 409 ? said : null);
    (status === 409 ? name : password).focus();
  }

  async function signOut() {
    const out = await actions.signOut();
    setText(byId('sign-out-problem'), out ? '' : opened.account.stillIn);
    if (out) dialog.close();
    else if (!dialog.open) dialog.showModal();
  }

  /** @param {string | null} [ofName] @param {string | null} [ofPassword] */
  function complainAll(ofName = null, ofPassword = null) {
    complain(name, ofName);
    complain(password, ofPassword);
    setText(byId('account-problem'), '');
    setText(byId('sign-out-problem'), '');
  }

  function showCall() {
    const call = /** @type {'login' | 'register'} */ (form.elements.call.value);
    setText(submit, opened.account[call]);
    password.autocomplete = call === 'login' ? 'current-password' : 'new-password';
    complainAll();
  }

  /** @param {State} state */
  function show({ account, room, user }) {
    form.hidden = account !== null;
    byId('account-in').hidden = account === null;
    setText(byId('account-who'), account === null ? '' : opened.account.signedIn(isolated(account)));
    setText(byId('account-lead'), room === null ? opened.account.nobody : opened.account.guest(isolated(user)));
  }

  return { open, show, signOut };
}
