/** The button that opens the code of a feature. The panel is loaded when it is first opened. */

import { element, setText } from '../views/dom.js';
import { code as said } from '../words/code.js';

/**
 * @param {import('./features.js').Feature} feature
 * @param {string} [words]
 * @returns {HTMLElement}
 */
export function codeButton(feature, words = `${said.show}: ${said.features[feature]}`) {
  const button = element('button', { type: 'button', className: 'to-code', textContent: words });
  button.addEventListener('click', async () => {
    try {
      const { showCode } = await import('./code_panel.js');
      showCode(feature);
    } catch (error) {
      console.warn(error);
      setText(button, said.notLoaded);
    }
  });
  return button;
}
