"""Judgements about the code of both chats, as declared in clarity.toml."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from bench.declared.features import CodeObject

_FILE = Path(__file__).with_name("clarity.toml")
MarkKind = Literal["missing", "against"]


class Mark(msgspec.Struct, frozen=True):
    """Objects that the framework has not (`missing`), or that work `against` it, and why."""

    kind: MarkKind
    chat: str
    why: str
    objects: list[str]
    outages: bool = False
    """Whether this project's promise about outages of the broker asks for it."""

    def code(self) -> Iterator[CodeObject]:
        """The objects of the mark."""
        return (_object(self.chat, each) for each in self.objects)


class Handler(msgspec.Struct, frozen=True):
    """One handler in both chats, and what dispatch and a loop give and take there."""

    name: str
    django_chat: list[str]
    fastapi_chat: list[str]
    dispatch: str
    loop: str

    def code(self, chat: str) -> list[CodeObject]:
        """The code of the handler in one chat."""
        return [_object(chat, each) for each in getattr(self, chat)]


class Pitfall(msgspec.Struct, frozen=True):
    """What a test of a chat runs into, and how the small suite goes around it."""

    chat: str
    about: str


class Clarity(msgspec.Struct, frozen=True):
    """The whole file. `meant` are classes of libraries from which one derives as they mean it."""

    meant: list[str]
    marks: list[Mark]
    handlers: list[Handler]
    pitfalls: list[Pitfall]


@cache
def load_clarity() -> Clarity:
    """The judgements."""
    declared: Any = tomllib.loads(_FILE.read_text("utf-8"))
    return msgspec.convert(declared, Clarity)


@cache
def marked(kind: MarkKind) -> frozenset[CodeObject]:
    """All objects with a mark of one kind."""
    marks = load_clarity().marks
    return frozenset(each for mark in marks if mark.kind == kind for each in mark.code())


def _object(chat: str, declared: str) -> CodeObject:
    module, _, name = declared.partition(":")
    return CodeObject(chat, module, name)
