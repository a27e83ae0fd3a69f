/** The form in which a guest takes another name. */

import { checkName } from '../network/name_check.js';
import { nameProblem, trimmedName } from '../network/protocol.js';
import { frameworkLabel } from '../network/backends.js';
import { awayWords } from './backend_choice.js';
import { complain, element } from './dom.js';
import { opened } from '../words/opened.js';
import { words } from '../words/words.js';

/** @typedef {import('../state/state.js').State} State */

/** These may have arrived: said again under another name, they would be there twice. */
const UNDER_WAY = new Set(['sent', 'unsure', 'doubted']);

/**
 * The contract has no frame for it: the guest leaves the room and joins it under the new name.
 *
 * @param {import('../actions.js').Actions} actions @param {() => void} done  called after it
 */
export function createRenameForm(actions, done) {
  const said = opened.rename;
  const input = element('input', { id: 'new-name', name: 'new-name', autocomplete: 'nickname',
    spellcheck: false });
  input.setAttribute('aria-describedby', 'new-name-problem new-name-hint');
  const submit = element('button', { textContent: said.submit });
  const node = element('form', { className: 'sheet', id: 'rename', noValidate: true },
    element('div', { className: 'field' },
      element('label', { htmlFor: input.id, textContent: said.label }),
      element('div', { className: 'joined' }, input, submit),
      element('p', { className: 'problem', id: 'new-name-problem', role: 'alert' }),
      element('p', { className: 'hint', id: 'new-name-hint', textContent: said.how })));
  /** @type {State} */
  let now;

  node.addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    const name = trimmedName(input.value);
    if (name === now.user) {
      done();
      return;
    }
    const { visit } = now;
    submit.disabled = true;
    const problem = problemHere(name, now) ?? await problemThere(name);
    submit.disabled = false;
    if (now.visit !== visit || now.room === null) return; // the user went elsewhere meanwhile
    const wrong = problem ?? problemHere(name, now);
    complain(input, wrong);
    if (wrong !== null) {
      input.focus();
      return;
    }
    actions.enter({ room: now.room, user: name }, 'replace');
    done();
  });
  input.addEventListener('input', () => complain(input, null));

  /** @param {string} name @returns {Promise<string | null>} */
  async function problemThere(name) {
    const verdict = await checkName(actions.origin(), name);
    if (verdict === 'free') return null;
    if (verdict === 'away') return awayWords(`${now.backend}`, words.unreachable);
    return verdict === 'account' ? said.account(frameworkLabel(`${now.backend}`))
      : words.name.not_allowed;
  }

  return {
    node,
    begin() {
      input.value = now.user;
      complain(input, null);
    },
    /** @param {State} state */
    show(state) {
      now = state;
      node.hidden = state.account !== null || state.room === null;
    },
  };
}

/** @param {string} name @param {State} state @returns {string | null} in words */
function problemHere(name, { presence, outbox, user }) {
  const wrong = nameProblem(name);
  if (wrong !== null) return words.name[wrong];
  if (name !== user && presence.members.includes(name)) return opened.rename.taken;
  return outbox.some(({ status }) => UNDER_WAY.has(status)) ? opened.rename.underWay : null;
}
