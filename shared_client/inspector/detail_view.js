/** Shows one entry of the list with all its details. */

import { codeButton } from '../code/code_button.js';
import { featureOf } from '../code/features.js';
import { clock, duration, line, meaning, nextTry, thenWords } from './describe.js';
import { HEX_BYTES, hexDump, isWhole, KEPT, partsOf, prettyJson } from './frame.js';
import { isFrame } from './log.js';
import { choice, iconButton } from './parts.js';
import { probes } from './probes.js';
import { element, setText } from '../views/dom.js';
import { inspector as said } from '../words/inspector.js';

/** Finds JSON tokens: keys, strings, words, numbers. */
const TOKENS = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;

/** @typedef {import('./log.js').Entry} Entry */

/** @param {{close: () => void, copy: () => void}} on */
export function createDetail(on) {
  const title = element('h3', { id: 'inspector-detail-title', tabIndex: -1 });
  const body = element('div', { className: 'body', tabIndex: 0, role: 'group',
    ariaLabel: said.details });
  const back = iconButton('back', said.back, { bare: true, click: on.close }).button;
  const copy = iconButton('copy', said.copy, { click: on.copy }).button;
  /** @type {'pretty' | 'raw'} */
  let view = 'pretty';
  /** @type {Entry | null} */
  let shown = null;
  const views = choice(said.details, said.views, (key) => {
    view = key;
    fill();
  });
  const node = element('section', { className: 'detail', hidden: true },
    element('div', { className: 'top' }, back, title, views, copy), body);
  node.setAttribute('aria-labelledby', title.id);
  node.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    on.close();
  });

  function fill() {
    if (shown === null) return;
    views.hidden = !isFrame(shown);
    setText(title, isFrame(shown) ? `${said.directions[shown.what]} · ${shown.frame.type
      || said.noType}` : line(shown).split(' · ')[0]);
    const feature = featureOf(shown);
    body.replaceChildren(
      ...(isFrame(shown) ? frameParts(shown, view) : [facts(eventFacts(shown))]),
      ...(feature === null ? [] : [codeButton(feature)]));
    body.scrollTop = 0;
  }

  return {
    node,
    focus: () => body.focus(),
    /** @param {Entry | null} entry */
    show(entry) {
      if (entry === shown) return;
      shown = entry;
      node.hidden = entry === null;
      fill();
    },
  };
}

/**
 * @param {Extract<Entry, {frame: import('./frame.js').Frame}>} entry @param {'pretty' | 'raw'} view
 * @returns {Node[]}
 */
function frameParts(entry, view) {
  const { frame } = entry;
  const expects = probes().find(({ name }) => name === entry.probe);
  /** @type {[string, string | null][]} */
  const rows = [[said.facts.time, clock(entry.at)], [said.facts.size, exact(frame.size)],
    [said.facts.expected, expects ? said.expects(expects.expects) : null]];
  const rest = isWhole(frame) ? [] : [note(said.beginning(said.size(KEPT)))];
  if (!frame.binary) {
    const pretty = view === 'pretty' ? prettyJson(frame.text) : null;
    return [facts(rows), code(pretty === null ? [frame.text] : coloured(pretty)), ...rest];
  }
  const head = frame.head ?? new Uint8Array();
  const parts = partsOf(head, frame.size);
  const { picture } = parts;
  rows.push([said.facts.header, parts.header === null ? said.noHeader : exact(parts.headerBytes)],
    [said.facts.picture, picture && `${picture.mime ?? said.noPicture}, ${exact(picture.size)}`]);
  const header = parts.header === null ? [] : [heading(said.facts.header),
    code(view === 'pretty' ? coloured(prettyJson(parts.header) ?? parts.header) : [parts.header])];
  return [facts(rows), ...header, heading(said.facts.bytes),
    code([hexDump(head.subarray(0, HEX_BYTES))])];
}

/** @param {Entry} entry @returns {[string, string | null][]} */
function eventFacts(entry) {
  /** @type {[string, string | null][]} */
  const rows = [[said.facts.time, clock(entry.at)]];
  if (entry.what === 'opening') {
    rows.push([said.facts.url, entry.url], [said.facts.attempt, `${entry.attempt + 1}`]);
  } else if (entry.what === 'open') {
    rows.push([said.facts.protocol, entry.protocol || '–'],
      [said.facts.handshake, duration(entry.ms)]);
  } else if (entry.what === 'closed') {
    const { code: number, reason, wait } = entry;
    rows.push([said.facts.code, `${number}`], [said.facts.reason, reason || null],
      [said.facts.means, meaning(number)],
      [said.facts.then, wait === null ? thenWords(number) : nextTry(number, wait)]);
  }
  return rows;
}

/** @param {number} size */
function exact(size) {
  return size < 1000 ? said.size(size) : `${said.size(size)} (${size.toLocaleString()} B)`;
}

/** @param {[string, string | null][]} rows  a row with the value null is left out */
function facts(rows) {
  return element('dl', { className: 'facts' }, ...rows.filter(([, value]) => value !== null)
    .map(([name, value]) => element('div', {}, element('dt', { textContent: name }),
      element('dd', {}, element('bdi', { textContent: value })))));
}

/** @param {string} textContent */
function heading(textContent) {
  return element('h4', { textContent });
}

/** @param {string} textContent */
function note(textContent) {
  return element('p', { className: 'hint', textContent });
}

/** @param {(Node | string)[]} children */
function code(children) {
  return element('pre', { dir: 'ltr' }, ...children);
}

/** @param {string} json @returns {(Node | string)[]} */
function coloured(json) {
  const parts = [];
  let done = 0;
  for (const found of json.matchAll(TOKENS)) {
    const [token, text, colon] = found;
    parts.push(json.slice(done, found.index));
    const className = text === undefined ? 'word' : colon === undefined ? 'string' : 'key';
    parts.push(element('span', { className, textContent: text ?? token }), colon ?? '');
    done = found.index + token.length;
  }
  return [...parts, json.slice(done)].filter((part) => part !== '');
}
