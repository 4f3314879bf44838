"""The head of a page: its name, its question, and the menus in which every choice is a link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.choice import Choice, found_values
from dashboard.look import Look
from dashboard.page import Page, Pages
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Menus:
    """A page and the values that each of its choices has here."""

    page: Page
    values: Mapping[str, Sequence[tuple[str, str]]]


def fetch(center: Any, view: View) -> Menus:
    page = Pages.found().at(view.path)
    assert page is not None
    return Menus(page=page, values={choice.name: found_values(choice, center) for choice in page.choices})


def draw(menus: Menus, look: Look) -> Markup:
    shown = [choice for choice in menus.page.choices if menus.values[choice.name]]
    made = [(choice, _menu(choice, menus.values[choice.name], look.view)) for choice in shown]
    more = [menu for choice, menu in made if choice.is_more]
    return render(
        "chooser.html",
        title=_(menus.page.title),
        question=_(menus.page.question),
        menus=[menu for choice, menu in made if not choice.is_more],
        more=more,
        parts=[{"anchor": part.anchor, "begins": _(part.begins)} for part in menus.page.parts],
        changed=sum(menu["is_changed"] for menu in more),
    )


def _menu(choice: Choice, values: Sequence[tuple[str, str]], view: View) -> dict[str, Any]:
    usual = choice.usual or values[0][0]
    chosen = choice.chosen(view, usual)
    return {
        "key": choice.name,
        "words": _(choice.words),
        "is_row": choice.is_row,
        "is_changed": chosen != usual,
        "value": dict(values).get(chosen, chosen),
        "choices": [
            {"words": words, "href": choice.to(value, view, usual), "is_chosen": value == chosen} for value, words in values
        ],
    }
