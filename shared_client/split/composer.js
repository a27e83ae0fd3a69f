/** The one composer of both sides, with the choice of where a message goes. */

import { textProblem } from '../network/protocol.js';
import { backendChoice } from '../views/backend_choice.js';
import { createAttached, remark } from '../views/composer_view.js';
import { composes, element, isolated, setText } from '../views/dom.js';
import { icon } from '../views/icon.js';
import { split } from '../words/split.js';
import { words } from '../words/words.js';
import { createAttachments } from './attachments.js';

/** @typedef {import('./side.js').Side} Side */

const BOTH = 'both';
const TYPES = 'image/png,image/jpeg,image/webp,image/gif';
const PICTURE = 'M2.5 3.5h15v13h-15zM7 8v.01M4 15l4-4 3 3 2.5-2.5 3 3';
/** What the user wrote and did not send, by room: it is there when the view opens again. */
const drafts = /** @type {Map<string, string>} */ (new Map());

/**
 * @param {readonly Side[]} sides @param {string} room
 * @param {(sides: readonly Side[], content: Parameters<Side['say']>[1]) => void} say
 * @returns {{node: HTMLElement, draft: any, draw: () => void,
 *   entry: {button: HTMLElement, chooser: any, draft: any, take: (files: File[]) => void}}}
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
  const attach = element('button', { type: 'button', className: 'attach',
    title: words.page.choosePhotos, ariaLabel: words.page.choosePhotos }, icon(PICTURE));
  const chooser = element('input', { type: 'file', id: 'split-files', accept: TYPES, multiple: true,
    hidden: true });
  const list = element('ul', { className: 'attached', hidden: true });
  const node = element('form', { className: 'composer split-composer' },
    element('div', { className: 'split-to' }, to, typing), list,
    element('div', { className: 'desk' }, attach, chooser,
      element('label', { className: 'unseen', htmlFor: draft.id,
        textContent: words.page.message }), draft, send),
    element('p', { className: 'hint keys' }, characters));

  const photos = createAttachments(room, draw);
  const showAttached = createAttached(list, draft, photos.remove);

  const chosen = () => sides.filter(({ key }) => [BOTH, key].includes(`${choice.get()}`));
  /** The lowest limits of the backends that get the message. */
  function limits() {
    const all = chosen().map(({ store }) => store.state.limits);
    return { ...all[0], text: Math.min(...all.map(({ text }) => text)),
      image: Math.min(...all.map(({ image }) => image)) };
  }

  /** What to send, and why it cannot be sent. */
  function look() {
    const text = draft.value.trimEnd();
    const problem = textProblem(text, limits().text);
    const good = photos.all().flatMap(({ photo }) => photo ?? []);
    return { text, good, problem, ready: problem === null || (problem === 'empty' && good.length > 0) };
  }

  function submit() {
    const { text, good, problem, ready } = look();
    if (!ready) return;
    const to = chosen();
    for (const photo of good) say(to, { photo });
    if (problem === null) say(to, { text });
    photos.clear();
    draft.value = '';
    wrote();
  }

  function wrote() {
    drafts.set(room, draft.value);
    for (const side of chosen()) side.draft(draft.value);
    draw();
  }

  function draw() {
    const { problem, ready } = look();
    send.disabled = !ready;
    draft.setAttribute('aria-invalid', `${problem === 'too_long' || problem === 'not_allowed'}`);
    setText(characters, remark({ draft: draft.value, limits: limits() }, problem));
    const users = sides.flatMap(({ store }) =>
      store.state.presence.typing.map(({ user }) => isolated(user)));
    setText(typing, words.typing([...new Set(users)]));
    showAttached({ attached: photos.all(), limits: limits() });
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
  return { node, draft, draw, entry: { button: attach, chooser, draft,
    take: (files) => { photos.add(files, limits().image); } } };
}
