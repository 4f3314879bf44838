"""When an alert is met, against each condition written out again in plain Python on invented rows."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import sqrt
from pathlib import Path
from random import Random
from statistics import NormalDist
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import CommandCenter
from metrics.alerts import Looked, judged, look_at, over_the_year
from metrics.answer import Value
from metrics.catalog import SHIPPED, load_catalog
from metrics.errors import QuestionError
from metrics.intervals import wilson
from metrics.period import utc_text
from queries.alert import Alert
from queries.errors import DeclarationError, DeclarationErrors
from tests.metrics.made import AS_OF, made_center, person

Z = NormalDist().inv_cdf(0.975)
NOW = datetime(2026, 10, 31, 8)
CATALOG = load_catalog([SHIPPED])


def limits(kept: int, n: int) -> tuple[float, float, float]:
    """A share with Wilson's limits."""
    share = kept / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def oracle(months: list[tuple[int, int]], *, aim: float | None, in_a_row: int, higher: bool) -> bool | None:
    """Whether the last months meet it; with an aim: clear of it on the bad side; without: each clearly worse than the one before."""
    needed = months[-(in_a_row if aim is not None else in_a_row + 1) :]
    if any(n < 20 for _, n in needed):
        return None
    met = []
    for number, (kept, n) in enumerate(needed):
        share, low, high = limits(kept, n)
        if aim is not None:
            met.append(high < aim if higher else low > aim)
        elif number:
            then, then_low, then_high = limits(*needed[number - 1])
            fall, up = share - then, sqrt((high - share) ** 2 + (then - then_low) ** 2)
            down = sqrt((share - low) ** 2 + (then_high - then) ** 2)
            met.append(fall + up < 0 if higher else fall - down > 0)
    return all(met)


def an_alert(condition: str, **more: Any) -> Alert:
    told: dict[str, Any] = {"metric": "commitments_kept"} if condition in ("off target", "worse") else {}
    return Alert(name="one", title="One", condition=condition, owner="service", to=("desk",), **{**told, **more})


def a_value(kept: int, n: int) -> Value:
    low, high = wilson(kept, n) or (None, None)
    return Value(value=kept / n if n else None, n=n, customers=n, low=low, high=high)


@settings(max_examples=300)
@given(seed=st.integers(0, 10**9))
def test_off_target_and_worse_are_met_when_the_formulas_say(seed: int) -> None:
    chance = Random(seed)
    metric = CATALOG[chance.choice(["replied_in_time", "reopened"])]
    rate, step, size = chance.uniform(0.05, 0.98), chance.choice([0, 0, -0.2, -0.1, 0.1, 0.2]), chance.choice([19, 60, 400])
    months = []
    for number in range(4):
        n = size + chance.randrange(5)
        months.append((sum(chance.random() < min(1, max(0, rate + step * number)) for _ in range(n)), n))
    in_a_row, aim = chance.choice([1, 1, 2, 3]), chance.choice([None, chance.uniform(0.05, 0.98)])
    alert = an_alert("worse" if aim is None else "off target", metric=metric.metric_id, in_a_row=in_a_row, target=aim)
    wanted = oracle(months, aim=aim, in_a_row=in_a_row, higher=metric.better == "higher")
    assert judged(alert, metric, [a_value(*month) for month in months]) is wanted


def a_promise(number: int, day: date, *, was_kept: bool, region: str = "North") -> dict[str, Any]:
    told = {"promise": "installation", "subject_kind": "commitment", "is_decided": True, "was_kept": was_kept, "region": region}
    moment = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
    return person(f"C{number}", **{**told, "clock_id": f"K{number}", "decided_at": moment})


def year_of_promises(chance: Random) -> list[dict[str, Any]]:
    """Thirteen months in which a share is kept that wanders; some months have hardly any."""
    rows, rate = [], chance.uniform(0.5, 0.95)
    for number in range(14):
        month = date(2025 + (8 + number) // 12, (8 + number) % 12 + 1, 1)
        rate = min(0.99, max(0.3, rate + chance.choice([-0.25, -0.1, 0, 0, 0.1, 0.25])))
        for region in ("North", "South"):
            for _ in range(chance.choice([10, 40, 80])):
                day = month + timedelta(days=chance.randrange(28))
                rows.append(a_promise(len(rows), day, was_kept=chance.random() < rate, region=region))
    return rows


def months_of(rows: list[dict[str, Any]], region: str) -> dict[str, tuple[int, int]]:
    """By month how many were kept of how many; a stretch of 28 days never meets the edge of a month on the wall."""
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        if row["region"] == region:
            month = row["decided_at"].strftime("%Y-%m")
            kept, n = found.get(month, (0, 0))
            found[month] = (kept + row["was_kept"], n + 1)
    return found


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6))
def test_the_last_whole_month_and_the_year_before_it_are_what_a_count_row_by_row_says(seed: int) -> None:
    chance = Random(seed)
    rows, in_a_row = year_of_promises(chance), chance.choice([1, 2])
    condition, aim = chance.choice([("off target", 0.8), ("worse", None)])
    alert = an_alert(condition, where={"region": ("North",)}, in_a_row=in_a_row, target=aim)
    with TemporaryDirectory() as place:
        center = made_center(Path(place), {"fct_promise": rows})
        last, year = look_at(alert, center, now=NOW), over_the_year(alert, center, now=NOW)
        center.close()
    months = months_of(rows, "North")
    names = sorted(month for month in months if month < "2026-10")  # October is not over
    wanted = {}
    for end in range(1, len(names) + 1):
        needed = in_a_row if aim is not None else in_a_row + 1
        if end >= needed:
            wanted[names[end - 1]] = oracle([months[name] for name in names[:end]], aim=aim, in_a_row=in_a_row, higher=True)
    assert {one.at: one.is_met for one in year} == {name: wanted.get(name) for name in names[-12:]}
    assert (last.at, last.is_met) == ("2026-09", wanted["2026-09"])


