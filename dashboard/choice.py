"""A choice: one menu of a page. Each of its values is a link; the usual one is left out of the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.view import View
from metrics.language import SOURCE, _, later, spoken
from metrics.named import group_name
from metrics.words import event_words

SPLIT: Final = "by"
NOTHING: Final = ""
MOST_EVENTS: Final = 30
MOST_VALUES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One menu: the option's name in the address, the words before its value, and its values with their words.

    usual is the value that is left out, where it is not the first.
    values are given, or found in the workspace: "journeys", "events",
    "dimensions", "segmentations", or "values": those of the dimension that it is named as.
    nothing is what the empty value is called, of events and dimensions.
    of is the metric whose dimensions or values are offered; also names dimensions beside those, where the workspace has them.
    is_row: values stand side by side instead of in a menu.   is_more: kept with others like it in one menu of its own.
    clears names the options that lose their meaning when this one changes.
    """

    name: str
    words: str
    values: Sequence[tuple[str, str]] = ()
    found: str = ""
    of: str = ""
    usual: str = ""
    also: tuple[str, ...] = ()
    nothing: str = later("nothing")
    is_row: bool = False
    is_more: bool = False
    clears: tuple[str, ...] = ()

    def chosen(self, view: View, usual: str) -> str:
        """Returns the value that an address names, or the usual one."""
        if self.name == SPLIT:
            return next(iter(view.selection.by), NOTHING)
        return view.options.get(self.name, usual)

    def to(self, value: str, view: View, usual: str) -> str:
        """Returns the link that chooses a value."""
        if self.name == SPLIT:
            return view.selected(by=(value,) if value else ()).href()
        return view.chosen(**{self.name: None if value == usual else value, **dict.fromkeys(self.clears)}).href()


def found_values(choice: Choice, center: Any) -> list[tuple[str, str]]:
    """Returns the values of a choice as the workspace has them, the usual one first."""
    match choice.found:
        case "journeys":
            return _journeys(center)
        case "dimensions":
            every = _dimensions(center, choice.of, choice.also)
            return every if choice.usual else [(NOTHING, _(choice.nothing)), *every]
        case "events":
            names = sorted(str(row["event"]) for row in center.events()[:MOST_EVENTS])
            return [(NOTHING, _(choice.nothing)), *((name, event_words(name)) for name in names)]
        case "segmentations":
            return segmentations(center)
        case "values":
            names = center.dimension_values(choice.name, metric=choice.of)[:MOST_VALUES]
            return [(NOTHING, _(choice.nothing)), *((name, group_name(name)) for name in names)] if len(names) > 1 else []
    return [(value, _(words)) for value, words in choice.values]


def segmentations(center: Any) -> list[tuple[str, str]]:
    """Returns every segmentation with its words, the workspace's own first."""
    usual = center.settings()["segmentation"]
    named = [(str(row["segmentation"]), str(row["label"])) for row in center.dimensions() if row.get("segmentation")]
    return sorted(((name, _in_a_menu(label)) for name, label in named), key=lambda each: each[0] != usual)


def segmentation_of(center: Any, view: View) -> str:
    """Returns the segmentation that the page looks at."""
    return view.options.get("segmentation") or str(center.settings()["segmentation"])


def dimension_of(center: Any, segmentation: str) -> str:
    """Returns the dimension by which facts carry a segmentation."""
    found = [str(row["dimension_id"]) for row in center.dimensions() if row.get("segmentation") == segmentation]
    return next(iter(found), "segment")


def _in_a_menu(label: str) -> str:
    """Returns a label that ships in the language spoken, small where that language writes nouns so; others as they are declared."""
    said = _(label)
    return said[:1].lower() + said[1:] if spoken() == SOURCE else said


def _journeys(center: Any) -> list[tuple[str, str]]:
    usual = center.settings()["default_journey"]
    titles = {str(row["journey_id"]): str(row["title"]) for row in center.journeys()}
    return sorted(titles.items(), key=lambda each: (each[0] != usual, each[1]))


def _dimensions(center: Any, metric: str, also: Sequence[str]) -> list[tuple[str, str]]:
    labels: Mapping[str, str] = {str(row["dimension_id"]): str(row["label"]) for row in center.dimensions()}
    names = dict.fromkeys([*center.metric(metric).split_by, *also])
    return [(name, _in_a_menu(labels[name])) for name in names if name in labels]
