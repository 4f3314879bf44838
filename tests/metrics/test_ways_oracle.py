"""Why a share moved, and which way people went, against counts person by person on random lives."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import CommandCenter
from metrics.errors import QuestionError, UnknownName
from metrics.figures.paths import NO_FURTHER, THE_REST
from metrics.parts import Group, mix_and_rate, of_stages
from tests.metrics.made import made_center, person
from tests.metrics.oracles import ways_oracle as oracle
from tests.metrics.oracles.built import EXAMPLES
from tests.metrics.oracles.journey_oracle import Event, Journey
from tests.metrics.oracles.ways_oracle import Life, Question, Way
from tests.metrics.test_incidence_oracle import BEFORE_MIDNIGHT, DAY, at, journey_tables, some_lives
from tests.metrics.test_journey_oracle import JOURNEYS, STAGES

LATER = 300_000  # three days on, when everything is known
COUNTS = st.integers(0, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
GROUPS = st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(COUNTS, COUNTS), min_size=1)


@settings(max_examples=10 * EXAMPLES)
@given(GROUPS)
def test_who_came_and_how_they_did_make_up_the_change(counts: dict[str, tuple[tuple[int, int], tuple[int, int]]]) -> None:
    groups = {name: Group(now=n, moved_now=m, before=b, moved_before=k) for name, ((n, m), (b, k)) in counts.items()}
    parts, wanted = mix_and_rate(groups), exact_parts(groups)
    assert parts.keys() == wanted.keys()
    for name, part in parts.items():
        assert (part.mix, part.rate) == pytest.approx([float(one) for one in wanted[name]], abs=1e-12)
    if parts:
        now, before = (sum(getattr(one, when) for one in groups.values()) for when in ("now", "before"))
        moved_now, moved_before = (sum(getattr(one, f"moved_{when}") for one in groups.values()) for when in ("now", "before"))
        assert sum(part.mix + part.rate for part in parts.values()) == pytest.approx(
            moved_now / now - moved_before / before, abs=1e-12
        )
    turned = {name: Group(now=b, moved_now=k, before=n, moved_before=m) for name, ((n, m), (b, k)) in counts.items()}
    for name, part in mix_and_rate(turned).items():
        assert (part.mix, part.rate) == pytest.approx((-parts[name].mix, -parts[name].rate), abs=1e-12)


def exact_parts(groups: Mapping[str, Group]) -> dict[str, tuple[Fraction, Fraction]]:
    """Return each group's two parts: the mean of going one way and of going the other, against the overall shares."""
    now, before = sum(one.now for one in groups.values()), sum(one.before for one in groups.values())
    if not now or not before:
        return {}
    overall_now = Fraction(sum(one.moved_now for one in groups.values()), now)
    overall_before = Fraction(sum(one.moved_before for one in groups.values()), before)
    found = {}
    for name, one in groups.items():
        rate_now = Fraction(one.moved_now, one.now) if one.now else None
        rate_before = Fraction(one.moved_before, one.before) if one.before else None
        rate_now, rate_before = (
            rate_now if rate_now is not None else rate_before,
            rate_before if rate_before is not None else rate_now,
        )
        if rate_now is None or rate_before is None:
            rate_now = rate_before = Fraction(0)
        came = Fraction(one.now, now) - Fraction(one.before, before)
        mix = came * (rate_now - overall_now) / 2 + came * (rate_before - overall_before) / 2
        found[name] = mix, (rate_now - rate_before) * (Fraction(one.now, now) + Fraction(one.before, before)) / 2
    return found


@settings(max_examples=10 * EXAMPLES)
@given(st.lists(st.tuples(*[st.none() | st.floats(0, 1)] * 2), max_size=11))
def test_the_stages_make_up_the_change_of_the_whole(shares: list[tuple[float | None, float | None]]) -> None:
    now, before = [one for one, _ in shares], [other for _, other in shares]
    parts = of_stages(now, before)
    whole_now = whole_before = 1.0
    for one, other in shares:
        known = one if one is not None else other if other is not None else 0.0
        whole_now *= known if one is None else one
        whole_before *= known if other is None else other
    assert sum(parts) == pytest.approx(whole_now - whole_before, abs=1e-12)
    assert [-part for part in of_stages(before, now)] == pytest.approx(parts, abs=1e-12)


