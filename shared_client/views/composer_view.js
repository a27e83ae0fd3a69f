/** The field for the draft, and the photos that wait to be sent. */

import { byId, composes, element, isolated, setText } from './dom.js';
import { createPictures } from '../photos/pictures.js';
import { codePoints, textProblem } from '../network/protocol.js';
import { words } from '../words/words.js';

/** With this many characters left or fewer, the page shows the number. */
const COUNTED_FROM = 400;

/** @typedef {import('../state/state.js').State} State */

/**
 * @param {import('../actions.js').Actions} actions
 * @returns {(state: State) => void}
 */
export function mountComposer(actions) {
  const draft = byId('draft');
  const send = byId('send');
  const showAttached = createAttached(byId('attached'), draft, actions.detach);
  /** @type {string | null} */
  let room = null;

  /** Empties the field at once: text typed before the next drawing is the next message. */
  function say() {
    if (actions.say()) draft.value = '';
  }

  draft.addEventListener('input', () => actions.draft(draft.value));
  draft.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' || event.shiftKey || composes(event)) return;
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
    const photos = state.attached.some(({ photo }) => photo !== null);
    send.disabled = problem !== null && !(problem === 'empty' && photos);
    draft.setAttribute('aria-invalid', `${problem === 'too_long' || problem === 'not_allowed'}`);
    setText(byId('characters'), remark(state, problem));
    setText(byId('typing'), words.typing(state.presence.typing.map(({ user }) => isolated(user))));
    showAttached(state);
    if (state.room !== room && state.room !== null) draft.focus({ preventScroll: true });
    room = state.room;
  };
}

/**
 * @param {Pick<State, 'draft' | 'limits'>} state
 * @param {import('../network/protocol.js').Problem | null} problem
 */
export function remark({ draft, limits }, problem) {
  if (problem === 'not_allowed') return words.unreadable;
  if (draft.length < limits.text - COUNTED_FROM) return '';
  const left = limits.text - codePoints(draft.trimEnd());
  if (left < 0) return words.characters.over(-left);
  return left <= COUNTED_FROM ? words.characters.left(left) : '';
}

/**
 * @param {HTMLElement} list @param {HTMLElement} draft  gets the focus after a removal
 * @param {(id: string) => void} detach
 * @returns {(state: Pick<State, 'attached' | 'limits'>) => void}
 */
export function createAttached(list, draft, detach) {
  const pictures = createPictures();
  /** @type {State['attached'] | null} */
  let shown = null;
  /** Reused: a line that stays is not read out again. @type {Map<unknown, any>} */
  const lines = new Map();

  return ({ attached, limits }) => {
    if (attached === shown) return;
    shown = attached;
    list.hidden = attached.length === 0;
    for (const [file, line] of lines) {
      if (/** @type {readonly unknown[]} */ (attached).includes(file)) continue;
      line.remove();
      lines.delete(file);
    }
    for (const file of attached) {
      if (lines.has(file)) continue;
      lines.set(file, preview(file, limits.image));
      list.append(lines.get(file));
    }
    pictures.keepOnly(new Set(attached.map(({ photo }) => photo?.blob).filter((blob) =>
      blob !== undefined)));
  };

  /** @param {import('../state/state.js').Attachment} file @param {number} limit */
  function preview({ id, name, photo, problem }, limit) {
    const label = name || words.photo.unnamed;
    const title = words.photo.remove(label);
    const remove = element('button', { type: 'button', textContent: '×', className: 'remove', title,
      ariaLabel: title });
    remove.addEventListener('click', () => {
      detach(id);
      draft.focus();
    });
    const about = problem === null
      ? element('p', { className: 'hint', textContent: words.bytes(photo?.blob.size ?? 0) })
      : element('p', { className: 'problem', role: 'alert', textContent: problemWords(problem, limit) });
    return element('li', {}, ...(photo === null ? []
      : [element('img', { src: pictures.of(photo.blob), alt: '' })]),
    element('div', {}, element('p', { className: 'name', textContent: label }), about), remove);
  }
}

/** @param {string} problem @param {number} limit  in bytes */
function problemWords(problem, limit) {
  if (problem === 'too_large') return words.photo.tooLarge(limit);
  return words.photo.problems[problem] ?? words.photo.problems.other;
}
