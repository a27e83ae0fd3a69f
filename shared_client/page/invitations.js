/**
 * The private rooms that this tab knows, and its invitations to them: a guest needs the invitation
 * for each new connection. They are forgotten with the tab. A room belongs to one backend.
 */

const PREFIX = 'chat.private.'; // `recall` reads it, too

/**
 * @param {string | null} backend @param {string | null} room
 * @param {string} [invitation]  if there is none, an older one stays
 */
export function markPrivate(backend, room, invitation) {
  const key = `${PREFIX}${room}@${backend}`;
  try {
    if (invitation || sessionStorage.getItem(key) === null) {
      sessionStorage.setItem(key, invitation ?? '');
    }
  } catch {
    // storage may be off: then the link has to be opened again
  }
}
