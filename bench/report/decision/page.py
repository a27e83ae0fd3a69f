"""docs/README.md and docs/ja/README.md: what to choose by need, and twelve questions."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from bench.declared.decision import Choice, Need, Question, Thread, load_needs, load_questions
from bench.declared.texts import UP, Language, Text
from bench.report.claims.results import Results
from bench.report.decision import comparisons
from bench.report.decision.code_figures import has_admin, less_code
from bench.report.decision.figures import figures
from bench.report.decision.speed_figures import less_cpu, less_latency
from bench.report.links import anchor
from bench.report.templating import fill, translator

PAGES: Final[Mapping[Language, Path]] = {
    "en": Path("docs") / "README.md",
    "ja": Path("docs") / "ja" / "README.md",
}

IN_BOTH: Final = frozenset({"README.md", "claims.md"})
"""Pages with a translation."""

COMPARISONS: Final[Mapping[str, Callable[[Results], Choice | None]]] = {
    "latency": less_latency,
    "members": less_cpu,
    "photos": comparisons.less_loss,
    "code": less_code,
    "accounts": has_admin,
    "machines": comparisons.cheaper_with_processes,
    "django": lambda results: "channels" if less_cpu(results) else None,
    "nothing": less_cpu,
}
"""The comparison that chooses, by the id of the need."""


def render_decision(root: Path, run: Path | None = None) -> dict[Path, str]:
    """Both pages by path, relative to the project's root. Raises BenchError."""
    results = Results(root, run)
    return {path: _page(results, language) for language, path in PAGES.items()}


def _page(results: Results, language: Language) -> str:
    needs = [_need(each, results, language) for each in load_needs()]
    questions = [_question(each, results, language) for each in load_questions()]
    words = translator("decision", language)
    context = {"needs": needs, "questions": questions, "language": language, "t": words}
    return fill("decision.md.j2", context).rstrip() + "\n"


def _need(need: Need, results: Results, language: Language) -> dict[str, Any]:
    """Without a figure there is no recommendation."""
    outcome, known = COMPARISONS[need.id](results), figures(results, need.figures)
    measured = outcome is not None and known is not None

    def told(text: Text | None) -> str:
        return text.filled(**known).in_language(language) if text and known is not None else ""

    return {
        "anchor": anchor(need.need.in_language(language)),
        "need": need.need.in_language(language),
        "choose": told(need.choose[outcome]) if outcome and measured else "",
        "why": told(need.why) if measured else "",
        "depends": told(need.depends),
        "later": told(need.later),
        "command": need.command,
        "pages": [_page_link(page, language) for page in need.pages],
    }


def _question(question: Question, results: Results, language: Language) -> dict[str, Any]:
    known = figures(results, question.figures)
    missing = question.not_measured
    return {
        "number": question.number,
        "question": question.question.in_language(language),
        "answer": "" if known is None else question.answer.filled(**known).in_language(language),
        "not_measured": missing.filled().in_language(language) if missing else "",
        "command": question.command,
        "missing_command": question.missing_command,
        "threads": [_thread(each, language) for each in question.threads],
        "pages": [_page_link(page, language) for page in question.pages],
    }


def _thread(thread: Thread, language: Language) -> str:
    name = f"{thread.repository.partition('/')[2]}#{thread.number}"
    address = f"https://github.com/{thread.repository}/issues/{thread.number}"
    return f"[{name}]({address}) ({thread.says.in_language(language)})"


def _page_link(page: str, language: Language) -> str:
    name = page.partition("#")[0]
    up = "" if name in IN_BOTH else UP[language]
    return f"[{name}]({up}{page})"