def monthly(folder: Path, kept: Mapping[int, int], n: int = 100) -> CommandCenter:
    rows = [a_promise(1000 * month + i, date(2026, month, 10), was_kept=i < kept[month]) for month in kept for i in range(n)]
    return made_center(folder, {"fct_promise": rows})


def test_the_sentence_says_what_was_seen(tmp_path: Path) -> None:
    center = monthly(tmp_path, {8: 95, 9: 60, 10: 0})
    told = look_at(an_alert("off target", target=0.9), center, now=NOW)
    assert told.sentence.endswith("60.0 % of 100 in September 2026, between 50.2 % and 69.1 %. The aim is 90.0 %.")
    assert (told.is_met, dict(told.mark)) == (True, {"part": "no"})
    told = look_at(an_alert("worse"), center, now=NOW)
    assert told.sentence.endswith("60.0 % of 100 in September 2026, clearly worse than the 95.0 % in August 2026.")
    told = look_at(an_alert("worse", in_a_row=2), center, now=NOW)
    assert (told.is_met, told.sentence.endswith("too few to say.")) == (None, True)


def test_of_too_few_no_number_is_told(tmp_path: Path) -> None:
    center = monthly(tmp_path, {8: 4, 9: 0}, n=4)
    told = look_at(an_alert("off target", target=0.9), center, now=NOW)
    assert told.is_met is None
    assert told.sentence.endswith("in September 2026: too few to say.")


@pytest.mark.parametrize(("running", "customers", "least"), [(0, 1, 1), (3, 3, 1), (3, 3, 4), (12, 6, 12), (12, 6, 13)])
def test_what_is_about_to_break_is_counted_and_few_customers_are_not(
    tmp_path: Path, running: int, customers: int, least: int
) -> None:
    rows = [
        person(f"C{i % customers}", clock_id=f"K{i}", promise="first_reply", subject_kind="case", is_running=True, state="at_risk",
               is_decided=False, due_at=AS_OF + timedelta(minutes=10), started_at=AS_OF, remaining_seconds=600)
        for i in range(running)
    ]  # fmt: skip
    alert = an_alert("about to break", metric="promises_at_risk", at_least=least)
    told = look_at(alert, made_center(tmp_path, {"fct_promise": rows}), now=NOW)
    assert told.is_met is (running >= least)
    if running and customers < 5:
        assert told.sentence.partition(": ")[2] == (
            f"{least} or more, of a few customers." if told.is_met else f"fewer than {least}."
        )
    else:
        assert f": {running}, of " in told.sentence
    with pytest.raises(QuestionError, match="cannot be told: kept is how each promise ended"):
        over_the_year(alert, made_center(tmp_path / "again", {}), now=NOW)


