/** Loads the tools of a message at the first pointer or focus. */

const SIGNS = ['pointerover', 'focusin'];

/**
 * @param {HTMLElement} list  the messages
 * @param {(line: Element) => unknown} itemOf  what a line shows
 * @param {import('../actions.js').Actions} actions
 * @returns {(state: import('../state/state.js').State) => void}
 */
export function mountToolsDoor(list, itemOf, actions) {
  /** @type {import('../state/state.js').State} */
  let now;
  let show = (/** @type {typeof now} */ _) => {};

  async function open() {
    for (const sign of SIGNS) list.removeEventListener(sign, open);
    try {
      const { createTools } = await import('../tools/message_tools.js');
      show = await createTools(list, itemOf, actions);
      show(now);
    } catch (error) {
      console.warn(error); // the next sign tries again
      listen();
    }
  }

  function listen() {
    for (const sign of SIGNS) list.addEventListener(sign, open);
  }

  listen();
  return (state) => {
    now = state;
    show(state);
  };
}
