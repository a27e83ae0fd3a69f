/** The lines of both chats that make a feature, side by side. Loaded when it is first opened. */

import { loadBackends } from '../network/backends.js';
import { element, setText } from '../views/dom.js';
import { icon } from '../views/icon.js';
import { loadStyles } from '../views/style_sheets.js';
import { code as said } from '../words/code.js';
import { words } from '../words/words.js';

/**
 * @typedef {import('./features.js').Feature} Feature
 * @typedef {{name: string, path: string, lines: [number, string][]}} Piece
 * @typedef {{about: string, differs: string, page: string,
 *   chats: {framework: string, essence: Piece[], all: Piece[]}[]}} Shown  from the companion
 */

const CROSS = 'm5.5 5.5 9 9M14.5 5.5l-9 9';
const PATIENCE_MS = 15_000;

await loadStyles(new URL('./code.css', import.meta.url));
const { companion } = await loadBackends(location.origin);

/** @type {ReturnType<typeof createPanel> | null} */
let panel = null;

/** Opens the panel; when it closes, the focus returns. @param {Feature} feature */
export function showCode(feature) {
  panel ??= createPanel();
  panel.open(feature);
}

function createPanel() {
  const choice = element('select', { id: 'code-feature' },
    ...Object.entries(said.features).map(([value, textContent]) =>
      element('option', { value, textContent })));
  const page = element('a', { target: '_blank', rel: 'noopener', textContent: said.page });
  const close = element('button', { type: 'button', id: 'code-close', title: words.page.close },
    icon(CROSS), element('span', { className: 'unseen', textContent: words.page.close }));
  const status = element('p', { className: 'code-status', role: 'status' });
  const body = element('div', { className: 'code-body', tabIndex: 0, role: 'group',
    ariaLabel: said.title });
  const dialog = element('dialog', { className: 'code', id: 'code' },
    element('header', {}, element('h2', { id: 'code-title', textContent: said.title }),
      element('label', { className: 'unseen', htmlFor: 'code-feature', textContent: said.feature }),
      choice, page, close),
    status, body);
  dialog.setAttribute('aria-labelledby', 'code-title');
  document.body.append(dialog);
  choice.addEventListener('change', () => show(choice.value));
  close.addEventListener('click', () => dialog.close());

  /** @param {Feature} feature */
  async function show(feature) {
    choice.value = feature;
    body.replaceChildren();
    page.hidden = companion === null;
    if (companion === null) {
      setText(status, said.noCompanion);
      return;
    }
    setText(status, said.loading);
    const shown = await fetchCode(feature);
    if (choice.value !== feature) return; // another one was chosen meanwhile
    setText(status, shown === null ? said.away : '');
    page.hidden = shown === null;
    if (shown === null) return;
    page.href = companion + shown.page;
    body.replaceChildren(...parts(shown));
    body.scrollTop = 0;
  }

  return {
    /** @param {Feature} feature */
    open(feature) {
      dialog.showModal();
      choice.focus();
      show(feature);
    },
  };
}

/** @param {Feature} feature @returns {Promise<Shown | null>} null without an answer */
async function fetchCode(feature) {
  try {
    const answer = await fetch(`${companion}/code/${feature}`,
      { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** @param {Shown} shown @returns {Node[]} the texts are from the documents, which are English */
function parts({ about, differs, chats }) {
  return [english(about), english(differs),
    element('div', { className: 'code-chats' }, ...chats.map(column))];
}

/** @param {Shown['chats'][number]} chat @param {number} index */
function column({ framework, essence, all }, index) {
  const rest = element('details', {},
    element('summary', { textContent: said.all(all.reduce((sum, { lines }) =>
      sum + lines.length, 0)) }));
  rest.addEventListener('toggle', () => rest.append(...all.map(figure)), { once: true });
  const node = element('section', {}, element('h3', { textContent: framework }),
    ...essence.map(figure), rest);
  node.dataset.side = `${index}`;
  return node;
}

/** @param {Piece} piece */
function figure({ path, name, lines }) {
  const [first, last] = [lines[0][0], lines[lines.length - 1][0]];
  return element('figure', {},
    element('figcaption', {}, element('b', { textContent: `${path}:${first}–${last}` }),
      ` ${name}`),
    element('pre', { dir: 'ltr' }, ...lines.map(lineOf)));
}

/** @param {[number, string]} line  its number is drawn, and is not copied with the text */
function lineOf([number, textContent]) {
  const line = element('code', { textContent: textContent || ' ' });
  line.dataset.line = `${number}`;
  return line;
}

/** @param {string} text  names in it are between backticks */
function english(text) {
  return element('p', { lang: 'en' }, ...text.split('`').map((part, index) =>
    index % 2 === 0 ? part : element('code', { textContent: part })));
}
