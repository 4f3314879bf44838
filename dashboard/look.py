"""A look: what a drawing needs beside its answers: how to write numbers, how to link them, what the metrics mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from dashboard.reader import Reader
from dashboard.states import State, is_too_few, state_of
from dashboard.view import Target, View
from metrics.answer import Answer, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Handed to every drawing. specs holds the metrics by id; newest is the newest moment any source is known until."""

    title: str = ""
    question: str = ""
    reader: Reader
    view: View
    specs: Mapping[str, Any]
    newest: datetime | None = None
    panel: str = ""
    snapshot: str = ""

    def day(self, moment: datetime) -> str:
        """Returns a moment's day, "30 Oct", with its year where that is not the year of the newest data."""
        today = self.reader.local(self.newest).date() if self.newest else None
        return self.reader.near_day(self.reader.local(moment).date(), today)

    def file(self, form: str) -> str:
        """Returns the link to what this panel shows, as a file: csv or xlsx."""
        view = self.view.opened(None)
        asked = view.href(f"/panel.{form}")
        return asked + ("&" if "?" in asked else "?") + urlencode({"of_page": view.path, "of_panel": self.panel})

    def opens(
        self,
        metric: str,
        *,
        mark: Mapping[str, str] | None = None,
        where: Mapping[str, tuple[str, ...]] | None = None,
        options: Mapping[str, str] | None = None,
    ) -> str:
        """Returns the link that opens the customers behind a number."""
        target = Target(metric=metric, mark=mark or {}, where=where or {}, options=options or {})
        return self.view.opened(target).href()

    def behind(
        self,
        answer: Answer,
        mark: Mapping[str, str] | None = None,
        where: Mapping[str, tuple[str, ...]] | None = None,
        period: str | None = None,
    ) -> str:
        """Returns the link that opens the customers behind a part of an answer, asked exactly as the answer was.

        period is that of a row in time.
        """
        asked, page = answer.selection, self.view.selection
        narrowed = {name: values for name, values in asked.where.items() if page.where.get(name) != values}
        target = Target(
            metric=answer.metric,
            period=period or (asked.period if asked.period != page.period else None),
            by=asked.by,
            mark=mark or {},
            where={**narrowed, **(where or {})},
            options=asked.options,
        )
        return self.view.opened(target).href()

    def title_of(self, metric: str) -> str:
        return self.specs[metric].title if metric in self.specs else metric

    def target(self, metric: str) -> float | None:
        return self.specs[metric].target if metric in self.specs else None

    def state(self, metric: str, value: Value) -> State | None:
        spec = self.specs[metric]
        return state_of(value, target=spec.target, better=spec.better, unit=spec.unit)

    def is_too_few(self, metric: str, value: Value) -> bool:
        return is_too_few(value, self.specs[metric].unit)

    def is_too_few_of(self, value: Value, unit: str) -> bool:
        return is_too_few(value, unit)

    def lags(self, answer: Answer, hours: float = 12) -> bool:
        """Tells whether an answer is judged clearly earlier than the newest data."""
        return self.newest is not None and (self.newest - answer.as_of).total_seconds() > hours * 3600

    def story(self, customer_id: str) -> str:
        return self.view.elsewhere(f"/customers/{customer_id}")
