/** One line for a new user: what to try. It goes for good when the user closes it. */

import { recall, remember } from '../page/preferences.js';
import { byId, element } from '../views/dom.js';
import { company as said } from '../words/company.js';

/** @param {boolean} alone  whether there is only one backend */
export function createTip(alone) {
  if (recall('tip') === 'closed') return;
  const close = element('button', { type: 'button', textContent: said.close });
  const tip = element('p', { className: 'tip', id: 'tip' },
    element('span', { textContent: alone ? said.tryAlone : said.tryBoth }), ' ', close);
  close.addEventListener('click', () => {
    remember('tip', 'closed');
    tip.remove();
    byId('draft').focus();
  });
  byId('trouble').after(tip);
}
