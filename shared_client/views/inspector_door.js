/** The way into the inspector, which is loaded when it is first wanted. */

import { byId } from './dom.js';
import { recall, remember } from '../page/preferences.js';

/**
 * Open it stays open over a reload.
 *
 * @param {import('../network/connection.js').Connection} connection @param {() => void} failed
 */
export function mountInspectorDoor(connection, failed) {
  const button = byId('inspector-open');
  /** @type {{close: () => void, focus: () => void} | null} */
  let inspector = null;
  /** Whether it is to be there, also while it is still on its way. */
  let wanted = false;

  /** @param {boolean} open */
  function mark(open) {
    wanted = open;
    button.ariaExpanded = `${open}`;
    remember('inspector', open ? 'open' : '');
  }

  async function open() {
    mark(true);
    try {
      const { openInspector } = await import('../inspector/inspector.js');
      if (wanted) inspector ??= openInspector(connection, byId('chat'), gone);
    } catch {
      mark(false);
      failed();
    }
  }

  function gone() {
    inspector = null;
    mark(false);
    button.focus();
    // On narrow screens it stands in a menu, which is shut by now.
    if (document.activeElement !== button) byId('more-button').focus();
  }

  button.addEventListener('click', async () => {
    if (wanted) {
      inspector?.close();
      gone();
      return;
    }
    byId('more').hidePopover();
    await open();
    inspector?.focus();
  });
  if (recall('inspector') === 'open') open();
}
