"""The figures: static SQL files, each the answer to one question, with the parameters that they bind."""

import re
from functools import cache
from pathlib import Path
from typing import Final

FIGURES: Final = Path(__file__).parent / "figures"

_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


@cache
def figure_text(figure: str) -> str:
    """Returns the SQL of a figure."""
    return (FIGURES / f"{figure}.sql").read_text(encoding="utf-8")


@cache
def figure_parameters(figure: str) -> frozenset[str]:
    """Returns the parameters that a figure binds."""
    code = "\n".join(line.split("--")[0] for line in figure_text(figure).splitlines())
    return frozenset(_PARAMETER.findall(code))
