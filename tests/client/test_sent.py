"""What is sent of a file: all that runs, on the lines where it stands in the source."""

import re
from pathlib import Path

import pytest

from chat_core.client_files import CLIENT_DIRECTORY, sent_bytes

FILES = sorted(path for path in CLIENT_DIRECTORY.rglob("*") if path.suffix in {".js", ".css"})

IN_TEXT = re.compile(r"\\.|\$\{|`", re.DOTALL)
IN_CODE = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[`{}]""")
CLASS = re.compile(r"\[[^\]\n]*[`'\"][^\]\n]*\]\+?/|\[\^[^\]\n]*\]")
"""Of a regular expression, whose quotes open nothing."""


STARTS = ("//", "/*", "*")
TYPE = re.compile(r"/\*\* @[^\n]*?\*/ ?")


def sent_of(folder: Path, text: str, name: str = "module.js") -> str:
    """What is sent of a file of this text."""
    file = folder / name
    file.write_text(text)
    return sent_bytes(file).decode()


def is_within_text(code: str) -> bool:
    """Whether a template's text goes on after this; in what is inserted into one it is code."""
    code, at, within = CLASS.sub("", code), 0, [""]
    while found := (IN_TEXT if within[-1] == "`" else IN_CODE).search(code, at):
        at = found.end()
        if found[0] == within[-1] == "`" or (found[0] == "}" and within[1:]):
            within.pop()
        elif found[0] in ("`", "{", "${"):
            within.append(found[0])
    return within[-1] == "`"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("let a; // why\n", "let a;\n"),
        ("let a; // it's so\n", "let a; // it's so\n"),
        ("a('b // c', `d // e`);\n", "a('b // c', `d // e`);\n"),
        ("a(`b // ${c} // d`, e); // f\n", "a(`b // ${c} // d`, e);\n"),
        ("// why\nlet a;\n", "\nlet a;\n"),
        ("/** what */\nlet a;\n", "\nlet a;\n"),
        ("  /**\n   * what * and /how/\n   **/\n  let a;\n", "\n\n\nlet a;\n"),
        ("/** @type {X} */ (a).b();\n", "(a).b();\n"),
        ("a(/** @type {X<'*' | Y>} */ b, /** @param {X} c */(c) => c);\n", "a(b, (c) => c);\n"),
        ("let a; /** @type {X\n*/\n", "let a; /** @type {X\n*/\n"),
        ("let a = 'x'; /*\nhidden */ let b;\n", "let a = 'x'; /*\nhidden */ let b;\n"),
        ("const a = 'http://b'\n  + '/*';\n", "const a = 'http://b'\n+ '/*';\n"),
        ("a /* b */\n/* c */\nd\n", "a /* b */\n\nd\n"),
        ("/* a */ b\n", "/* a */ b\n"),
    ],
)
def test_what_is_for_readers_of_the_source_is_left_out(
    tmp_path: Path, text: str, sent: str
) -> None:
    assert sent_of(tmp_path, text) == sent


def test_other_files_are_sent_as_they_are(tmp_path: Path) -> None:
    text = "<!doctype html>\n/* no comment */\n// none\n"
    assert sent_of(tmp_path, text, "page.html") == text


def test_a_file_that_changed_is_sent_as_it_is_now(tmp_path: Path) -> None:
    for text in ("let a;\n", "let bb;\n", "// c\n"):
        assert sent_of(tmp_path, text).strip() == text.replace("// c", "").strip()


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_nothing_that_runs_is_left_out(file: Path) -> None:
    """Line by line it is the same code; and no line is within a text that began before it."""
    source = TYPE.sub("", file.read_text()).splitlines()
    sent = sent_bytes(file).decode().splitlines()
    for number, (before, after) in enumerate(zip(source, sent, strict=True), 1):
        kept, left_out = before.lstrip()[: len(after)], before.lstrip()[len(after) :]
        assert after == kept, f"line {number}"
        assert not left_out or left_out.lstrip().startswith(STARTS), f"line {number}"
        assert not is_within_text("\n".join(sent[:number])), f"line {number}"
