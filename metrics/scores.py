"""What is foretold of single customers: in bands, never without how well it came true before, and as a list of the people.

Shared by the figures that score customers one by one. A band is known by the least chance that belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from metrics import notices
from metrics.answer import People, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.summary import person_row
from metrics.language import _, _n
from metrics.models.calibration import Bin
from metrics.question import Page, Question

Array = NDArray[np.float64]
Bands = Mapping[str, float]
T = TypeVar("T")

ALL: Final = "all"
OTHER: Final = "other"
UNKNOWN: Final = "unknown"
EVENTS_PER_PARAMETER: Final = 10  # Peduzzi et al., Journal of Clinical Epidemiology 49 (1996): fewer make a model overconfident


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The selected customers, in the order of their ids: their group of the split, whether we know who they are, their chance.

    worth: what a list is ordered by.
    """

    ids: NDArray[Any]
    groups: NDArray[Any]
    is_identified: NDArray[np.bool_]
    chances: Array
    worth: Array

    def __len__(self) -> int:
        return len(self.ids)


def days_of(seconds: int) -> int:
    """Returns a length of time ahead in whole days, a week to a year; raises QuestionError."""
    days = seconds // 86_400
    if seconds % 86_400 or not 7 <= days <= 365:
        raise QuestionError("ahead takes whole days, from 7 to 365", instead='Write "90 days"')
    return days


def band_of(chances: Array, bands: Bands) -> NDArray[Any]:
    """Returns the band of each chance: the first, from the highest down, whose least chance it reaches."""
    found = np.full(len(chances), "", dtype=object)
    for band, least in bands.items():
        found[(found == "") & (chances >= least)] = band
    return found


def in_band(scored: Scored, bands: Bands, band: str) -> NDArray[np.bool_]:
    """Returns who is in a band; everybody is in "all". Raises UnknownName."""
    if band == ALL:
        return np.ones(len(scored), dtype=np.bool_)
    if band not in bands:
        raise UnknownName(f'"{band}" is not a band', name=band, known=(ALL, *bands))
    return np.asarray(band_of(scored.chances, bands) == band)


def groups_of(question: Question, scored: Scored) -> list[tuple[dict[str, str], NDArray[np.bool_]]]:
    """Returns the groups of the split, the largest first, each with its place and who is in it; without a split one of all.

    Those beyond the most that the dimension shows are one group, "other"; unknown stays apart.
    """
    if not question.split:
        return [({}, np.ones(len(scored), dtype=np.bool_))]
    dimension = question.selection.by[0]
    ranked = _ranked(scored.groups)
    apart = [*ranked[: question.most_values[dimension]], *([UNKNOWN] if UNKNOWN in scored.groups else [])]
    groups = [({dimension: name}, np.asarray(scored.groups == name)) for name in apart if name != OTHER]
    rest = ~np.isin(scored.groups.astype(str), [name for name in apart if name != OTHER])
    return [*groups, *([({dimension: OTHER}, rest)] if rest.any() else [])]


def marked(question: Question, figure: str, mark: Mapping[str, str]) -> Question:
    """Returns the question narrowed to the group that a mark names; figure: the one that tells the groups of its customers."""
    for dimension, value in mark.items():
        if dimension != "band":
            question = question.filtered(dimension, _values(question, figure, dimension, value))
    return question


def _values(question: Question, figure: str, dimension: str, value: str) -> Sequence[str]:
    if value != OTHER or dimension != (question.selection.by or ("",))[0]:
        return [value]
    found = question.reading.columns(figure, question.metric.view, question.where, (question.dimensions[dimension],))
    hidden = _ranked(found["split_1"])[question.most_values[dimension] :]
    return [*hidden, *([OTHER] if OTHER in found["split_1"] else [])]


def _ranked(groups: NDArray[Any]) -> list[str]:
    """Returns the names of the groups, the largest first, without unknown."""
    names, sizes = np.unique(groups.astype(str), return_counts=True)
    return [str(name) for _, name in sorted(zip((-sizes).tolist(), names, strict=True)) if name != UNKNOWN]


def told_bins(found: Sequence[Bin]) -> list[dict[str, Any]]:
    """Returns a calibration as an answer tells it: foretold beside what came true, with n and its 95 % interval."""
    return [
        {
            "low": one.low, "high": one.high, "predicted": one.predicted, "observed": one.observed,
            "n": one.n, "customers": one.customers, "interval": [one.least, one.most],
        }
        for one in found
    ]  # fmt: skip


def shown(told: T) -> T:
    """Returns what is foretold with six digits, of every number in it: further ones depend on the machine that fitted the model."""
    return cast(T, _with_six_digits(told))


def _with_six_digits(told: Any) -> Any:
    if isinstance(told, float):
        return float(f"{told:.6g}")
    if isinstance(told, Value):
        return replace(told, **{name: _with_six_digits(getattr(told, name)) for name in ("value", "low", "high")})
    if isinstance(told, Mapping):
        return {name: _with_six_digits(value) for name, value in told.items()}
    return [_with_six_digits(value) for value in told] if isinstance(told, list) else told


def held_words(found: Sequence[Bin]) -> str:
    """Says in how many groups of a calibration the chance foretold lies within the interval of what came true.

    Of ten groups one or two lie outside by chance alone; three or more do in one case of a hundred.
    """
    held = sum(one.least <= one.predicted <= one.most for one in found)
    advice = "" if len(found) - held <= 2 else _(": read the chances as an order, not to the point")
    return _("Of {whole} groups by chance, {n} came true within their interval{advice}.", whole=len(found), n=held, advice=advice)


def objectors(question: Question) -> tuple[str, ...]:
    """Says how many of the selected customers object to profiling: nothing is foretold of them, and nothing learnt from them."""
    left_out = question.run("objections")[0]["accounts"]
    if not left_out:
        return ()
    return (
        _n(
            "{n} customer objects to profiling and is left out.",
            "{n} customers object to profiling and are left out.",
            left_out,
            n=question.words.count(left_out),
        ),
    )


def people(
    question: Question,
    scored: Scored,
    bands: Bands,
    mark: Mapping[str, str],
    page: Page,
    told_of: Callable[[int], Mapping[str, Any]],
    is_told: bool,
) -> People:
    """Lists the customers of a band, the greatest worth first; told_of says more of one, by their place in `scored`.

    What is `foretold` in words is told behind why the customer is in the list at all. Where nothing is foretold nobody is in a band.
    """
    band = mark.get("band", ALL)
    members = in_band(scored, bands, band)
    chosen = np.flatnonzero(members & (is_told or band == ALL))
    ranked = chosen[np.lexsort((chosen, -scored.worth[chosen]))]
    listed = [int(place) for place in ranked[page.skipped : page.skipped + page.most]]
    found = question.run("scored_people", ids=[str(scored.ids[place]) for place in listed], shown=question.shown())
    rows = {row["customer_id"]: person_row(row) for row in found}
    return question.people(
        unit=question.metric.noun,
        one=question.metric.one,
        count=len(chosen),
        customers=int(scored.is_identified[chosen].sum()),
        rows=[_with_reason(rows[scored.ids[place]], shown(told_of(place))) for place in listed],
        mark=mark,
        notices=(*notices.of_time(question), *objectors(question)),
    )


def _with_reason(row: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    because = f"{row['because']}: {told['foretold']}" if told.get("foretold") else row["because"]
    return {**row, **told, "because": because}
