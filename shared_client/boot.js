/**
 * Loads the program. If one file does not arrive, nothing on the page works. The page is then
 * loaded again once. If that does not help, the page says so.
 */

const AGAIN_MS = 10_000;
const MARK = 'chat.reloaded';

try {
  // The words are not preloaded, because their language is known only here.
  await Promise.all([import('./words/words.js'), import('./main.js')]);
} catch (error) {
  console.error(error);
  if (isFirst()) setTimeout(() => location.reload(), 500);
  else document.getElementById('broken')?.removeAttribute('hidden');
}

/** Without storage, the page does not try again. */
function isFirst() {
  try {
    const last = Number(sessionStorage.getItem(MARK));
    if (Date.now() - last <= AGAIN_MS) return false;
    sessionStorage.setItem(MARK, `${Date.now()}`);
    return true;
  } catch {
    return false;
  }
}
