"""The Japanese README has every block of the English one, with the same code, links and figures."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bench.report.claims import render_claims
from bench.report.readme import README, blocks, render_readme, translations, untranslated

FIGURE = r"\d[\d.\N{NARROW NO-BREAK SPACE}]*\d"
ROOT = Path(__file__).resolve().parents[2]


def _kept(text: str) -> Counter[str]:
    """What a translation keeps: code, addresses and numbers; a link may lead to the Japanese."""
    text = text.replace("docs/ja/", "docs/").replace("README.ja.md", "README.md")
    code = re.findall(r"`[^`\n]+`", text)
    links = re.findall(r"\]\(([^)]+)\)|<(http[^>]+)>", re.sub(r"#[^)\n]*$", "", text))
    return Counter([*code, *("".join(each) for each in links)])


def test_every_block_has_japanese() -> None:
    assert untranslated(ROOT) == []


def test_no_translation_is_left_over() -> None:
    english = set(blocks((ROOT / README["en"]).read_text("utf-8")))
    assert [block for block in translations() if block not in english] == []


@pytest.mark.parametrize("english", translations())
def test_a_translation_keeps_code_and_links(english: str) -> None:
    japanese = translations()[english]
    assert _kept(english) == _kept(japanese)
    assert english != japanese


def test_both_pages_have_the_same_figures_in_their_summaries() -> None:
    pages = render_readme(ROOT)
    english, japanese = (_figures(pages[path]) for path in README.values())
    assert english == japanese
    assert english


def test_each_claim_has_the_same_figures() -> None:
    english, japanese = (
        re.split(r"^## ", page, flags=re.M) for page in render_claims(ROOT).values()
    )
    assert len(english) == len(japanese) > 15
    for one, other in zip(english, japanese, strict=True):
        assert set(re.findall(FIGURE, one)) == set(re.findall(FIGURE, other)), one


def _figures(page: str) -> Counter[str]:
    """The figures of the summary's answers."""
    summary = "\n".join(line for line in page.splitlines() if line.startswith("- **"))
    return Counter(re.findall(r"\d[\d.\N{NARROW NO-BREAK SPACE}]*", summary))


def test_an_unknown_block_stays_english(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "# New\n\n<!-- summary:start -->\n<!-- summary:end -->\n\n## Set-up\n"
    )
    assert untranslated(tmp_path) == ["# New"]
    page = render_readme(tmp_path)[README["ja"]]
    assert page.startswith("# New\n")
    assert page.endswith("## セットアップ\n")