@settings(max_examples=max(1, EXAMPLES // 4))  # of a hundred lives each
@given(JOURNEYS, st.sampled_from([5, 20, 60]), st.integers(0, 2**32))
def test_why_it_moved_is_split_among_the_people_of_both_days(journey: Journey, window: int, seed: int) -> None:
    lives, segments = some_lives(seed, people=100)
    now, before = (levels(lives, journey, window, *ends) for ends in ((BEFORE_MIDNIGHT, LATER), (-LATER, BEFORE_MIDNIGHT)))
    with TemporaryDirectory() as folder:
        center = made_center(Path(folder), journey_tables(lives, segments, journey, LATER), as_of=at(LATER))
        options = {"period": DAY, "window": f"{window}s"}
        for stage in range(2, STAGES + 1):
            answer = center.ask("journey_why_moved", stage=f"s{stage}", most=2, **options)
            groups = segment_groups(now, before, segments, stage, most=2)
            wanted = exact_parts(groups)
            assert {row.by["segment"] for row in answer.rows} == groups.keys()
            for row in answer.rows:
                group = groups[row.by["segment"]]
                assert tuple(row.extra[name] for name in ("people_now", "moved_now", "people_before", "moved_before")) == (
                    group.now, group.moved_now, group.before, group.moved_before,
                )  # fmt: skip
                if wanted:
                    parts = [float(part) for part in wanted[row.by["segment"]]]
                    assert (row.extra["mix"], row.extra["rate"]) == pytest.approx(parts, abs=1e-12)
                else:
                    assert (row.extra["mix"], row.extra["rate"], row.value.value) == (None, None, None)
            name = sorted(groups)[seed % len(groups)] if groups else ""
            if groups:
                check_part(center, name, groups[name], stage, options)
            if wanted:
                assert answer.total.value == pytest.approx(sum(row.value.value or 0 for row in answer.rows), abs=1e-12)
                assert answer.options["mix"] + answer.options["rate"] == pytest.approx(answer.total.value, abs=1e-12)
        check_whole(center, now, before, options)
        check_against_a_year(center, options)
        center.close()


def check_against_a_year(center: CommandCenter, options: Mapping[str, Any]) -> None:
    """Nobody came a year before: the stage meant, and who is other, are not those of the comparison with the day before."""
    answer = center.ask("journey_why_moved", compare="year", most=1, **options)
    for row in answer.rows:
        people = center.customers_behind("journey_why_moved", answer.selection, mark={**row.by, "against": "year"})
        assert (people.count, len(people.rows)) == (row.extra["people_now"], row.extra["people_now"])


def levels(lives: Sequence[Life], journey: Journey, window: int, begins: int, ends: int) -> dict[str, int]:
    """Return the stage that each known person who entered in this time reached within the window."""
    question = Question(journey=journey, as_of=LATER, begins=begins, ends=ends, window=window)
    return {
        way.name: max(event.what for event in way.stages if event.second <= way.start + window)
        for way in oracle.ways(lives, question)
        if not oracle.is_set_aside(way, way.start + window, STAGES)
    }


def segment_groups(
    now: Mapping[str, int], before: Mapping[str, int], segments: Mapping[str, str], stage: int, most: int
) -> dict[str, Group]:
    came = Counter(segments[name] for people in (now, before) for name, level in people.items() if level >= stage - 1)
    shown = sorted((name for name in came if name != "unknown"), key=lambda name: (-came[name], name))[:most]
    named = {name: name if name in (*shown, "unknown") else "other" for name in came}

    def count(people: Mapping[str, int], group: str, level: int) -> int:
        return sum(reached >= level and named.get(segments[name]) == group for name, reached in people.items())

    return {
        group: Group(
            now=count(now, group, stage - 1), moved_now=count(now, group, stage),
            before=count(before, group, stage - 1), moved_before=count(before, group, stage),
        )
        for group in set(named.values())
    }  # fmt: skip


def check_part(center: CommandCenter, segment: str, group: Group, stage: int, options: Mapping[str, str]) -> None:
    """Every part of a group opens onto its people, of both periods."""
    sizes = {
        ("now", "came"): group.now, ("now", "moved_on"): group.moved_now, ("now", "turned_away"): group.now - group.moved_now,
        ("before", "came"): group.before, ("before", "moved_on"): group.moved_before,
    }  # fmt: skip
    when, part = sorted(sizes)[(stage + group.now) % len(sizes)]
    mark = {"segment": segment, "when": when, "part": part}
    people = center.customers_behind("journey_why_moved", mark=mark, stage=f"s{stage}", most=2, **options)
    assert (people.count, len(people.rows)) == (sizes[when, part], sizes[when, part]), mark


def check_whole(center: CommandCenter, now: Mapping[str, int], before: Mapping[str, int], options: Mapping[str, str]) -> None:
    answer = center.ask("journey_why_moved", stage="all", **options)
    if not now or not before:
        assert all(row.value.value is None for row in answer.rows)
        return
    share_now, share_before = (sum(level == STAGES for level in people.values()) / len(people) for people in (now, before))
    assert answer.total.value == pytest.approx(share_now - share_before, abs=1e-12)
    assert sum(row.value.value or 0 for row in answer.rows) == pytest.approx(share_now - share_before, abs=1e-12)


@settings(max_examples=max(1, EXAMPLES // 4))  # of sixty lives each
@given(JOURNEYS, st.sampled_from([5, 20, 60]), st.sampled_from(["stages", "channels"]), st.integers(1, 9), st.integers(0, 2**32))
def test_the_paths_are_the_ways_that_everybody_went(journey: Journey, window: int, of: str, steps: int, seed: int) -> None:
    chance = Random(seed)
    lives, segments = some_lives(seed, people=60)
    channels = {(life.name, event.number): chance.choice(["web", "store"]) for life in lives for event in life.events}
    as_of = chance.choice([40, 60, 100])
    question = Question(journey=journey, as_of=as_of, begins=BEFORE_MIDNIGHT, ends=as_of + 1, window=window)
    told = {way.name: places(way, question, of, channels) for way in oracle.ways(lives, question) if is_known(way, question)}
    paths = Counter(oracle.path(went, steps) for went in told.values())
    shown = sorted(paths, key=lambda path: (-paths[path], path))[:3]
    rest = [name for name, went in told.items() if oracle.path(went, steps) not in shown]
    with TemporaryDirectory() as folder:
        tables = {**journey_tables(lives, segments, journey, as_of), "journey_event": event_rows(lives, channels)}
        center = made_center(Path(folder), tables, as_of=at(as_of))
        options = {"period": DAY, "window": f"{window}s", "of": of, "steps": steps, "most": 3}
        answer = center.ask("journey_paths", **options)
        assert answer.total.n == len(told)
        assert [row.by["path"] for row in answer.rows] == [*shown, *([THE_REST] if rest else [])]
        assert [row.value.n for row in answer.rows] == [*(paths[path] for path in shown), *([len(rest)] if rest else [])]
        check_moves(answer.options["links"], told, steps)
        for path in shown[:1]:
            listed = center.customers_behind("journey_paths", mark={"path": path}, **options)
            assert names(listed.rows) == sorted(name for name, went in told.items() if oracle.path(went, steps) == path)
        if rest:
            assert names(center.customers_behind("journey_paths", mark={"path": THE_REST}, **options).rows) == sorted(rest)
        for link in answer.options["links"][:2]:
            mark = {"from": link["from"], "to": link["to"], "step": str(link["step"])}
            listed = center.customers_behind("journey_paths", mark=mark, **options)
            assert names(listed.rows) == sorted(
                name for name, went in told.items() if step_of(went, link["step"]) == (link["from"], link["to"])
            )
            assert listed.count == link["customers"]
        center.close()


def names(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(row["customer_id"] for row in rows)


def is_known(way: Way, question: Question) -> bool:
    over = way.start + question.window
    return over <= question.as_of and not oracle.is_set_aside(way, over, STAGES)


def places(way: Way, question: Question, of: str, channels: Mapping[tuple[str, int], str]) -> list[str]:
    """Return the places of a person's events, each once for as long as it stays the same."""
    until = min(way.start + question.window, way.left_at if way.left_at is not None else question.as_of)
    events = sorted(
        (event for event in way.stages if event.second <= until), key=lambda event: (event.place, event_id(way.name, event))
    )
    named = [f"Stage {event.what}" if of == "stages" else channels[way.name, event.number] for event in events]
    return [place for place, _ in groupby(named)]


def event_id(name: str, event: Event) -> str:
    return f"{name}-{event.number}"


def event_rows(lives: Sequence[Life], channels: Mapping[tuple[str, int], str]) -> list[dict[str, Any]]:
    return [
        person(life.name, journey_id="way", stage_no=event.what if event.is_stage else None, event_id=event_id(life.name, event),
               happened_at=at(event.second), moment=event.second * 128 + event.what, channel=channels[life.name, event.number])
        for life in lives
        for event in life.events
    ]  # fmt: skip


def step_of(went: Sequence[str], step: int) -> tuple[str, str] | None:
    return ([*pairwise([*went, NO_FURTHER])])[step - 1] if step <= len(went) else None


def check_moves(links: Sequence[Mapping[str, Any]], told: Mapping[str, Sequence[str]], steps: int) -> None:
    """The moves are those of everybody, and as many come to a place as leave it."""
    wanted = Counter(
        (start, end, step)
        for went in told.values()
        for step, (start, end) in enumerate(pairwise([*went, NO_FURTHER]), 1)
        if step <= steps
    )
    assert {(link["from"], link["to"], link["step"]): link["customers"] for link in links} == wanted
    assert all(link["share"] == pytest.approx(link["customers"] / len(told)) for link in links)
    for link in links:
        come = sum(one["customers"] for one in links if one["to"] == link["from"] and one["step"] == link["step"] - 1)
        go = sum(one["customers"] for one in links if one["from"] == link["from"] and one["step"] == link["step"])
        assert come == go or link["step"] == 1


def test_of_nobody_nothing_is_said_and_of_one_what_they_did(tmp_path: Path) -> None:
    journey = Journey(stages=STAGES, optional=frozenset(), idle_gap=8, brackets=((1, 2), (1, 2)))
    one = Life(name="C-1", events=(Event(20, 1, 0, 0), Event(25, 2, 0, 1)))
    metrics = ("time_to_convert", "journey_drivers", "journey_why_moved", "journey_paths")
    for lives in ([], [one]):
        tables = journey_tables(lives, {"C-1": "A"}, journey, LATER) | {
            "journey_event": event_rows(lives, {("C-1", 0): "web", ("C-1", 1): "web"})
        }
        center = made_center(tmp_path / str(len(lives)), tables, as_of=at(LATER))
        answers = {metric: center.ask(metric, period=DAY, window="60s") for metric in metrics}
        assert [answer.total.n for answer in answers.values()] == [len(lives)] * 4
        assert all(answer.caption.endswith(".") for answer in answers.values())
        for metric, answer in answers.items():
            people = center.customers_behind(metric, period=DAY, window="60s")
            assert (people.count, len(people.rows)) == (answer.total.n, answer.total.n), metric
        center.close()
    assert answers["time_to_convert"].total.value == 0.0
    assert [row.by["path"] for row in answers["journey_paths"].rows] == ["Stage 1 > Stage 2"]


def test_what_cannot_be_asked_is_refused_in_a_sentence(tiny_center: CommandCenter) -> None:
    with pytest.raises(QuestionError, match="Why it moved compares two periods"):
        tiny_center.ask("journey_why_moved", period="all")
    with pytest.raises(QuestionError, match="Why it moved compares two periods"):
        tiny_center.ask("journey_why_moved", period="2026-Q2", compare="none")
    for metric in ("time_to_convert", "journey_drivers", "journey_why_moved", "journey_paths"):
        with pytest.raises(QuestionError, match="is longer than a journey can be"):
            tiny_center.ask(metric, period="2026-Q2", window="999999 weeks")
    with pytest.raises(QuestionError, match="Nobody moves on to Attract, the first stage"):
        tiny_center.ask("journey_why_moved", period="2026-Q2", stage="discover")
    with pytest.raises(QuestionError, match="is split by its stages"):
        tiny_center.ask("journey_why_moved", period="2026-Q2", stage="all", split_by="region")
    with pytest.raises(UnknownName, match='against = "then" is not one'):
        tiny_center.customers_behind("journey_why_moved", period="2026-Q2", mark={"against": "then"})
    with pytest.raises(UnknownName, match=r'"2026-04" is not a row of this answer\. Leave it out\.'):
        tiny_center.customers_behind("journey_funnel", period="2026-Q2", mark={"at": "2026-04"})
    with pytest.raises(UnknownName, match="is not a path that is shown"):
        tiny_center.customers_behind("journey_paths", mark={"path": "here > there"})
    with pytest.raises(QuestionError, match="There is no move from here to there"):
        tiny_center.customers_behind("journey_paths", mark={"from": "here", "to": "there", "step": "1"})
