/** What is wrong with the connection, in words, when the next try is, and what can be done. */

import { frameworkLabel } from '../network/backends.js';
import { byId, setText } from './dom.js';
import { lookUp, words } from '../words/words.js';

const COUNTDOWN_MS = 250;
/** The close code whose reason says more than the code: which field, and what it takes. */
const BAD_HANDSHAKE = 4400;
const NOT_SIGNED_IN = 4401;
/** No connection came about, or it is gone: it is the server that does not answer. */
const UNREACHABLE = new Set([1006, 4408]);

/**
 * @param {import('../actions.js').Actions} actions
 * @param {(message: string) => void} say  tells what could not be done
 * @returns {(state: import('../state/state.js').State) => void}
 */
export function mountTrouble(actions, say) {
  const strip = byId('trouble');
  const wait = byId('trouble-wait');
  /** @type {number | null} */
  let retryAt = null;
  const instead = byId('instead');
  /** The try after which another backend was asked whether it answers. @type {number | null} */
  let asked = null;
  /** @type {string | null} */
  let other = null;
  byId('now').addEventListener('click', () => actions.reconnect());
  instead.addEventListener('click', async () => {
    const key = `${other}`;
    if (await actions.switchTo(key) === false) say(words.away(frameworkLabel(key)));
  });
  byId('change').addEventListener('click', () => actions.exit());

  // The countdown is outside of the alert: it is there to be seen, not to be read out each second.
  setInterval(() => {
    if (retryAt !== null) setText(wait, countdown(retryAt));
  }, COUNTDOWN_MS);

  async function look() {
    const mine = asked;
    const found = await actions.another();
    if (asked !== mine) return;
    other = found;
    instead.hidden = other === null;
    setText(instead, words.switchTo(frameworkLabel(`${other}`)));
  }

  return ({ link, room, backend }) => {
    const trouble = room !== null && link.code !== null && link.status !== 'online';
    // Its buttons go with it, and must not take the focus along.
    if (!trouble && strip.contains(document.activeElement)) byId('draft').focus();
    strip.hidden = !trouble;
    setText(byId('trouble-words'), trouble ? explain(link, `${backend}`) : '');
    if (!trouble) {
      asked = null;
      instead.hidden = true;
      return;
    }
    retryAt = link.retryAt;
    if (retryAt !== null && retryAt !== asked) {
      asked = retryAt;
      look();
    }
    if (link.status === 'waiting' && retryAt !== null) setText(wait, countdown(retryAt));
    else setText(wait, link.status === 'connecting' ? words.retrying : '');
    byId('now').hidden = link.status === 'refused';
    byId('change').hidden = link.status !== 'refused';
    byId('trouble-sign-in').hidden = link.code !== NOT_SIGNED_IN;
  };
}

/** @param {import('../state/state.js').Link} link @param {string} backend */
function explain({ code, reason }, backend) {
  if (UNREACHABLE.has(Number(code))) return words.unreachable(frameworkLabel(backend));
  const said = lookUp(words.closed, code);
  return code === BAD_HANDSHAKE && reason !== '' ? `${said} (${reason})` : said;
}

/** @param {number} retryAt  ms since the epoch */
function countdown(retryAt) {
  return words.retryIn(Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)));
}
