"""Calendars with holidays, part days, dates and versions, against an oracle that looks at a clock on the wall once a minute."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from queries.calendar import Calendar, calendar_tables
from queries.calendar_file import load_calendars
from tests.metrics.oracles.built import EXAMPLES
from tests.metrics.oracles.calendar_oracle import PUBLIC_HOLIDAYS, WEEKDAYS, Pairs, Told, Walk, as_file, open_minutes

CHANGES = (  # where the clocks change, and on which day; and whose holidays are kept there
    ("Europe/Berlin", date(2026, 3, 29), ("DE", "BY")),
    ("Europe/Berlin", date(2026, 10, 25), ("DE", "BY")),
    ("America/New_York", date(2026, 3, 8), ("US", "NY")),
    ("America/New_York", date(2026, 11, 1), ("US", "NY")),
    ("America/Sao_Paulo", date(2018, 11, 4), ("BR", "SP")),  # at midnight the clock is put to one
    ("America/Sao_Paulo", date(2019, 2, 17), ("BR", "SP")),  # at midnight the clock is put back to eleven
    ("Australia/Lord_Howe", date(2026, 4, 5), ("AU", "NSW")),  # by half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4), ("AU", "NSW")),
)
BEFORE, AFTER = 4, 17
NEAR_THE_CHANGE = [0, 15, 30, 60, 75, 90, 105, 120, 150, 180, 210, 1380, 1410, 1440]
MINUTES = st.one_of(st.sampled_from(NEAR_THE_CHANGE), st.sampled_from(range(0, 1441, 45)))


@dataclass(frozen=True, repr=False)
class Drawn:
    """A calendar, what its file says, and its open minutes walked through; `first` is the day before which nothing is asked."""

    calendar: Calendar
    told: Told
    zone: str
    place: tuple[str, str]
    text: str
    first: date
    last: date
    walk: Walk
    walks: tuple[Walk, ...]

    def __repr__(self) -> str:
        return self.text

    @property
    def start(self) -> int:
        """The first second of interest."""
        return seconds_of(self.first)


@st.composite
def hours(draw: st.DrawFn) -> Pairs:
    """Hours of one day in minutes: none, one or two windows, the last perhaps past midnight."""
    edges = sorted(draw(st.lists(MINUTES, max_size=4, unique=True)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    if pairs and draw(st.booleans()) and pairs[0][0] > 0:
        pairs[-1] = (pairs[-1][0], 1440 + draw(st.integers(0, pairs[0][0] - 1)))
    return pairs


@st.composite
def tolds(draw: st.DrawFn, change: date, place: tuple[str, str]) -> Told:
    """What a calendar's file, or a version of it, says: a week, dates near the change, holidays worked, kept and in part."""
    near = st.integers(-BEFORE, AFTER).map(lambda days: change + timedelta(days=days))
    week = {day: draw(hours()) for day in WEEKDAYS}
    week["wednesday"] = week["wednesday"] or [(480, 1080)]
    names = st.sampled_from(sorted(set(PUBLIC_HOLIDAYS[place].values())))
    part_days = draw(st.dictionaries(names, hours(), max_size=1))
    return Told(
        week=week,
        days=draw(st.dictionaries(near, hours(), max_size=2)),
        place=draw(st.sampled_from([None, place, place, place])),
        worked=frozenset(draw(st.lists(names, max_size=1))) - part_days.keys(),
        kept=frozenset(draw(st.lists(near, max_size=2))),
        part_days=part_days,
    )


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """A calendar around a change of the clocks, perhaps with a second version of it."""
    zone, change, place = draw(st.sampled_from(CHANGES))
    told = draw(tolds(change, place))
    later = draw(st.none() | tolds(change, place))
    from_on = change + timedelta(days=draw(st.integers(-2, 8)))
    if later and (told.days and not later.days):
        later = replace(later, days=told.days)  # what a version leaves out stays as it was
    if later and told.place and not later.place:
        later = replace(later, place=told.place, worked=told.worked, kept=told.kept, part_days=told.part_days)
    first, last = change - timedelta(days=BEFORE), change + timedelta(days=AFTER)
    text = as_file(told, zone, later, from_on)
    versions = [open_minutes(one, zone, first - timedelta(days=2), last + timedelta(days=2)) for one in (told, later) if one]
    minutes, known = versions[0], (seconds_of(first) // 60, seconds_of(last) // 60)
    if later:
        midnight = open_minutes(Told(week={}, days={from_on: [(0, 1)]}), zone, from_on, from_on)
        changes_at = min(midnight)
        minutes = frozenset(
            {*(one for one in versions[0] if one < changes_at), *(one for one in versions[1] if one >= changes_at)}
        )
    walks = tuple(Walk.over(one, *known) for one in versions)
    return Drawn(loaded(text), told, zone, place, text, first, last, Walk.over(minutes, *known), walks)


@settings(max_examples=EXAMPLES)
@given(drawn(), st.integers(0, 6 * 86_400), st.integers(0, 9 * 86_400), st.integers(1, 60_000))
def test_a_calendar_counts_and_adds_as_a_clock_on_the_wall_shows(one: Drawn, after: int, lasting: int, target: int) -> None:
    start = one.start + after
    found = one.calendar.open_seconds(instant(start), instant(start + lasting))
    assert found == one.walk.between(start, start + lasting)
    middle = start + lasting // 3
    parts = [(start, middle), (middle, start + lasting)]
    assert found == sum(one.calendar.open_seconds(instant(begins), instant(ends)) for begins, ends in parts)
    between = one.calendar.windows_between(instant(start), instant(start + lasting))
    assert found == sum(window.closes_at - window.opens_at for window in between)
    due = one.walk.after(start, target)
    assume(due is not None and due < seconds_of(one.last) - 86_400)
    assert one.calendar.add(instant(start), target) == instant(due or 0)
    assert one.calendar.open_seconds(instant(start), instant(due or 0)) == target


@settings(max_examples=EXAMPLES // 2)
@given(drawn(), st.data())
def test_the_tables_of_every_version_count_on_and_back(one: Drawn, data: st.DataObject) -> None:
    last = one.last - timedelta(days=1)
    tables = calendar_tables({"drawn": one.calendar}, one.first, last)
    for version, walk in zip(one.calendar.versions, one.walks, strict=True):
        name = version.calendar.calendar
        steps = [row[1:] for row in tables["open_step"] if row[0] == name]
        buckets = [row[1:] for row in tables["open_bucket"] if row[0] == name]
        for second in data.draw(st.lists(st.integers(one.start, seconds_of(last)), min_size=1, max_size=8)):
            assert open_until(steps, second) == walk.between(one.start, second)
        end = seconds_of(last) + 86_400
        total = walk.between(one.start, end)
        for wanted in data.draw(st.lists(st.integers(1, total), max_size=8)) if total else []:
            due = instant_of(buckets, wanted)
            assert due == walk.after(one.start, wanted)
            assert due == end or open_until(steps, due) == wanted


@settings(max_examples=EXAMPLES // 2)
@given(drawn(), st.integers(0, 6 * 86_400), st.integers(1, 40_000), st.integers(0, 12))
def test_another_holiday_never_shortens_a_deadline(one: Drawn, after: int, target: int, number: int) -> None:
    told = replace(one.told, place=one.place)
    kept = replace(told, kept=told.kept | {one.first + timedelta(days=number)})
    start = instant(one.start + after)
    assert loaded(as_file(kept, one.zone)).add(start, target) >= loaded(as_file(told, one.zone)).add(start, target)


def open_until(steps: list[tuple[int, ...]], second: int) -> int:
    """Returns the open seconds before a second, from the one step it lies in."""
    ((opens_at, closes_at, before),) = [
        row[3:] for row in steps if row[0] == second // 86_400 and row[1] <= second < row[2]
    ]  # fmt: skip
    return before + max(0, min(second, closes_at) - opens_at)


def instant_of(buckets: list[tuple[int, ...]], wanted: int) -> int:
    """Returns the second at which so many open seconds have passed, from the one bucket they lie in."""
    ((opens_at, before),) = [row[1:3] for row in buckets if row[0] == (wanted - 1) // 14_400 and row[2] < wanted <= row[3]]
    return opens_at + wanted - before


def loaded(text: str) -> Calendar:
    with TemporaryDirectory() as folder:
        (Path(folder) / "drawn.toml").write_text(text, encoding="utf-8")
        return load_calendars([Path(folder)])["drawn"]


def seconds_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None)
