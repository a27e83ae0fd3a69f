/**
 * Keeps what is read where it is: at the end while one reads at the end, else the first line in
 * view, whatever is added above or below and however late a picture gets its size.
 */

/** How near to its end, in pixels, the log counts as being read at its end. */
const NEAR = 48;
/** How near to its start older messages are wanted. */
const NEAR_START = 600;
const ANCHORS = 5;

/**
 * @param {HTMLElement} log  what scrolls
 * @param {HTMLElement} list  its lines
 * @param {{atEnd: (atEnd: boolean) => void, nearStart: () => void}} tell
 */
export function keepScroll(log, list, tell) {
  let following = true;
  /** @type {{node: Element, top: number}[]} */
  let anchors = [];
  let lastTop = 0;

  const toEnd = () => log.scrollTo(0, log.scrollHeight);

  function scrolled() {
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    // What grows below while one is at the end leads away from it, and is no scrolling up.
    following = near || (following && log.scrollTop >= lastTop);
    lastTop = log.scrollTop;
    anchors = following ? [] : firstInView();
    tell.atEnd(following);
    look();
  }

  function look() {
    if (log.scrollTop < NEAR_START) tell.nearStart();
  }

  /** Before the next paint, so that nothing is seen to move. */
  function settle() {
    const anchor = anchors.find(({ node }) => node.isConnected);
    if (following) toEnd();
    else if (anchor !== undefined) {
      log.scrollTop += anchor.node.getBoundingClientRect().top - anchor.top;
    }
    look();
  }

  /** A few lines: one of a day goes when another message becomes the day's first. */
  function firstInView() {
    const edge = log.getBoundingClientRect().top;
    let [low, high] = [0, list.children.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list.children[middle].getBoundingClientRect().bottom > edge) high = middle;
      else low = middle + 1;
    }
    return [...list.children].slice(low, low + ANCHORS)
      .map((node) => ({ node, top: node.getBoundingClientRect().top }));
  }

  log.addEventListener('scroll', scrolled, { passive: true });
  const observer = new ResizeObserver(settle);
  observer.observe(log);
  observer.observe(list);
  return {
    settle,
    toEnd() {
      following = true;
      tell.atEnd(true);
      toEnd();
    },
    get following() {
      return following;
    },
  };
}
