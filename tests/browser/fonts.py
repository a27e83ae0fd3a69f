"""The font of the browser tests: a wide font that is the same on every machine.

Matplotlib contains DejaVu Sans, which is as wide as the widest common system font. This module
makes its advances wider by a tenth, and draws each Japanese character as a box that is as wide as
the font is high, like in Japanese fonts. A layout that fits with this font fits narrower fonts.
"""

from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont
from matplotlib import get_data_path

WIDER: Final = 1.1
_BOX: Final = ord("□")
_FACES: Final = ("DejaVuSans", "DejaVuSans-Bold")
_FULL_WIDTH: Final = (
    range(0x3000, 0x3100),  # punctuation and kana
    range(0x4E00, 0xA000),  # kanji
    range(0xFF01, 0xFF61),  # wide forms of Latin letters
)
_CONFIG: Final = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{folder}/cache</cachedir>
</fontconfig>
"""


def wide_fonts(folder: Path) -> Path:
    """Makes the fonts in `folder`. Returns the fontconfig file that offers only these fonts."""
    for face in _FACES:
        _make(Path(get_data_path(), "fonts", "ttf", f"{face}.ttf"), folder / f"{face}.ttf")
    config = folder / "fonts.conf"
    config.write_text(_CONFIG.format(folder=folder))
    return config


def _make(source: Path, target: Path) -> None:
    font = TTFont(source)
    metrics = font["hmtx"].metrics
    for glyph, (advance, bearing) in metrics.items():
        metrics[glyph] = (round(advance * WIDER), bearing)
    box = font.getBestCmap()[_BOX]
    metrics[box] = (font["head"].unitsPerEm, metrics[box][1])
    boxes = {code: box for codes in _FULL_WIDTH for code in codes}
    for table in font["cmap"].tables:
        if table.format == 12:
            table.cmap = boxes | table.cmap
    font.save(target)
