/** Shows the connection's problem in words, the time of the next try, and the user's choices. */

import { awayWords } from './backend_choice.js';
import { frameworkLabel } from '../network/backends.js';
import { byId, setText } from './dom.js';
import { lookUp, words } from '../words/words.js';

const COUNTDOWN_MS = 250;
/** The reason of this close code says more than the code: the field, and its valid values. */
const BAD_HANDSHAKE = 4400;
const NOT_SIGNED_IN = 4401;
const PRIVATE = 4403;
/** The connection failed or was lost: the server does not answer. */
const UNREACHABLE = new Set([1006, 4408]);

/**
 * @param {import('../actions.js').Actions} actions
 * @param {(message: string) => void} say  shows what could not be done
 * @returns {(state: import('../state/state.js').State) => void}
 */
export function mountTrouble(actions, say) {
  const strip = byId('trouble');
  const wait = byId('trouble-wait');
  /** @type {number | null} */
  let retryAt = null;
  const instead = byId('instead');
  /** The `retryAt` of the last search for a backend that answers. @type {number | null} */
  let asked = null;
  /** @type {string | null} */
  let other = null;
  byId('now').addEventListener('click', () => actions.reconnect());
  instead.addEventListener('click', async () => {
    const key = `${other}`;
    if (await actions.switchTo(key) === false) say(awayWords(key));
  });
  byId('change').addEventListener('click', () => actions.exit());

  // The countdown is outside the alert, so that it is not read out each second.
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

  return ({ link, room, backend, account }) => {
    const trouble = room !== null && link.code !== null && link.status !== 'online';
    // Its buttons are hidden with it, and the focus must not be lost.
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
    byId('trouble-sign-in').hidden = link.code !== NOT_SIGNED_IN
      && (link.code !== PRIVATE || account !== null);
  };
}

/** @param {import('../state/state.js').Link} link @param {string} backend */
export function explain({ code, reason }, backend) {
  if (UNREACHABLE.has(Number(code))) return awayWords(backend, words.unreachable);
  const said = lookUp(words.closed, code);
  return code === BAD_HANDSHAKE && reason !== '' ? `${said} (${reason})` : said;
}

/** @param {number} retryAt  ms since the epoch */
export function countdown(retryAt) {
  return words.retryIn(Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)));
}
