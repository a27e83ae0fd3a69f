"""The client's files: compressed once for each version, in the coding that the browser prefers."""

import gzip
from pathlib import Path

import brotli
import pytest

from chat_core.client_files import compress, encoded, preferred_coding

OFFERED = ("br", "gzip", "identity")
TEXT = "let a = 1;\n" * 100


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP ; q=1", "gzip"),
        ("br;q=0", "identity"),
        ("br; q=0.000, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.6", "gzip"),
        ("br;q=0.5, gzip;q=0.5", "br"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("*;q=0", "identity"),
        ("identity;q=0", "identity"),
        ("identity, br;q=0.1", "identity"),
        ("gzip;q=0.001", "gzip"),
        ("gzip;q=", "identity"),
        ("deflate,,", "identity"),
        (";q=1, ,", "identity"),
    ],
)
def test_the_coding_has_the_highest_weight(accepted: str, coding: str) -> None:
    assert preferred_coding(accepted, OFFERED) == coding


def test_every_coding_decodes_to_the_file(tmp_path: Path) -> None:
    file = tmp_path / "module.js"
    file.write_text(TEXT)
    plain, no_header = encoded(file, "")
    assert (plain, no_header) == (file.read_bytes(), {})
    for coding, decode in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        body, header = encoded(file, coding)
        assert header == {"Content-Encoding": coding}
        assert decode(body) == plain
        assert len(body) < len(plain)


@pytest.mark.parametrize(("name", "text"), [("tiny.js", "a"), ("photo.png", TEXT)])
def test_a_file_that_does_not_shrink_is_not_compressed(
    tmp_path: Path, name: str, text: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    assert encoded(file, "br, gzip") == (text.encode(), {})


def test_a_file_is_compressed_once_for_each_version(tmp_path: Path) -> None:
    file = tmp_path / "module.js"
    for text in (TEXT, TEXT * 2):
        file.write_text(text)
        assert compress(file) is compress(file)
        assert brotli.decompress(encoded(file, "br")[0]) == text.encode()
