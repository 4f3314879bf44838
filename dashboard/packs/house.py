"""The look of slides: the colours of the pages, one scale of type, and how much room words take."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from dashboard.files import safe_cell
from dashboard.scripts import ASSETS
from dashboard.templates import MEASURED
from dashboard.workbook import NO_XML

FONT: Final = "Arial"
"""On every machine that shows slides, or another of the very same widths."""
TITLES: Final = (28, 26, 24, 22, 20, 18, 16)
BODIES: Final = (16, 15, 14, 13, 12, 11)
LINE: Final = 1.2
POINTS: Final = 72
TOKEN: Final = re.compile(r"--([a-z-]+):\s*#([0-9a-f]{6})")
WIDTHS: Final = (
    ("fijlt.,:;|!'’() ", 0.28), ("rsI-/“”„–", 0.36), ("ckvxyzJ", 0.5), ("mMW%—…@€", 0.89), ("wACDGHKNOQRUVXY", 0.73),
    ("BEFLPSTZ", 0.65),
)  # fmt: skip
USUAL_WIDTH: Final = 0.556
"""Of a letter, as a part of the size of the type; every digit has it, too."""
BOLDER: Final = 1.06
RUNS_AS_A_LINK: Final = re.compile(r"(?i)(?:https?|ftp|mailto|internal|external|file):")


@cache
def colour(token: str) -> str:
    """Returns a colour of the light pages by its token's name: "0A5BAB"."""
    light = (ASSETS / "tokens.css").read_text(encoding="utf-8").partition("}")[0]
    return dict(TOKEN.findall(light))[token].upper()


def plain(text: object) -> str:
    """Returns words as a slide can hold them: no character that its file cannot."""
    return NO_XML.sub("", str(text).replace("\r", ""))


def kept_together(text: str) -> str:
    """Returns words in which a number and its unit stay on one line."""
    return MEASURED.sub(lambda found: found[0].replace(" ", "\u00a0"), text)


def cell(text: object) -> str:
    """Returns words as a chart's sheet holds them: nothing that a spreadsheet would work out, or follow."""
    told = str(safe_cell(plain(text)))
    return f"'{told}" if RUNS_AS_A_LINK.match(told) else told


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Returns how wide words are, in inches."""
    letters = sum(next((each for among, each in WIDTHS if letter in among), USUAL_WIDTH) for letter in text)
    return letters * size / POINTS * (BOLDER if bold else 1)


def lines_of(text: str, size: float, room: float, *, bold: bool = False) -> int:
    """Returns how many lines words take in so many inches; a word that is longer than a line is broken."""
    count = 0
    for paragraph in text.split("\n"):
        left = 0.0
        count += 1
        for word in paragraph.split(" "):
            wide = width(word + " ", size, bold=bold)
            if left and left + wide > room:
                count += 1
                left = 0.0
            while wide > room:
                count += 1
                wide -= room
            left += wide
    return count


def height(text: str, size: float, room: float, *, bold: bool = False) -> float:
    """Returns how high words are, in inches."""
    return lines_of(text, size, room, bold=bold) * size * LINE / POINTS


def fitting(text: str, room: tuple[float, float], sizes: Sequence[int], *, bold: bool = False) -> tuple[str, int]:
    """Returns words and the greatest of the sizes at which they fit into so many inches; cut where they do at none."""
    wide, high = room
    for size in sizes:
        if height(text, size, wide, bold=bold) <= high:
            return text, size
    told = text
    while told and height(told + " …", sizes[-1], wide, bold=bold) > high:
        told = told.rpartition(" ")[0]
    return (told + " …") if told else text[:80], sizes[-1]
