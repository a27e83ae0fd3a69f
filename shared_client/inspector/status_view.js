/** Tells the last action and its result, and whether reading is stopped. */

import { element, setText } from '../views/dom.js';
import { words } from '../words/words.js';
import { inspector as said } from '../words/inspector.js';

/** A result is shown for this time. */
const SHOWN_MS = 10_000;

/** Two lines. A line without a text takes no space. */
export function createStatus() {
  const told = element('p', { className: 'told', role: 'status' });
  const still = element('span', { role: 'status' });
  // A separate element, so that a screen reader does not tell each second.
  const time = element('b', { ariaHidden: 'true' });
  const stillLine = element('p', { className: 'still' }, still, ' ', time);
  /** The last told probe or answer. @type {unknown} */
  let known = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} text @param {'' | 'good' | 'bad'} [kind] */
  function tell(text, kind = '') {
    clearTimeout(timer);
    setText(told, text);
    told.dataset.kind = kind;
    if (text !== '') timer = setTimeout(tell, SHOWN_MS, '');
  }

  /** @param {import('./probes.js').Answers} answers */
  function drawAnswers({ asked: [asked], answered }) {
    const news = asked ?? answered;
    if (news === known || news === null) return;
    known = news;
    const name = said.probes[news.name];
    if (news === asked) tell(said.asked(name, asked.expects));
    else if (answered !== null) {
      const { code, ms, expects } = answered;
      tell(said.answered(name, code, words.milliseconds(ms), expects),
        code === expects ? 'good' : 'bad');
    }
  }

  return {
    nodes: [stillLine, told],
    tell,
    /** @param {import('./state.js').State} state @param {number} now */
    draw({ answers, stall: { status, since } }, now) {
      drawAnswers(answers);
      setText(still, status === 'reading' ? '' : said[status]);
      setText(time, status === 'stalled' ? said.seconds(Math.max(0, now - since)) : '');
      stillLine.dataset.status = status;
    },
  };
}
