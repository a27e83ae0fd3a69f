"""The Markdown of `docs/` as HTML: headings with anchors, charts, tables.

The HTML that Markdown gives is filtered: only listed elements and attributes pass. So a page has no
script, no inline style, and no link without a target.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final

from markdown_it import MarkdownIt

_PLAIN: Final = frozenset(
    {
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr", "br"),
        *("pre", "code", "em", "strong", "s", "sup", "sub", "kbd", "details", "summary"),
        *("picture", "table", "thead", "tbody", "tr", "th", "td"),
    }
)
_VOID: Final = frozenset({"hr", "br", "img", "source"})
_HEADING: Final = re.compile("h[1-6]")
_ALIGNED: Final = re.compile(r"text-align:\s*(left|center|right)")
_LANGUAGE: Final = re.compile(r"language-[a-z0-9+-]+")
_WIDTH: Final = re.compile(r"\d{1,4}%?")
_SCHEME: Final = re.compile(r"\(prefers-color-scheme: (dark|light)\)")

_markdown: Final = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its anchor."""

    level: int
    slug: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page's body."""

    html: str
    headings: tuple[Heading, ...]

    @property
    def title(self) -> str:
        """The first heading of the first level."""
        return next((each.text for each in self.headings if each.level == 1), "")


def render(markdown: str, resolve: Callable[[str], str | None]) -> Rendered:
    """Render Markdown; `resolve` maps a link or an image to its URL, or to None if not served."""
    writer = _Writer(resolve)
    writer.feed(_markdown.render(markdown))
    writer.close()
    return Rendered("".join(writer.pieces), tuple(writer.headings))


@dataclass(slots=True)
class _OpenHeading:
    tag: str
    start: int
    """In the pieces."""
    words: list[str] = field(default_factory=list)


class _Writer(HTMLParser):
    """Writes the HTML that it reads, without elements and attributes that are not listed."""

    def __init__(self, resolve: Callable[[str], str | None]) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.headings: list[Heading] = []
        self._resolve = resolve
        self._heading: _OpenHeading | None = None
        self._slugs: dict[str, int] = {}
        self._anchors: list[str] = []
        """The closing text of each open link."""
        self._tables = 0

    def handle_data(self, data: str) -> None:
        self.pieces.append(escape(data, quote=False))
        if self._heading is not None:
            self._heading.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._open_link(given.get("href", ""))
        elif tag == "img":
            self._picture(given)
        elif tag == "source":
            self._source(given)
        elif tag in _PLAIN:
            self._open(tag, given)
        else:
            self.handle_data(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._anchors:
            self.pieces.append(self._anchors.pop())
        elif self._heading is not None and tag == self._heading.tag:
            self._close_heading(self._heading)
        elif tag in _PLAIN and tag not in _VOID:
            self.pieces.append(f"</{tag}>")
            if tag == "table":
                self._tables -= 1
                self.pieces.append("" if self._tables else "</div>")

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if _HEADING.fullmatch(tag):
            self._heading = _OpenHeading(tag, len(self.pieces))
            return
        if tag == "table":
            self._tables += 1
            if self._tables == 1:
                about = escape(self.headings[-1].text if self.headings else "Table")
                # A table that is wider than the page scrolls, also by keyboard.
                self.pieces.append(
                    f'<div class="wide" role="region" tabindex="0" aria-label="{about}">'
                )
        self.pieces.append(f"<{tag}{_attributes(tag, given)}>")

    def _close_heading(self, heading: _OpenHeading) -> None:
        self._heading = None
        text = "".join(heading.words).strip()
        slug = self._slug(text)
        inside = "".join(self.pieces[heading.start :])
        del self.pieces[heading.start :]
        self.headings.append(Heading(int(heading.tag[1]), slug, text))
        self.pieces.append(f'<{heading.tag} id="{escape(slug)}">{inside}</{heading.tag}>')

    def _slug(self, text: str) -> str:
        """The anchor of a heading, as GitHub makes it: the pages link to those."""
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        seen = self._slugs.get(slug, 0)
        self._slugs[slug] = seen + 1
        return f"{slug}-{seen}" if seen else slug

    def _open_link(self, href: str) -> None:
        target = self._resolve(href)
        if target is None:
            self.pieces.append(f'<span class="file" title="{escape(href)}">')
            self._anchors.append("</span>")
            return
        elsewhere = ' rel="noreferrer"' if "://" in target else ""
        self.pieces.append(f'<a href="{escape(target)}"{elsewhere}>')
        self._anchors.append("</a>")

    def _picture(self, given: dict[str, str]) -> None:
        source = self._resolve(given.get("src", ""))
        words = escape(given.get("alt", ""))
        if source is None or "://" in source:
            self.pieces.append(words)  # an image from elsewhere is not shown, only its text
        else:
            width = given.get("width", "")
            meant = f' width="{width}"' if _WIDTH.fullmatch(width) else ""
            self.pieces.append(f'<img src="{escape(source)}" alt="{words}"{meant} loading="lazy">')

    def _source(self, given: dict[str, str]) -> None:
        source = self._resolve(given.get("srcset", ""))
        media = given.get("media", "")
        if source is not None and "://" not in source and _SCHEME.fullmatch(media):
            self.pieces.append(f'<source media="{media}" srcset="{escape(source)}">')


def _attributes(tag: str, given: dict[str, str]) -> str:
    """The listed attributes. A cell's alignment becomes a class, because styles may not pass."""
    written = []
    if tag in ("td", "th") and (found := _ALIGNED.search(given.get("style", ""))):
        written.append(f'class="{found[1]}"')
    if tag in ("td", "th"):
        written += _numbers(given, ("colspan", "rowspan"))
    if tag == "ol":
        written += _numbers(given, ("start",))
    if tag == "code" and _LANGUAGE.fullmatch(given.get("class", "")):
        written.append(f'class="{given["class"]}"')
    if tag == "details" and "open" in given:
        written.append("open")
    return "".join(f" {each}" for each in written)


def _numbers(given: dict[str, str], names: Iterable[str]) -> list[str]:
    return [f'{name}="{given[name]}"' for name in names if given.get(name, "").isdecimal()]
