"""Takes out of an environment what a running chat never reads: `python slim.py ENVIRONMENT`.

These are the tests of packages, Django's pages in all languages but English, which is the only one
that the chats offer, and the part of compiled modules that only debuggers read.
"""

import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_NOT_RUN: Final = ("test", "tests", "_flatc")
"""Folders of packages. `_flatc` is a compiler of schemas, which autobahn brings along."""
_LANGUAGES: Final = "locale"
_OFFERED: Final = "en"

_ELF_64_LITTLE_ENDIAN: Final = b"\x7fELF\x02\x01"
_HEADER: Final = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENTS_AT, _SECTIONS_AT, _SEGMENTS, _SECTIONS, _NAMES = 5, 6, 10, 12, 13
"""Of the header: where both lists are, their lengths, and which section has the names."""
_SEGMENT: Final = struct.Struct("<IIQQQQQQ")


def slim(environment: Path) -> None:
    """Take all of it out."""
    for folder in list(_not_read(environment)):
        shutil.rmtree(folder, ignore_errors=True)  # it may have been in another one
    for path in environment.rglob("*.so*"):
        if not path.is_symlink():
            path.write_bytes(stripped(path.read_bytes()))


def stripped(module: bytes) -> bytes:
    """A compiled module up to the end of its segments; symbols and sections come after it.

    A loader reads segments alone. `strip` does the same, but is not in the base image.
    """
    if not module.startswith(_ELF_64_LITTLE_ENDIAN):
        return module
    header = list(_HEADER.unpack_from(module))
    listed = slice(header[_SEGMENTS_AT], header[_SEGMENTS_AT] + header[_SEGMENTS] * _SEGMENT.size)
    ends = (at + size for _, _, at, _, _, size, _, _ in _SEGMENT.iter_unpack(module[listed]))
    end = max(listed.stop, *ends)
    header[_SECTIONS_AT] = header[_SECTIONS] = header[_NAMES] = 0
    return _HEADER.pack(*header) + module[_HEADER.size : end]


def _not_read(environment: Path) -> Iterator[Path]:
    for path in environment.rglob("*"):
        other_language = path.parent.name == _LANGUAGES and path.name != _OFFERED
        if path.is_dir() and (path.name in _NOT_RUN or other_language):
            yield path


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python slim.py ENVIRONMENT")
    slim(Path(sys.argv[1]))
