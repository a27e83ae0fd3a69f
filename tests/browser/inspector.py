"""The inspector's parts as the user finds them, and a large picture."""

import re
import struct
import zlib
from collections.abc import Callable
from random import Random

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Person

BringPerson = Callable[..., Person]

ROOMY = {"width": 1280, "height": 1000}
"""The list draws only the rows in view. This size shows a dozen rows with any font."""


def inspecting(person: BringPerson, origin: str, room: str, **options: object) -> Person:
    """Enter a room as Ann, and open the inspector."""
    options = {"viewport": ROOMY} | options
    ann = person("Ann", permissions=["clipboard-read", "clipboard-write"], **options)
    ann.open(origin, room=room)
    ann.is_connected()
    ann.page.locator("#inspector-open").click()
    expect(rows(ann.page, "[data-what=open]")).to_have_count(1)
    return ann


def rows(page: Page, which: str = "") -> Locator:
    """The rows of the list that are in view."""
    return page.locator(f"#inspector .row{which}")


def part(page: Page, name: str) -> Locator:
    """A button of the inspector's bar."""
    return page.locator(f"#inspector .tools-row [data-part={name}]")


def detail(page: Page) -> Locator:
    """The details of the chosen row."""
    return page.locator("#inspector .detail .body")


def list_only(page: Page, what: str) -> None:
    """List only one direction, or only the connection's events."""
    page.get_by_role("group", name="What is listed").get_by_label(what).check()


def told(page: Page) -> Locator:
    """The inspector's message about the last action."""
    return page.locator("#inspector .told")


def copied(page: Page) -> list[str]:
    """All listed lines, through the copy button and the clipboard."""
    page.locator("#inspector .recording [data-part=copy]").click()
    expect(told(page)).to_have_text(re.compile("copied$"))
    return str(page.evaluate("navigator.clipboard.readText()")).splitlines()


def png(side: int) -> bytes:
    """A picture of noise, which cannot be compressed."""
    noise = Random(4)
    lines = b"".join(b"\0" + noise.randbytes(3 * side) for _ in range(side))

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 0)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks
