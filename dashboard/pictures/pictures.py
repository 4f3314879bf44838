"""A picture of one chart for a program: as a drawing or as pixels, made of the same script as in a reader's browser, and kept."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Response, request

from dashboard.cache import SharedCache
from dashboard.errors import BadInput
from dashboard.pictures.camera import Camera
from dashboard.pictures.sheet import standing_alone

FORMS: Final = ("png", "svg")
THEMES: Final = ("light", "dark")
WIDTHS: Final = {"small": 600, "": 900, "large": 1280}
NARROWEST, WIDEST = 320, 2400
SHARPEST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a picture is to be. width: in points, which a PNG has scale times as many pixels of."""

    theme: str = "light"
    width: int = WIDTHS[""]
    scale: int = 2

    @classmethod
    def asked(cls) -> "Shape":
        """Reads theme, size or width, and scale of the address. Raises BadInput."""
        theme, size = request.args.get("theme", "") or "light", request.args.get("size", "")
        if theme not in THEMES or size not in WIDTHS:
            raise BadInput("A picture has theme=light or dark, and size=small or large, or a width.")
        return cls(
            theme=theme,
            width=_whole("width", WIDTHS[size], NARROWEST, WIDEST),
            scale=_whole("scale", 2, 1, SHARPEST),
        )

    @property
    def key(self) -> str:
        return f"{self.theme} {self.width} {self.scale}"


def _whole(name: str, usual: int, least: int, most: int) -> int:
    text = request.args.get(name, "") or str(usual)
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or not least <= int(text) <= most:
        raise BadInput(f"{name} is a whole number from {least} to {most}.")
    return int(text)


@dataclass(frozen=True, slots=True)
class Pictures:
    """Takes pictures of charts; one that was taken of the same figures in the same shape is given again."""

    camera: Camera
    cache: SharedCache | None = None

    def taken(self, form: str, shape: Shape, make: Callable[[str], str], mark: str = "") -> bytes:
        """Returns a picture in one of FORMS. make: makes the document by its theme.   mark: of its figures; none is not kept.

        Raises NoPicture, and whatever `make` raises.
        """

        def take() -> bytes:
            drawing = self.camera.svg(make(shape.theme), shape.width)
            return drawing.encode() if form == "svg" else self.camera.png(standing_alone(drawing), shape.width, shape.scale)

        if not mark or self.cache is None:
            return take()
        return self.cache.once(("picture", mark, form, shape.key), take)

    def answer(self, form: str, make: Callable[[str], str], name: str, mark: str = "") -> Response:
        """Returns a picture as an answer, in the shape that its address asks for."""
        content = self.taken(form, Shape.asked(), make, mark)
        answer = Response(content, mimetype="image/png" if form == "png" else "image/svg+xml")
        answer.headers["Content-Disposition"] = f'inline; filename="{name}.{form}"'
        return answer
