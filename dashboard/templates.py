"""Templates: everything drawn goes through one environment that escapes by itself and refuses unknown names."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dashboard.access.who import Role, is_offered
from metrics import language

FOLDER = Path(__file__).parent / "templates"
MEASURED = re.compile(r"[−-]?\d[\d.,]* (?:%|h\b|min\b|days?\b|points\b|Tagen?\b|Punkten?\b)")
PARTS = re.compile(r"[_.-]+(?=\w)")


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"_": told, "_n": told_of, "is_offered": lambda role: is_offered(Role(role))}
    made.filters["sentence"] = sentence
    made.filters["parted"] = parted
    return made


def told(text: str, /, **fields: Any) -> Markup:
    """Returns a text of a template in the language spoken; what is filled into it is escaped unless it is Markup of ours."""
    said = escape(language._(text))
    return said.format(**fields) if fields else said


def told_of(one: str, many: str, count: float, /, **fields: Any) -> Markup:
    """Returns the text for so many."""
    said = escape(language._n(one, many, count))
    return said.format(**fields) if fields else said


def sentence(text: str) -> Markup:
    """Returns a text's HTML in which a number and its unit stay on one line: "90.6 %", "4.8 h"."""
    return Markup(MEASURED.sub(r'<span class="whole-number">\g<0></span>', str(escape(text))))  # escaped before


def parted(text: Any) -> Markup:
    """Returns the HTML of a file's name that breaks, where it must, between its words: "web_|interactions.|csv"."""
    return Markup(PARTS.sub(r"\g<0><wbr>", str(escape(text))))  # escaped before


def render(template: str, **values: Any) -> Markup:
    """Returns a template's HTML; every value is escaped unless it is Markup of ours."""
    return Markup(environment().get_template(template).render(**values))  # the environment has escaped it
