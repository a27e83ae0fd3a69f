/** Describes the entries in words, for the list, the details and the clipboard. */

import { fieldOf, partsOf } from './frame.js';
import { isFrame } from './log.js';
import { words } from '../words/words.js';
import { inspector as said } from '../words/inspector.js';

/** The most characters of a frame in the list. */
const LINE = 300;

/** @typedef {import('./log.js').Entry} Entry */

/** @param {number} at  ms since the page's start @returns {string} the time of day, with ms */
export function clock(at) {
  const date = new Date(performance.timeOrigin + at);
  const part = (/** @type {number} */ number, width = 2) => `${number}`.padStart(width, '0');
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}`
    + `.${part(date.getMilliseconds(), 3)}`;
}

/** @param {number} ms */
export function duration(ms) {
  return ms < 1000 ? words.milliseconds(ms) : said.seconds(ms);
}

/** @param {Entry} entry @returns {string} what the list shows for the entry */
export function line(entry) {
  if (!isFrame(entry)) return eventLine(entry);
  const { frame } = entry;
  if (!frame.binary) return frame.text.slice(0, LINE).replace(/\s+/gu, ' ');
  if (frame.head === null) return said.binary;
  const { header, picture } = partsOf(frame.head, frame.size);
  const name = header === null ? '' : fieldOf(header, 'name');
  const kind = picture === null ? said.noHeader : picture.mime ?? said.noPicture;
  return [said.binary, name, kind, picture && said.size(picture.size)].filter(Boolean).join(' · ');
}

/** @param {Entry} entry @returns {string} for the clipboard: all kept data of the entry */
export function copyText(entry) {
  const time = clock(entry.at);
  if (!isFrame(entry)) return `${time} - ${eventLine(entry)}`;
  const { frame } = entry;
  const header = frame.binary && frame.head && partsOf(frame.head, frame.size).header;
  const content = frame.binary ? `[${line(entry)}] ${header || ''}`.trimEnd() : frame.text;
  return `${time} ${entry.what} ${frame.type || '-'} ${frame.size} B ${content}`;
}

/** @param {number} code @returns {string} what the client does after this close code */
export function thenWords(code) {
  return said.then[code] ?? said.then.other;
}

/** @param {Entry} entry @returns {string} */
function eventLine(entry) {
  switch (entry.what) {
    case 'opening':
      return said.events.opening(entry.url, entry.attempt);
    case 'open':
      return said.events.open(entry.protocol, duration(entry.ms));
    case 'closed':
      return [said.events.closed(entry.code, entry.reason), meaning(entry.code),
        entry.wait === null ? thenWords(entry.code) : nextTry(entry.code, entry.wait)].join(' · ');
    case 'readOn':
      return said.events.readOn(duration(entry.ms));
    case 'paused':
      return said.missed(entry.missed);
    default:
      return said.events.stalled;
  }
}

/** @param {number} code @returns {string} */
export function meaning(code) {
  return said.codes[code] ?? said.codes.other;
}

/** @param {number} code @param {number} wait */
export function nextTry(code, wait) {
  return said.then[code] ?? said.nextTry(duration(wait));
}
