"""Hostile input, and the checks that detect its effects."""

from playwright.sync_api import Page, Request

PAYLOADS = (
    "<img src=x onerror=ran(1)>",
    "<script>ran(1)</script>",
    "<svg onload=ran(1)>",
    "<svg><style><img src=x onerror=ran(1)></style>",
    "\"'><iframe srcdoc='<script>parent.ran(1)</script>'>",
    "<a href=javascript:ran(1)>a</a> javascript:ran(1) JaVaScRiPt:ran(1)",
    "data:text/html,<script>ran(1)</script> vbscript:ran(1) blob:ran(1)",
    "https://evil.invalid/\"onmouseover=ran(1)' https://evil.invalid/javascript:ran(1)",
    "<link rel=stylesheet href=//evil.invalid/x.css><base href=//evil.invalid/>",
    "<form action=//evil.invalid><button formaction=javascript:ran(1)>b</button>",
    "{{constructor.constructor('ran(1)')()}} ${ran(1)} <%= ran(1) %>",
    "&lt;img src=x onerror=ran(1)&gt; &#60;b&#62; \\u003cb\\u003e",
    "(a+)+$ [z-a] \\ *?+^.|{}[]() $& $1 $` %s %00 %0d%0a",
    "\u202egnp.exe \u2066\u2067 e\u0301\u0301\u0301\u0301 \ufeff\u200b\u2060 \ufffd",
)
NAMES = (
    "<img src=x onerror=ran(1)>",
    "\"'><svg/onload=ran(1)>",
    "javascript:ran(1)",
    "__proto__",
    "constructor",
    "toString",
    "=cmd|' /C calc'!A0",
    "(a+)+$[",
    "\u202eecilA",
    "\u2069\u2069\u202ebob",
    "a" + "\u0301" * 31,
    "ﷺ﷽" + "𒐫" * 8,
)
"""Names within the servers' limit of 32 code points."""

WATCH = """
    window.harm = [];
    const note = (what) => {
        window.harm.push(what);
        document.documentElement.harmed = true;
    };
    window.ran = (what) => note(`ran: ${what}`);
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
        note(`policy: ${effectiveDirective} ${blockedURI}`);
    });
"""
"""For a page before it loads: what `Watch` finds in it."""
_LOOK = """() => {
    const all = [...document.querySelectorAll('*')];
    const odd = all.filter((node) =>
        node.matches('body script, iframe, object, embed, base, meta[http-equiv], [style*=url]')
        || [...node.attributes].some(({ name }) => /^on|^srcdoc$|^formaction$/i.test(name))
        || node.matches('a[href]') && !/^https?:$/.test(node.protocol)
        || node.matches('img') && node.src !== ''
            && !new RegExp(`^(blob:|${location.origin}/)`).test(node.src));
    return [...window.harm, ...odd.map((node) => `there: ${node.outerHTML.slice(0, 120)}`),
        ...Object.keys(Object.prototype).map((key) => `prototype: ${key}`)];
}"""
_WIDE = """() => [document.documentElement, document.getElementById('log')]
    .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.tagName)"""
_ORDER = """(node, word) => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const at = walker.currentNode.data.lastIndexOf(word);
        if (at < 0) continue;
        const range = document.createRange();
        return [...word].map((_, index) => {
            range.setStart(walker.currentNode, at + index);
            range.setEnd(walker.currentNode, at + index + 1);
            return range.getBoundingClientRect().left;
        });
    }
    return [];
}"""


class Watch:
    """Records the unwanted actions of a page that loaded with `WATCH`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._elsewhere: list[str] = []
        page.on("request", self._asked)

    def harm(self) -> list[str]:
        """Code that ran, policy violations, and unwanted elements, prototype keys and requests."""
        found: list[str] = self._page.evaluate(_LOOK)
        return found + self._elsewhere

    def too_wide(self) -> list[str]:
        """The page and the log, if their content is too wide."""
        found: list[str] = self._page.evaluate(_WIDE)
        return found

    def _asked(self, request: Request) -> None:
        if "evil" in request.url or request.url.startswith("data:text"):
            self._elsewhere.append(f"asked: {request.url}")


def reads_onward(page: Page, selector: str, word: str) -> bool:
    """Whether a word is shown from left to right after any name."""
    places = page.locator(selector).last.evaluate(_ORDER, word)
    return len(places) == len(word) and places == sorted(places)
