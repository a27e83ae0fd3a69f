"""What is sent of a file: all that runs, on the lines where it stands in the source."""

import re
from pathlib import Path

import pytest

from chat_core.client_files import CLIENT_DIRECTORY, sent_bytes

FILES = sorted(path for path in CLIENT_DIRECTORY.rglob("*") if path.suffix in {".js", ".css"})

# A back quote that opens nothing: in a regular expression's class, or in another text.
NO_TEMPLATE = re.compile(r"""\[[^\]\n]*\]|'[^'\n]*'|"[^"\n]*\"""")


TYPE = re.compile(r"/\*\* @[^\n]*?\*/ ?")


def sent_of(folder: Path, text: str, name: str = "module.js") -> str:
    """What is sent of a file of this text."""
    file = folder / name
    file.write_text(text)
    return sent_bytes(file).decode()


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("let a; // why\n", "let a; // why\n"),
        ("// why\nlet a;\n", "\nlet a;\n"),
        ("/** what */\nlet a;\n", "\nlet a;\n"),
        ("  /**\n   * what * and /how/\n   **/\n  let a;\n", "\n\n\n  let a;\n"),
        ("/** @type {X} */ (a).b();\n", "(a).b();\n"),
        ("a(/** @type {X<'*' | Y>} */ b, /** @param {X} c */(c) => c);\n", "a(b, (c) => c);\n"),
        ("let a; /** @type {X\n */\n", "let a; /** @type {X\n */\n"),
        ("let a = 'x'; /*\nhidden */ let b;\n", "let a = 'x'; /*\nhidden */ let b;\n"),
        ("const a = 'http://b'\n  + '/*';\n", "const a = 'http://b'\n  + '/*';\n"),
        ("a /* b */\n/* c */\nd\n", "a /* b */\n\nd\n"),
        ("/* a */ b\n", "/* a */ b\n"),
    ],
)
def test_comments_on_lines_of_their_own_are_left_out(tmp_path: Path, text: str, sent: str) -> None:
    assert sent_of(tmp_path, text) == sent


def test_other_files_are_sent_as_they_are(tmp_path: Path) -> None:
    text = "<!doctype html>\n/* no comment */\n// none\n"
    assert sent_of(tmp_path, text, "page.html") == text


def test_a_file_that_changed_is_sent_as_it_is_now(tmp_path: Path) -> None:
    for text in ("let a;\n", "let bb;\n", "// c\n"):
        assert sent_of(tmp_path, text).strip() == text.replace("// c", "").strip()


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_nothing_that_runs_is_left_out(file: Path) -> None:
    """A comment's mark at the beginning of a line is one: no text goes over lines with one."""
    source = TYPE.sub("", file.read_text()).splitlines()
    sent = sent_bytes(file).decode().splitlines()
    assert len(sent) == len(source)
    for number, (before, after) in enumerate(zip(source, sent, strict=True)):
        if after != before:
            assert after == ""
            code = NO_TEMPLATE.sub("", "\n".join(sent[:number]))
            assert code.count("`") % 2 == 0, f"line {number + 1}: in a text"
