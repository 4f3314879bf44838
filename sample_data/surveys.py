"""What customers said in the yearly survey: three waves of NPS."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sample_data.draw import Draw
from sample_data.lives import Life
from sample_data.moments import HOUR, LAST, SURVEY_NOW, at, day, local_day
from sample_data.people import People, Person
from sample_data.sizes import Size

AIMS = {"choose": 0.35, "settle": 0.17, "stay": 0.42, "bring": 0.68, "installed late": 0.10}
QUOTAS = {"choose": 70, "settle": 150, "stay": 360, "bring": 90, "installed late": 90}
WAVES = {"2024": day(2024, 10, 7), "2025": day(2025, 10, 6), "2026": day(2026, 10, 5)}
COMMENTS = {
    "promoter": ("Everything simple and friendly.", "Fitted on the day you said. Thank you!", "Clear bills, quick answers.", ""),
    "passive": ("Fine so far.", "The price could be better.", "", ""),
    "detractor": (
        "Nobody came on the day agreed.",
        "I waited a week for an answer.",
        "Too expensive after the first year.",
        "Write to me at once: I am thinking of leaving.",
    ),
    "installed late": (
        "I stayed at home two days and nobody came.",
        "Installed weeks later than promised.",
        "The fitter was nice, but late.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NpsAnswer:
    """One answer to the yearly survey."""

    number: str
    person: Person
    wave: str
    sent: int
    answered: int
    score: int
    comment: str
    group: str


def stage_at(life: Life, moment: int) -> str:
    """The stage of the company's journey that an account had reached just before a moment."""
    if any(created < moment for created in life.referred):
        return "bring"
    renewed = any(
        c.starts + 365 < local_day(moment) and (c.ended is None or c.ended > c.starts + 365) for c in life.contracts[:1]
    )
    second = sorted(order.moment for order in life.orders if order.status == "completed")[1:2]
    if any(added < moment for added in life.added) or renewed or (second and second[0] < moment):
        return "stay"
    if life.settled is not None and life.settled < moment:
        return "settle"
    return "choose" if life.chose is not None and life.chose < moment else "discover"


def _scores(count: int, aim: float, draw: Draw) -> list[int]:
    """So many scores whose NPS is the aim, as nearly as whole people allow."""
    promoters = min(count, round(count * (0.70 + aim) / 2))
    detractors = min(count - promoters, max(0, promoters - round(count * aim)))
    passives = count - promoters - detractors
    scores = [draw.between(9, 10) for _ in range(promoters)] + [draw.between(7, 8) for _ in range(passives)]
    scores += [6 - int(7 * draw.unit() ** 2) for _ in range(detractors)]
    return draw.shuffled(scores)


def feeling(score: int) -> str:
    """Promoter, passive or detractor."""
    return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"


def _was_installed_late(life: Life, moment: int) -> bool:
    """Whether an installation that was due before a moment was not done in time."""
    return any(
        c.kind == "installation" and c.due < moment and c.cancelled is None and (c.kept is None or c.kept > c.due)
        for c in life.commitments
    )


class YearlySurvey:
    """Asks customers how likely they are to recommend the company."""

    def __init__(self, people: People, lives: list[Life], size: Size, seed: int) -> None:
        self.draw = Draw(seed, "nps")
        self.size = size
        self.lives = {life.person.number: life for life in lives}
        self.people = people.homes + people.contacts[::2]
        self._number = 0

    def groups(self, wave_day: int, until: int) -> dict[str, list[Person]]:
        """Who may answer, by what they live through; nobody whose stage changes while the wave runs."""
        found: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            life = self.lives[person.account.number]
            stage = stage_at(life, at(wave_day, 0))
            stays = (
                life.in_contract(wave_day - 1)
                and life.in_contract(until)
                and not any(contract.ended for contract in life.contracts)
            )
            if not stays or stage != stage_at(life, at(until, 0)):
                continue
            if not _was_installed_late(life, at(wave_day, 0)):
                found[stage].append(person)
            elif person.company is None:
                found["installed late"].append(person)
        return found

    def wave(self, name: str) -> list[NpsAnswer]:
        """One wave's answers, oldest first."""
        wave_day, answers = WAVES[name], []
        until = min(wave_day + 25, LAST)
        found = self.groups(wave_day, until)
        for group, quota in QUOTAS.items():
            people = self.draw.sample(found[group], self.size.quota(quota, 3))
            for person, score in zip(people, _scores(len(people), AIMS[group], self.draw), strict=True):
                answers.append(self._answer(name, person, group, score))
        answers.sort(key=lambda answer: (answer.answered, answer.number))
        return answers

    def _answer(self, wave: str, person: Person, group: str, score: int) -> NpsAnswer:
        draw = self.draw
        self._number += 1
        sent = at(WAVES[wave], 9 * HOUR)
        answered = draw.daytime(WAVES[wave] + int(22 * draw.unit() ** 2))
        comment = draw.pick(COMMENTS["installed late" if group == "installed late" and score < 7 else feeling(score)])
        return NpsAnswer(
            number=f"R_{self._number:06d}{person.number}",
            person=person,
            wave=wave,
            sent=sent,
            answered=max(answered, sent + 60),
            score=score,
            comment=comment,
            group=group,
        )


def make_nps(people: People, lives: list[Life], size: Size, seed: int) -> list[NpsAnswer]:
    """The answers of every wave; the newest comes on the day before the last, at noon."""
    survey = YearlySurvey(people, lives, size, seed)
    answers = [answer for name in WAVES for answer in survey.wave(name)]
    last = answers[-1]
    answers[-1] = NpsAnswer(
        number=last.number,
        person=last.person,
        wave=last.wave,
        sent=last.sent,
        answered=SURVEY_NOW,
        score=last.score,
        comment=last.comment,
        group=last.group,
    )
    return answers


def nps(scores: Iterable[int]) -> float | None:
    """100 × (promoters − detractors) ÷ answers."""
    counted = list(scores)
    if not counted:
        return None
    return 100 * (sum(score >= 9 for score in counted) - sum(score <= 6 for score in counted)) / len(counted)


def nps_by(answers: Iterable[NpsAnswer], key: Callable[[NpsAnswer], str]) -> dict[str, dict[str, float | int | None]]:
    """NPS and answers of each group."""
    groups: dict[str, list[int]] = defaultdict(list)
    for answer in answers:
        groups[key(answer)].append(answer.score)
    return {group: {"nps": nps(scores), "answers": len(scores)} for group, scores in sorted(groups.items())}
