/** Loads the tools of a message at the first pointer or focus. */

const SIGNS = ['pointerover', 'focusin'];

/**
 * @param {HTMLElement} list  the messages
 * @param {(line: Element) => unknown} itemOf  what a line shows
 * @param {(line: Element) => import('../tools/message_tools.js').Acts} actionsOf
 * @returns {(stateOf: (line: Element) => import('../state/state.js').State) => void}
 */
export function mountToolsDoor(list, itemOf, actionsOf) {
  /** @type {(line: Element) => import('../state/state.js').State} */
  let now;
  let show = (/** @type {typeof now} */ _) => {};

  async function open() {
    for (const sign of SIGNS) list.removeEventListener(sign, open);
    try {
      const { createTools } = await import('../tools/message_tools.js');
      show = await createTools(list, itemOf, actionsOf);
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
  return (stateOf) => {
    now = stateOf;
    show(now);
  };
}
