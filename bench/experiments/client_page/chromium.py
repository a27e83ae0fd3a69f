"""Finds and starts Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from bench.errors import BenchError

NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Without a window, Debian's headless shell does the same for three fifths of the CPU time."""

SWITCHES: Final = (
    "--no-sandbox",  # as root in a container, Chromium cannot start with one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The path of a Chromium: CHROMIUM, or the first one on PATH; None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium(*switches: str, fonts: Path | None = None) -> Iterator[Browser]:
    """Run a Chromium until the block ends. Raises BenchError if there is none.

    `fonts` is a fontconfig file: pages then use the fonts in this file, not the machine's.
    """
    executable = find_chromium()
    if executable is None:
        raise BenchError("There is no Chromium on PATH: install it, or set CHROMIUM to its path.")
    environ: dict[str, str | float | bool] = {**os.environ}
    if fonts is not None:
        environ["FONTCONFIG_FILE"] = str(fonts)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[*SWITCHES, *switches],
            env=environ,
        )
        try:
            yield browser
        finally:
            browser.close()
