/** The inspector's bar: recording, filters, and tools that disturb the connection. */

import { choice, iconButton } from './parts.js';
import { probes } from './probes.js';
import { element } from '../views/dom.js';
import { words } from '../words/words.js';
import { inspector as said } from '../words/inspector.js';

/**
 * @typedef {object} On  the buttons' actions
 * @property {() => void} pause  or resume
 * @property {() => void} clear
 * @property {() => void} copy
 * @property {(filter: Partial<import('./log.js').Filter>) => void} filter
 * @property {() => void} drop
 * @property {(probe: import('./probes.js').Probe) => void} probe
 * @property {() => void} stall  or resume reading
 * @property {() => void} close
 */

/** @param {On} on @param {boolean} canStall */
export function createTools(on, canStall) {
  const pause = iconButton('pause', said.pause, { click: on.pause });
  const clear = iconButton('clear', said.clear, { click: on.clear }).button;
  const copy = iconButton('copy', said.copyShown, { click: on.copy }).button;
  const drop = iconButton('drop', said.drop, { title: said.dropLong, click: on.drop }).button;
  const probe = iconButton('probe', said.probe, { title: said.probeLong }).button;
  const stall = iconButton('stall', said.stall, { click: on.stall });
  const legend = iconButton('legend', said.legend, { bare: true }).button;
  const close = iconButton('close', words.page.close, { bare: true, click: on.close }).button;
  const menu = probeMenu(on.probe);
  const codes = codeLegend();
  probe.popoverTargetElement = menu;
  legend.popoverTargetElement = codes;

  const text = element('input', { type: 'search', placeholder: said.filter, spellcheck: false,
    ariaLabel: said.filter });
  text.addEventListener('input', () => on.filter({ text: text.value.trim() }));
  const type = element('select', { ariaLabel: said.type });
  type.addEventListener('change', () => on.filter({ type: type.value }));
  /** @type {readonly string[] | null} */
  let types = null;

  /** @param {readonly string[]} known @param {string} chosen */
  function drawTypes(known, chosen) {
    if (known === types) return;
    types = known;
    const all = chosen === '' || known.includes(chosen) ? known : [chosen, ...known];
    type.replaceChildren(option('', said.anyType), ...all.map((each) => option(each, each)));
    type.value = chosen;
  }

  return {
    node: element('div', { className: 'tools-row' },
      element('h2', { id: 'inspector-title', textContent: said.title }),
      group('recording', pause.button, clear, copy),
      group('filters', text,
        choice(said.showWhat, said.show, (show) => on.filter({ show })), type),
      group('mischief', drop, probe, stall.button), group('ends', legend, close), menu, codes),
    /** @param {import('./state.js').State} state */
    draw({ log, open, stall: { status } }) {
      const reading = status === 'reading';
      if (log.paused) pause.become('resume', said.resume);
      else pause.become('pause', said.pause);
      if (reading) stall.become('stall', said.stall);
      else stall.become('resume', said.readOn);
      pause.button.ariaPressed = `${log.paused}`;
      stall.button.ariaPressed = `${!reading}`;
      drop.disabled = !open;
      probe.disabled = !open || !reading;
      stall.button.disabled = !canStall || (reading && !open);
      if (!canStall) stall.button.title = said.cannotStall;
      copy.disabled = log.shown.length === 0;
      drawTypes(log.types, log.filter.type);
    },
  };
}

/** @param {(probe: import('./probes.js').Probe) => void} send */
function probeMenu(send) {
  const menu = element('div', { className: 'menu', id: 'inspector-probes', popover: 'auto',
    role: 'group', ariaLabel: said.probeLong });
  for (const probe of probes()) {
    const button = element('button', { type: 'button' },
      element('b', { textContent: said.probes[probe.name] }),
      element('span', { className: 'hint', textContent: said.expects(probe.expects) }));
    button.dataset.probe = probe.name;
    button.addEventListener('click', () => {
      menu.hidePopover();
      send(probe);
    });
    menu.append(button);
  }
  menu.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const all = [...menu.children];
    const at = all.indexOf(document.activeElement);
    all[(at + step + all.length) % all.length].focus();
  });
  menu.addEventListener('toggle', (/** @type {ToggleEvent} */ { newState }) => {
    if (newState === 'open') menu.firstElementChild.focus();
  });
  return menu;
}

function codeLegend() {
  const rows = Object.keys(said.codes).filter((code) => code !== 'other').map((code) =>
    element('div', {}, element('dt', { textContent: code }),
      element('dd', {}, said.codes[code], ' ',
        element('span', { className: 'hint', textContent: said.then[code] ?? '' }))));
  return element('div', { className: 'menu legend', id: 'inspector-codes', popover: 'auto',
    role: 'group', ariaLabel: said.legend, tabIndex: 0 },
    element('h3', { textContent: said.legend }),
    element('p', { className: 'hint', textContent: said.legendThen }), element('dl', {}, ...rows));
}

/** @param {string} className @param {...Node} children */
function group(className, ...children) {
  return element('div', { className: `group ${className}` }, ...children);
}

/** @param {string} value @param {string} textContent */
function option(value, textContent) {
  return element('option', { value, textContent });
}
