"""A center of which every answer on the state of the data is given."""

from types import SimpleNamespace
from typing import Any

from metrics.changed import Changes
from metrics.coverage import Coverage
from metrics.data_health import Identity
from tests.dashboard.fake_center import FakeCenter

NOTHING = {
    "files": 0,
    "sources": 0,
    "records": 0,
    "loaded_new": 0,
    "loaded_updated": 0,
    "rejected": 0,
    "duplicates": 0,
    "removed": 0,
}


class Healthy(FakeCenter):
    """A center of which every row, word and check is given; empty unless said."""

    def __init__(self, name: str = "Ada Example", **told: Any) -> None:
        super().__init__(name)
        self.told = told

    def _rows(self, name: str) -> tuple[dict[str, Any], ...]:
        return tuple(self.told.get(name, ()))

    def sources(self) -> tuple[dict[str, Any], ...]:
        return self._rows("sources") if self.told else super().sources()

    def ledger_summary(self) -> dict[str, int]:
        return dict(NOTHING)

    def ledger(self) -> tuple[dict[str, Any], ...]:
        return self._rows("ledger")

    def checks(self) -> tuple[dict[str, Any], ...]:
        return self._rows("checks")

    def rejections(self) -> tuple[dict[str, Any], ...]:
        return self._rows("rejections")

    def rejected(self, *, of: Any = None, limit: int = 1000) -> tuple[dict[str, Any], ...]:
        return self._rows("rejected")[:limit]

    def alarms(self) -> tuple[dict[str, Any], ...]:
        return self._rows("alarms")

    def earlier_snapshots(self) -> tuple[Any, ...]:
        return tuple(self.told.get("earlier", ()))

    def metric(self, metric: str) -> Any:
        return SimpleNamespace(is_now=False) if self.told else super().metric(metric)

    def changed(self, metrics: list[str], *, from_snapshot: str, months: int) -> Changes:
        given: Changes = self.told["changes"]
        return given

    def unknown_words(self) -> tuple[dict[str, Any], ...]:
        return self._rows("words")

    def completeness(self) -> tuple[dict[str, Any], ...]:
        return self._rows("fields")

    def doubled_records(self) -> tuple[dict[str, Any], ...]:
        return self._rows("doubled")

    def quarantine(self) -> tuple[Any, ...]:
        return tuple(self.told.get("quarantine", ()))

    def identity(self) -> Identity:
        sums = {"customers": 0, "unidentified": 0, "records": 0, "joined": 0, "former_ids": 0}
        return Identity(sums=sums, joins=(), conflicts=(), conflicting=(), mailboxes=())

    def coverage(self) -> Coverage:
        return Coverage(files=0, figures=(), wanted=())
