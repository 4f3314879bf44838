"""How tall each panel was when it was last measured: what stands in its place while it loads takes as much room, so that nothing jumps.

Measured over the sample company by `python -m tools.skeletons ADDRESS`. A browser that has seen a page itself knows better, and remembers.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

MEASURED = Path(__file__).with_name("skeletons.json")
WIDTHS = {"wide": 1920, "laptop": 1280, "phone": 390}


def style_of(page: str, panel: str) -> dict[str, str]:
    """Returns the heights of a panel of the page with this path, as properties for the style sheet; empty of one never measured."""
    return {f"--{width}": f"{tall}px" for width, tall in _measured().get(page, {}).get(panel, {}).items()}


@cache
def _measured() -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    if not MEASURED.exists():
        return {}
    told: Mapping[str, Mapping[str, Mapping[str, int]]] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return told
