"""docs/ as pages: complete, without content that a strict policy forbids, and nothing else."""

import asyncio
import http.client
import posixpath
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.companion.documents import Documents
from bench.companion.rendering import Rendered, render
from bench.up.companion_process import CompanionProcess
from tests.companion.page import ORIGIN

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
EXPLORER = "/docs/explorer/"


class Elements(HTMLParser):
    """The elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        """The values of this attribute in all elements."""
        return [value for _, attrs in self.found if (value := attrs.get(name)) is not None]


@pytest.fixture(scope="module")
def companion() -> Iterator[CompanionProcess]:
    with CompanionProcess() as process:
        process.start({}, [ORIGIN])
        process.wait_until_healthy()
        yield process


@pytest.fixture(scope="module")
def web(companion: CompanionProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=companion.url) as client:
        yield client


def local_links(page: str) -> list[str]:
    """The local targets of links and images of a page."""
    elements = Elements(page)
    every = (value for name in ("href", "src", "srcset") for value in elements.values(name))
    return [link for link in every if not urlsplit(link).scheme]


def page_names() -> set[str]:
    """The paths of all pages below /docs/."""
    files = {str(path.relative_to(DOCS).with_suffix("")) for path in DOCS.rglob("*.md")}
    return {name.removesuffix("/README") for name in files} | {"project"}


def test_every_page_is_listed_and_every_link_and_image_works(web: httpx.Client) -> None:
    listed = {link for link in local_links(web.get("/").text) if link.startswith("/docs/")}
    listed.remove(EXPLORER)
    every = {f"/docs/{name}" for name in page_names()}
    pages = {link: web.get(link).text for link in every}
    for link in every - listed:  # the index of its folder lists it
        assert link in local_links(pages[posixpath.dirname(link)])
    assert {link for link in every if posixpath.dirname(link) not in every} == listed

    anchors = {link: set(Elements(page).values("id")) for link, page in pages.items()}
    files = set()
    for at, page in pages.items():
        for link in local_links(page):
            path, _, fragment = link.partition("#")
            if fragment:
                assert unquote(fragment) in anchors[path or at], f"{at}: {link}"
            elif path not in pages and path not in files:
                assert web.get(path).status_code == 200, f"{at}: {link}"
                files.add(path)
    raw = {Path(path).name for path in files if path.startswith("/bench/results/")}
    assert raw == {"observations.jsonl"}, "the page of an arm links to its raw files"


def test_a_page_has_its_charts_for_light_and_dark(web: httpx.Client) -> None:
    shown = Elements(web.get("/docs/comparison").text)

    assert "/docs/charts/speed-room-light.svg" in shown.values("src")
    assert "/docs/charts/speed-room-dark.svg" in shown.values("srcset")
    chart = web.get("/docs/charts/speed-room-dark.svg")
    assert chart.headers["content-type"] == "image/svg+xml"
    assert chart.content == (DOCS / "charts" / "speed-room-dark.svg").read_bytes()


def test_no_page_has_content_that_its_policy_forbids(web: httpx.Client) -> None:
    linked = {link for link in local_links(web.get("/").text) if "/docs/" in link}
    for link in ["/", *(linked - {EXPLORER})]:
        answer = web.get(link)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script" not in policy
        for tag, attrs in Elements(answer.text).found:
            assert tag not in ("script", "style", "iframe", "object", "form")
            assert not [name for name in attrs if name == "style" or name.startswith("on")]


def test_the_explorer_has_scripts_in_files_alone(web: httpx.Client) -> None:
    assert web.get("/docs/explorer").headers["location"] == EXPLORER
    answer = web.get(EXPLORER)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    for tag, attrs in Elements(answer.text).found:
        assert tag != "style"
        assert tag != "script" or attrs["src"]
        assert not [name for name in attrs if name == "style" or name.startswith("on")]


def test_the_links_of_the_explorer_work(web: httpx.Client) -> None:
    """They name files, because plain file servers serve it, too."""
    data = web.get(f"{EXPLORER}data.json").json()
    raw = [run[name] for run in data["runs"] for name in ("raw", "info")]
    pages = [f"docs/{metric['page']}" for metric in data["metrics"]]
    own = local_links(web.get(EXPLORER).text)
    links = {*(f"/{each}" for each in (*raw, *pages)), *(urljoin(EXPLORER, each) for each in own)}
    for link in links:
        assert web.get(link.partition("#")[0], follow_redirects=True).status_code == 200, link
    assert web.get("/docs/ja/README.md").headers["location"] == "/docs/ja"
    assert web.get(f"/{raw[0]}.unfinished").status_code == 404


@pytest.mark.parametrize(
    "path", ["/docs/comparison", "/docs/charts/speed-room-dark.svg", "/nowhere"]
)
def test_every_answer_has_the_headers(web: httpx.Client, path: str) -> None:
    headers = web.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "content-security-policy" in headers


def test_health(web: httpx.Client) -> None:
    expected = {"status": "ok", "backends": [], "pages": 0, "members": 0}
    assert expected == web.get("/healthz").json()


def test_the_folder_itself_leads_to_the_list(web: httpx.Client) -> None:
    assert web.get("/docs/").headers["location"] == "/"
    assert web.get("/docs", follow_redirects=True).url.path == "/"


@given(path=st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60))
@example(path="../pyproject.toml")
@example(path="../../etc/passwd")
@example(path="charts/../../pyproject.toml")
@example(path="..%2f..%2fpyproject.toml")
@example(path="/etc/passwd")
@example(path="comparison.md")
@example(path="openapi.yaml")
@example(path="decisions/README")
@example(path="deploy")
@example(path="\0")
@settings(max_examples=150, deadline=None)
def test_no_path_leads_outside_the_listed_files(companion: CompanionProcess, path: str) -> None:
    """Hypothesis also tries words of the source: such a word may be the name of a page."""
    names = page_names()
    file = path.removesuffix(".md").removesuffix("/README") if path.endswith(".md") else ""
    expected = 307 if path in ("", "explorer") or file in names else 200 if path in names else 404
    if path in {"explorer/", *(f"explorer/{each.name}" for each in (DOCS / "explorer").iterdir())}:
        expected = 200
    for written in (quote(path), quote(path, safe=""), quote(path, safe="./%")):
        connection = http.client.HTTPConnection("127.0.0.1", companion.port, timeout=30)
        try:
            connection.putrequest("GET", f"/docs/{written}")  # as it is, where others normalise
            connection.endheaders()
            status = connection.getresponse().status
        finally:
            connection.close()
        assert status == expected


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """One page, and a page and a picture beside its folder."""
    folder = tmp_path_factory.mktemp("site") / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("# A\n")
    for beside in ("secret.md", "secret.svg"):
        (folder.parent / beside).write_text("not a document")
    return Documents(folder)


@given(path=st.lists(st.sampled_from(["..", ".", "", "docs", "secret", "a", "a.md"]), max_size=6))
@example(path=["..", "secret"])
@settings(deadline=None)
def test_files_outside_the_documents_are_not_found(documents: Documents, path: list[str]) -> None:
    name = "/".join(path)
    assert asyncio.run(documents.picture(f"{name}.svg")) is None
    assert (asyncio.run(documents.page(name)) is None) == (name != "a")


def test_a_changed_page_is_rendered_again(tmp_path: Path) -> None:
    documents = Documents(tmp_path)
    file = tmp_path / "a.md"
    file.write_text("# Before\n")
    before = asyncio.run(documents.page("a"))
    file.write_text("# Afterwards\n")
    after = asyncio.run(documents.page("a"))

    assert before is not None
    assert after is not None
    assert '<h1 id="before">Before</h1>' in before
    assert '<h1 id="afterwards">Afterwards</h1>' in after


def rendered(markdown: str) -> Rendered:
    targets = {"method.md": "/docs/method", "a.svg": "/docs/a.svg"}
    return render(markdown, lambda href: href if "//" in href else targets.get(href))


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("[how](method.md)", '<a href="/docs/method">how</a>'),
        ("[code](../bench/cli.py)", '<span class="file" title="../bench/cli.py">code</span>'),
        ("<a href='javascript:x'>x</a>", '<span class="file" title="javascript:x">x</span>'),
        ("[x](https://a.b/?c&d)", '<a href="https://a.b/?c&amp;d" rel="noreferrer">x</a>'),
        ("![chart](a.svg)", '<img src="/docs/a.svg" alt="chart" loading="lazy">'),
        ('<img src="a.svg" alt="" width="76%">', 'alt="" width="76%" loading="lazy">'),
        ('<img src="a.svg" alt="" width="expression(1)">', 'alt="" loading="lazy">'),
        ("![far](https://a.example/a.svg)", "<p>far</p>"),
        ("a <script>alert(1)</script> b", "a &lt;script&gt;alert(1) b"),
        ('<td valign="top" onclick="x" style="color:red">', "<td>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("`<room>`", "<code>&lt;room&gt;</code>"),
        ("| a |\n|--:|\n| 1 |", '<td class="right">1</td>'),
    ],
)  # fmt: skip
def test_markdown_gives_this_html(markdown: str, html: str) -> None:
    assert html in rendered(markdown).html


def test_headings_have_anchors_as_github_makes_them() -> None:
    page = rendered("# One `two` & three\n\n## Ünder_scored: a.b\n\n## Again\n\n## Again\n")

    assert page.title == "One two & three"
    slugs = [heading.slug for heading in page.headings]
    assert slugs == ["one-two--three", "ünder_scored-ab", "again", "again-1"]
    assert '<h1 id="one-two--three">One <code>two</code> &amp; three</h1>' in page.html


@settings(deadline=None)
@given(st.text(st.sampled_from("<>\"'&;/= \n#[]()!`|-ahrefonscriptimgd:"), max_size=120))
def test_a_page_has_only_listed_elements_and_attributes(markdown: str) -> None:
    for tag, attrs in Elements(rendered(markdown).html).found:
        assert re.fullmatch(r"[a-z]+[1-6]?", tag)
        assert tag not in ("script", "style", "iframe")
        assert not [name for name in attrs if name.startswith("on") or name == "style"]
        assert not str(attrs.get("href", "")).startswith("javascript:")


def test_the_projects_readme_is_a_page_and_links_to_the_others(web: httpx.Client) -> None:
    page = web.get("/docs/project").text
    links = local_links(page)
    assert "/docs/comparison" in links
    assert "/docs/charts/speed-room-dark.svg" in links


def test_every_page_leads_back_to_the_chats(web: httpx.Client) -> None:
    for path in ("/", "/docs/README"):
        found = Elements(web.get(path).text).values("href")
        assert f"{ORIGIN}/" in found


def test_a_translation_says_its_language(web: httpx.Client) -> None:
    assert '<html lang="ja">' in web.get("/docs/ja/claims").text
    assert '<html lang="en">' in web.get("/docs/claims").text
