"""Fills the templates in `templates/`."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bench.analysis import wording
from bench.declared.sentences import sentences
from bench.declared.texts import Language


def fill(name: str, context: Mapping[str, Any]) -> str:
    """The page that a template and its context give."""
    return _environment().get_template(name).render(context)


@cache
def _environment() -> Environment:
    """All pages have the same one, so that each template is compiled once."""
    environment = Environment(
        loader=PackageLoader("bench.report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    environment.globals |= {"number": wording.number, "count": wording.count}
    return environment


def translator(page: str, language: Language) -> Callable[..., str]:
    """Gives the sentence of a page by its key, with its figures, in one language."""
    known = sentences(page)
    return lambda key, **figures: known[key].filled(**figures).in_language(language)
