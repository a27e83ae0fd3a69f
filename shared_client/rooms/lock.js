/** The lock that marks a private room. */

import { element } from '../views/dom.js';
import { icon } from '../views/icon.js';
import { opened } from '../words/opened.js';

const LOCK = 'M5.5 9h9v7h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9';

/** @param {{private?: boolean}} room @returns {HTMLElement[]} none for a room that is open to all */
export function lockOf({ private: isPrivate = false }) {
  if (!isPrivate) return [];
  const { locked } = opened.privateRooms;
  const drawn = icon(LOCK);
  Object.assign(drawn.style, { width: '1em', height: '1em', verticalAlign: '-0.125em' });
  return [element('span', { className: 'lock', role: 'img', title: locked, ariaLabel: locked },
    drawn)];
}
