"""Templates: everything drawn goes through one environment that escapes by itself and refuses unknown names."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: Any) -> Markup:
    """Returns a template's HTML; every value is escaped unless it is Markup of ours."""
    return Markup(environment().get_template(template).render(**values))  # the environment has escaped it
