/** The inspector's button. The inspector is loaded when it is first needed. */

import { byId } from './dom.js';
import { recall, remember } from '../page/preferences.js';

/**
 * An open inspector stays open after a reload.
 *
 * @param {import('../network/connection.js').Connection} connection @param {() => void} failed
 * @param {() => readonly number[]} trips  the round trips that the bar shows
 */
export function mountInspectorDoor(connection, failed, trips) {
  const button = byId('inspector-open');
  /** @type {{close: () => void, focus: () => void} | null} */
  let inspector = null;
  /** Whether the user wants it open, also while it is loading. */
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
      if (wanted) inspector ??= openInspector(connection, byId('chat'), gone, trips());
    } catch {
      mark(false);
      failed();
    }
  }

  function gone() {
    inspector = null;
    mark(false);
    button.focus();
    // On narrow screens the button is in a menu, which is closed now.
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
