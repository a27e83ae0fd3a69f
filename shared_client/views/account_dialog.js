/** The dialog to take another name as a guest, to sign in, to register and to sign out. */

import { byId, complain, element, isolated, setText } from './dom.js';
import { frameworkLabel } from '../network/backends.js';
import { nameProblem, passwordProblem } from '../network/protocol.js';
import { createRenameForm } from './rename_form.js';
import { loadStyles } from './style_sheets.js';
import { opened } from '../words/opened.js';
import { words } from '../words/words.js';

await loadStyles(new URL('./dialog.css', import.meta.url));

/** @typedef {import('../state/state.js').State} State */

/** @param {import('../actions.js').Actions} actions */
export function createAccountDialog(actions) {
  const dialog = drawn();
  const rename = createRenameForm(actions, () => dialog.close());
  dialog.prepend(rename.node);
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
    rename.begin();
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

  /** Shows the problem where it belongs. @param {import('../network/api.js').Answer} answer */
  function explain({ status, detail }) {
    const said = status === 0 && !navigator.onLine ? words.offline
      : opened.account.problems[`${status}`]
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
  function show(state) {
    const { account, backend, room, user } = state;
    rename.show(state);
    const label = frameworkLabel(`${backend}`);
    form.hidden = account !== null;
    byId('account-in').hidden = account === null;
    const said = opened.account;
    setText(byId('account-who'), account === null ? ''
      : said.signedIn(isolated(account)) + said.where(label));
    setText(byId('account-lead'), (room === null ? said.nobody : said.guest(isolated(user)))
      + said.only(label));
  }

  return { open, show, signOut };
}

/** @returns {any} the dialog, in the document */
function drawn() {
  const said = opened.account;
  const form = element('form', { className: 'sheet', id: 'account-form', noValidate: true },
    element('h2', { id: 'account-title', textContent: said.title }),
    element('p', { className: 'lead', id: 'account-lead' }),
    element('fieldset', { className: 'choice' },
      element('legend', { className: 'unseen', textContent: words.page.signInOrRegister }),
      call('login', said.haveOne), call('register', said.newAccount)),
    field('username', said.name), field('password', said.passwordField),
    problem('account-problem'),
    element('div', { className: 'pair' }, button('account-cancel', said.cancel),
      element('button', { type: 'submit', className: 'primary', id: 'account-submit' })));
  form.elements.call[0].checked = true;
  Object.assign(form.elements.username, { autocomplete: 'username', autofocus: true,
    spellcheck: false });
  form.elements.username.setAttribute('autocapitalize', 'none');
  form.elements.password.type = 'password';
  const within = element('div', { className: 'sheet', id: 'account-in', hidden: true },
    element('h2', { textContent: said.title }), element('p', { id: 'account-who' }),
    problem('sign-out-problem'),
    element('div', { className: 'pair' }, button('account-close', words.page.close),
      button('sign-out', words.page.signOut)));
  const dialog = element('dialog', { className: 'card asking', id: 'account' }, form, within);
  dialog.setAttribute('aria-labelledby', 'account-title');
  document.body.append(dialog);
  return dialog;
}

/** @param {string} value @param {string} textContent */
function call(value, textContent) {
  return element('label', {}, element('input', { type: 'radio', name: 'call', value }),
    element('span', { textContent }));
}

/** @param {string} id @param {string} textContent */
function field(id, textContent) {
  const input = element('input', { id, name: id });
  input.setAttribute('aria-describedby', `${id}-problem`);
  return element('div', { className: 'field' },
    element('label', { htmlFor: id, textContent }), input, problem(`${id}-problem`));
}

/** @param {string} id */
function problem(id) {
  return element('p', { className: 'problem', id, role: 'alert' });
}

/** @param {string} id @param {string} textContent */
function button(id, textContent) {
  return element('button', { type: 'button', id, textContent });
}
