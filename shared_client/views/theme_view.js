/** The theme: light, dark, or the system's. The style sheet does the rest. */

import { byId, setText } from './dom.js';
import { recall, remember } from '../page/preferences.js';
import { words } from '../words/words.js';

const THEMES = /** @type {const} */ (['system', 'light', 'dark']);

export function mountTheme() {
  const button = byId('theme');
  let theme = THEMES.find((known) => known === recall('theme')) ?? 'system';

  function show() {
    document.documentElement.dataset.theme = theme;
    setText(byId('theme-words'), words.theme[theme]);
    button.title = words.theme[theme];
  }

  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    remember('theme', theme);
    show();
  });
  show();
}
