"""How a funnel is counted: from which moments, in what time, over which stages, and where a split's value is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from metrics.errors import QuestionError, UnknownName
from metrics.options import duration_text
from metrics.question import Question
from metrics.selection import Period
from metrics.stages import in_time, period_of

MODES: Final = ("reached", "ordered", "strict", "any")
ANCHORS: Final = ("first", "latest")
ATTRIBUTIONS: Final = ("entry", "first", "last", "step")
STATES: Final = ("set aside", "known", "left", "open")  # by the figures' state_no
COUNT: Final = "funnel_count"  # the figure that counts people and does not look at how long they took
NEVER: Final = 2**62  # more seconds than anything takes
LONGEST: Final = 36_500 * 86_400  # the longest window, in seconds
TOUCHED: Final = ("channel", "segment", "region", "customer_kind", "event", "source")  # what every stage's own event tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What a funnel is counted over: the entrants' time, the window, the stages, and the pieces of time it is shown in.

    starts_at, ends_at: of the entry.   step_no: of the stage at whose event a split's value is read, when attribution is "step".
    touched: the column of that event, when it is not read at the entry.   parts: of the period asked; none: it is not cut.
    times: whether it is told how long the steps took.
    """

    mode: str
    anchor: str
    attribution: str
    step_no: int
    touched: str
    period_of: str
    starts_at: datetime
    ends_at: datetime
    window: int
    stages: tuple[Mapping[str, Any], ...]
    parts: tuple[Period, ...]
    times: bool

    @property
    def back(self) -> timedelta:
        """How long before the asked period people entered, when it is the period in which their time ended."""
        return timedelta(seconds=self.window if self.period_of == "window_end" else 0)

    @property
    def last(self) -> int:
        """The number of the last stage."""
        return len(self.stages)

    def figure(self, question: Question, name: str) -> str:
        """Returns a figure's name with the steps that stand for others in this way; see queries.figure."""
        is_told = self.attribution != "entry" or bool(self.parts)
        is_lean = name == COUNT and not is_told
        others = {
            "funnel_seen as funnel_anchor": is_lean,
            "funnel_bars as funnel_anchor": not is_lean and self.mode == "any",
            "funnel_furthest as funnel_person": is_lean and self.anchor == "latest",
            "funnel_latest as funnel_person": not is_lean and self.anchor == "latest",
            "funnel_told as funnel_place": is_told,
            "funnel_largest as funnel_group": name != COUNT and bool(question.split),
        }
        chosen = ", ".join(one for one, is_needed in others.items() if is_needed)
        return f"{name} with {chosen}" if chosen else name

    def parameters(self, question: Question) -> dict[str, Any]:
        """The way as parameters of a figure."""
        return {
            "starts_at": self.starts_at, "ends_at": self.ends_at, "as_of": question.as_of,
            "over_at": question.as_of - timedelta(seconds=self.window), "window_seconds": self.window,
            "stages": self.last, "mode": self.mode, "anchor": self.anchor, "attribution": self.attribution,
            "step_no": self.step_no, "touched": self.touched, "never": NEVER,
            "is_split": bool(question.split), "names": [part.text for part in self.parts],
            "starts": [part.starts_at - self.back for part in self.parts],
        }  # fmt: skip

    def level(self, seen: int) -> int:
        """Returns how far somebody got who was seen in a set of stages, one bit each."""
        return max(1, seen.bit_count() if self.mode == "any" else seen.bit_length())


def way_of(question: Question, options: Any) -> Way:
    """Returns how a question's funnel is counted; raises QuestionError for what cannot be combined."""
    period, stages = period_of(question), tuple(question.stages())
    window = window_of(stages, options.window)
    attribution, step_no = _attribution(options.attribution, stages)
    back = timedelta(seconds=window if options.period_of == "window_end" else 0)
    return Way(
        mode=options.mode,
        anchor=options.anchor,
        attribution=attribution,
        step_no=step_no,
        touched=_touched(question, attribution),
        period_of=options.period_of,
        starts_at=period.starts_at - (back if period.text != "all" else timedelta()),
        ends_at=period.ends_at - back,
        window=window,
        stages=stages,
        parts=in_time(question, 0, options.grain),
        times=options.times,
    )


def window_of(stages: Sequence[Mapping[str, Any]], asked: int) -> int:
    """Returns the seconds of the window asked for, else of the journey's; raises QuestionError when they are too many."""
    window = asked or int(stages[0]["window_seconds"])
    if window > LONGEST:
        raise QuestionError(
            f"a window of {duration_text(window)} is longer than a journey can be", instead="Write at most 36500 days"
        )
    return window


def _attribution(text: str, stages: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    kind, _, step = text.partition(":")
    if kind not in ATTRIBUTIONS or (kind == "step") != bool(step):
        raise UnknownName(
            f'attribution = "{text}" is not one of its values', name=text, known=("entry", "first", "last", "step:2")
        )
    if kind != "step":
        return kind, 0
    known = {name: int(row["stage_no"]) for row in stages for name in (row["stage_id"], str(row["stage_no"]))}
    if step not in known:
        raise UnknownName(f'"{step}" in attribution = "{text}" is not a stage', name=step, known=known)
    return kind, known[step]


def _touched(question: Question, attribution: str) -> str:
    if attribution == "entry":
        return ""
    if not question.split:
        raise QuestionError(
            f"attribution says where a split's value is read ({attribution}), and nothing is split", instead="Add --by channel"
        )
    if question.split[0] not in TOUCHED:
        raise QuestionError(
            f"{question.selection.by[0]} is read at the entry only: the later events do not tell it",
            instead=f"Leave attribution out, or split by {', '.join(TOUCHED[:-1])} or {TOUCHED[-1]}",
        )
    return question.split[0]
