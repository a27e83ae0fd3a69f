/** The people in the room, and the server's facts. */

import { frameworkLabel } from '../network/backends.js';
import { avatar, byId, element, setText, tellApart } from './dom.js';
import { roundTrip } from '../state/state.js';
import { words } from '../words/words.js';

/** From this width the panel is beside the chat. The style sheet has the same value. */
const BESIDE = '(min-width: 60rem)';
/** Likewise: from this width the bar has space for all tools. */
const ALL_TOOLS = '(min-width: 34rem)';
const FACTS = /** @type {const} */ (['framework', 'server', 'fanout', 'history', 'pid', 'version']);

/** @typedef {import('../state/state.js').State} State */

/** @returns {(state: State) => void} */
export function mountPanel() {
  const panel = byId('panel');
  const people = byId('people');
  /** @type {readonly string[] | null} */
  let shown = null;
  const more = byId('more');
  matchMedia(BESIDE).addEventListener('change', () => panel.hidePopover());
  matchMedia(ALL_TOOLS).addEventListener('change', () => more.hidePopover());
  for (const opener of ['race-open', 'split-open', 'inspector-open']) {
    byId(opener).addEventListener('click', () => more.hidePopover());
  }

  return (state) => {
    setText(byId('count'), countWords(state));
    setText(byId('people-note'), note(state));
    const { members } = state.presence;
    if (members !== shown) {
      tellApart([...new Set([state.user, ...members])]);
      people.replaceChildren(...rows(members, state.user));
    }
    shown = members;
    for (const fact of FACTS) setText(byId(`server-${fact}`), factWords(state, fact));
    const ms = roundTrip(state);
    setText(byId('server-trip'), ms === null ? words.unknown : words.milliseconds(ms));
  };
}

/** @param {readonly string[]} members @param {string} user */
function rows(members, user) {
  let marked = false; // a name can be there twice, and only one is this page's user
  return members.map((name) => {
    const row = element('li', {}, avatar(name), element('bdi', { textContent: name }));
    if (name === user && !marked) {
      row.append(element('span', { className: 'self', textContent: words.you }));
      marked = true;
    }
    return row;
  });
}

/** Above the presence limit joins are not reported: the number is from the user's arrival. */
function countWords(/** @type {State} */ { presence: { count }, limits, server }) {
  if (server === null) return words.unknown;
  return count >= limits.presence ? words.aboutPeople(count) : words.people(count);
}

function note(/** @type {State} */ { presence: { count, members }, limits, server }) {
  if (server === null) return words.nobodyKnown;
  if (members.length === 0) return words.namesHidden(limits.presence);
  return count > members.length ? words.more(count - members.length) : '';
}

function factWords(/** @type {State} */ { server }, /** @type {typeof FACTS[number]} */ fact) {
  if (server === null) return words.unknown;
  if (fact === 'framework') return frameworkLabel(server.framework);
  return `${(fact === 'pid' && server.replica) || server[fact]}`;
}
