/** The one composer of both sides, with the choice of where a message goes. */

import { textProblem } from '../network/protocol.js';
import { backendChoice } from '../views/backend_choice.js';
import { remark } from '../views/composer_view.js';
import { composes, element, isolated, setText } from '../views/dom.js';
import { icon } from '../views/icon.js';
import { split } from '../words/split.js';
import { words } from '../words/words.js';

const BOTH = 'both';
/** What the user wrote and did not send, by room: it is there when the view opens again. */
const drafts = /** @type {Map<string, string>} */ (new Map());

/**
 * @param {readonly import('./side.js').Side[]} sides @param {string} room
 * @param {(sides: readonly import('./side.js').Side[], text: string) => void} say
 * @returns {{node: HTMLElement, draft: any, draw: () => void}}
 */
export function createComposer(sides, room, say) {
  const to = element('fieldset', { className: 'choice' },
    element('legend', { className: 'unseen', textContent: split.to }));
  const choice = backendChoice(to, 'split-to',
    [{ key: BOTH, label: split.both, origin: '' },
      ...sides.map(({ key, label }) => ({ key, label, origin: '' }))], draw);
  choice.set(BOTH);
  const typing = element('p', { className: 'typing' });
  const characters = element('span', { id: 'split-characters', role: 'status' });
  const draft = element('textarea', { id: 'split-draft', rows: 1, dir: 'auto',
    enterKeyHint: 'send', placeholder: words.page.write, value: drafts.get(room) ?? '' });
  draft.setAttribute('aria-describedby', characters.id);
  const send = element('button', { className: 'send', title: words.page.send,
    ariaLabel: words.page.send }, icon('M10 16V4.5M5 9l5-5 5 5'));
  const node = element('form', { className: 'composer split-composer' },
    element('div', { className: 'split-to' }, to, typing),
    element('div', { className: 'desk' },
      element('label', { className: 'unseen', htmlFor: draft.id,
        textContent: words.page.message }), draft, send),
    element('p', { className: 'hint keys' }, characters));

  const chosen = () => sides.filter(({ key }) => [BOTH, key].includes(`${choice.get()}`));
  /** The lowest limit of the backends that get the message. */
  const limits = () => chosen().map(({ store }) => store.state.limits)
    .reduce((one, other) => one.text <= other.text ? one : other);

  /** The text to send, and why it cannot be sent. */
  function look() {
    const text = draft.value.trimEnd();
    return { text, problem: textProblem(text, limits().text) };
  }

  function submit() {
    const { text, problem } = look();
    if (problem !== null) return;
    draft.value = '';
    wrote();
    say(chosen(), text);
  }

  function wrote() {
    drafts.set(room, draft.value);
    for (const side of chosen()) side.draft(draft.value);
    draw();
  }

  function draw() {
    const { problem } = look();
    send.disabled = problem !== null;
    draft.setAttribute('aria-invalid', `${problem === 'too_long' || problem === 'not_allowed'}`);
    setText(characters, remark({ draft: draft.value, limits: limits() }, problem));
    const users = sides.flatMap(({ store }) =>
      store.state.presence.typing.map(({ user }) => isolated(user)));
    setText(typing, words.typing([...new Set(users)]));
  }

  draft.addEventListener('input', wrote);
  draft.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' || event.shiftKey || composes(event)) return;
    event.preventDefault();
    submit();
  });
  node.addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    submit();
    draft.focus();
  });
  return { node, draft, draw };
}
