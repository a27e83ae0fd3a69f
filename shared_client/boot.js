/**
 * Loads the program. One file that did not arrive would leave a page on which nothing works: it is
 * loaded again once, and if that does not help, the page says so.
 */

const AGAIN_MS = 10_000;
const MARK = 'chat.reloaded';

try {
  // Nothing preloads the words, for only here it is known in which language.
  await Promise.all([import('./words/words.js'), import('./main.js')]);
} catch (error) {
  console.error(error);
  if (isFirst()) setTimeout(() => location.reload(), 500);
  else document.getElementById('broken')?.removeAttribute('hidden');
}

/** Where nothing can be stored nothing is tried again. */
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