class Loaded:
    """A center of loads alone: source, hours before NOW, alarms raised then."""

    def __init__(self, loads: list[tuple[str, float, list[str]]], interval: int | None = None) -> None:
        self.loads, self.interval = loads, interval

    def sources(self) -> list[dict[str, Any]]:
        names = sorted({source for source, _, _ in self.loads})
        last = {name: max(self.at(hours) for source, hours, _ in self.loads if source == name) for name in names}
        return [
            {"source": name, "title": name.upper(), "loaded_at": last[name], "is_finished": name == "old",
             "interval_seconds": self.interval}
            for name in names
        ]  # fmt: skip

    def ledger(self) -> list[dict[str, Any]]:
        return [
            {"source": source, "source_format": "csv", "loaded_at": self.at(hours), "is_primary": True}
            for source, hours, _ in self.loads
        ]

    def alarms(self, *, now: datetime) -> list[dict[str, Any]]:
        last = {row["source"]: row["loaded_at"] for row in self.sources()}
        return [
            {"alarm": alarm, "source": source, "source_format": "csv", "loaded_at": self.at(hours), "rows": 3,
             "is_newest": last[source] == self.at(hours), "sentence": "ada.csv: odd"}
            for source, hours, alarms in self.loads
            for alarm in alarms
        ]  # fmt: skip

    def settings(self) -> dict[str, str]:
        return {"zone": "Europe/Berlin"}

    @staticmethod
    def at(hours: float) -> datetime:
        return NOW - timedelta(hours=hours)


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_late_data_and_alarms_are_what_the_loads_say_now_and_over_the_year(seed: int) -> None:
    chance = Random(seed)
    kinds = ["fewer rows", "unknown words", "gone"]
    loads = [
        (chance.choice(["crm", "desk", "old"]), chance.randrange(24 * 400), chance.sample(kinds, chance.choice([0, 0, 1, 2])))
        for _ in range(chance.randrange(1, 12))
    ]
    center, after = Loaded(loads), chance.choice([1, 30, 200]) * 86_400
    stale = an_alert("stale", after=after)
    chosen = tuple(chance.sample(kinds, chance.choice([0, 1])))
    odd = an_alert("ledger alarm", alarms=chosen)

    def is_late(moment: datetime) -> bool | None:
        last = [
            max((Loaded.at(hours) for source, hours, _ in loads if source == name and Loaded.at(hours) <= moment), default=None)
            for name in ("crm", "desk")
        ]
        begun = [at for at in last if at is not None]
        return any((moment - at).total_seconds() > after for at in begun) if begun else None

    def is_odd(moment: datetime) -> bool:
        found = []
        for name in ("crm", "desk", "old"):
            before = [
                (Loaded.at(hours), alarms) for source, hours, alarms in loads if source == name and Loaded.at(hours) <= moment
            ]
            newest = max((at for at, _ in before), default=None)
            found += [alarm for at, alarms in before if at == newest for alarm in alarms]
        return any(not chosen or alarm in chosen for alarm in found)

    def told(looks: list[Looked]) -> dict[str, bool | None]:
        return {one.at: one.is_met for one in looks}

    assert look_at(stale, center, now=NOW).is_met is is_late(NOW)
    days = [NOW - timedelta(days=number) for number in range(366)]
    assert told(over_the_year(stale, center, now=NOW)) == {
        utc_text(day): is_late(day) for day in days if is_late(day) is not None
    }
    assert look_at(odd, center, now=NOW).is_met is is_odd(NOW)
    moments = {Loaded.at(hours) for _, hours, _ in loads if hours <= 24 * 365}
    assert told(over_the_year(odd, center, now=NOW)) == {utc_text(at): is_odd(at) for at in moments}


def test_a_source_is_late_after_twice_its_interval_and_a_finished_one_never() -> None:
    center = Loaded([("crm", 57, []), ("old", 900, [])], interval=86_400)  # at 23:00 UTC, which is the next day in Berlin
    told = look_at(an_alert("stale"), center, now=NOW)
    assert (told.is_met, told.sentence) == (True, "No new export came in time: CRM, last on 29 October 2026.")
    assert look_at(an_alert("stale"), center, now=NOW - timedelta(hours=9)).is_met is False
    assert look_at(an_alert("stale"), Loaded([("crm", 49, [])]), now=NOW).is_met is None
    with pytest.raises(DeclarationError, match='"crmm" is no source'):
        look_at(an_alert("stale", sources=("crmm",)), center, now=NOW)


def test_an_alarm_names_its_source_and_never_a_file() -> None:
    told = look_at(an_alert("ledger alarm"), Loaded([("crm", 3, ["fewer rows"]), ("desk", 2, ["gone"])]), now=NOW)
    assert told.sentence == "2 alarms of the newest exports: crm: fewer rows; desk: no longer there."


def test_what_an_alert_cannot_be_judged_of_is_told_by_the_check(tmp_path: Path) -> None:
    center = made_center(tmp_path, {"fct_promise": [a_promise(1, date(2026, 9, 10), was_kept=True)]})
    folder = tmp_path / "alerts"
    folder.mkdir(exist_ok=True)
    head = 'title = "One"\nowner = "service"\nto = ["desk"]\n'
    for name, text in {
        "a": 'condition = "worse"\nmetric = "commitments_keptt"\n',
        "b": 'condition = "worse"\nmetric = "open_cases"\n',
        "c": 'condition = "off target"\nmetric = "reopened"\n',
        "d": 'condition = "about to break"\nmetric = "replied_in_time"\n',
        "e": 'condition = "off target"\nmetric = "commitments_kept"\nwhere = { colour = ["red"] }\n',
        "f": 'condition = "stale"\nsources = ["crm"]\n',
        "g": 'condition = "worse"\nmetric = "commitments_kept"\noptions = { series = "3" }\n',
    }.items():
        (folder / f"{name}.toml").write_text(head + text, encoding="utf-8")
    with pytest.raises(DeclarationErrors) as caught:
        center.check_declared()
    told = str(caught.value)
    for part in (
        'alerts/a.toml: "commitments_keptt" is not a metric. Did you mean "commitments_kept"?',
        'alerts/b.toml: "open_cases" is neither a share nor a score',
        'alerts/c.toml: "reopened" has no target',
        'alerts/d.toml: "replied_in_time" does not count what is so now',
        'alerts/e.toml: "colour" is not a dimension',
        'alerts/f.toml: "crm" is no source',
        "alerts/g.toml: series is chosen by period and in_a_row",
    ):
        assert part in told
