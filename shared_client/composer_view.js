/** Where one writes. */

import { byId, setText } from './dom.js';
import { codePoints, textProblem } from './protocol.js';
import { words } from './words.js';

/** How many characters before the limit the rest is counted. */
const COUNTED_FROM = 400;

/**
 * @param {import('./actions.js').Actions} actions
 * @returns {(state: import('./state.js').State) => void}
 */
export function mountComposer(actions) {
  const draft = byId('draft');
  const send = byId('send');
  /** @type {string | null} */
  let room = null;

  /** Empties the field at once: what is typed before the next frame is the next message. */
  function say() {
    if (actions.say()) draft.value = '';
  }

  draft.addEventListener('input', () => actions.draft(draft.value));
  draft.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const ends = event.key === 'Enter' && !event.shiftKey && !event.isComposing;
    if (!ends) return;
    event.preventDefault();
    say();
  });
  byId('composer').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    say();
    draft.focus();
  });

  return (state) => {
    if (draft.value !== state.draft) draft.value = state.draft;
    const problem = textProblem(state.draft.trimEnd(), state.limits.text);
    send.disabled = problem !== null;
    draft.setAttribute('aria-invalid', `${problem === 'too_long' || problem === 'not_allowed'}`);
    setText(byId('characters'), remark(state, problem));
    setText(byId('typing'), words.typing(state.typing.map(({ user }) => user)));
    if (state.room !== room && state.room !== null) draft.focus({ preventScroll: true });
    room = state.room;
  };
}

/**
 * @param {import('./state.js').State} state
 * @param {import('./protocol.js').Problem | null} problem
 */
function remark({ draft, limits }, problem) {
  if (problem === 'not_allowed') return words.unreadable;
  if (draft.length < limits.text - COUNTED_FROM) return '';
  const left = limits.text - codePoints(draft.trimEnd());
  if (left < 0) return words.characters.over(-left);
  return left <= COUNTED_FROM ? words.characters.left(left) : '';
}
