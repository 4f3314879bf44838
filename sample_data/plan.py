"""Who leads which life: the mix of old customers, newcomers, shoppers and those who never choose."""

from bisect import bisect_left
from collections.abc import Iterable

from sample_data.draw import Draw, Mix
from sample_data.lives import CAME_THROUGH, Life
from sample_data.living import Lives, shopper, term_contracts, with_contract
from sample_data.moments import CRM_NOW, DAY, ERP_FIRST, FIRST, LAST, NOW, at, day, local_day
from sample_data.people import People, Person
from sample_data.sizes import Size

HOMES = Mix({"base": 0.395, "contract": 0.185, "shop": 0.10, "never": 0.32})
COMPANIES = Mix({"base": 0.55, "contract": 0.33, "never": 0.12})
ANSWERED_CHOSE, UNANSWERED_CHOSE = 0.58, 0.16
QUESTIONS = {"answered": 1_500, "unanswered": 450}
OCTOBER_START = day(2026, 10, 1)


def _newcomer_day(draw: Draw) -> int:
    """A day on which someone chooses: a little more every month, and most of all in the last one."""
    if draw.chance(0.014):
        return draw.between(OCTOBER_START, LAST - 1)
    span = LAST - FIRST - 4
    return FIRST + 3 + int(span * draw.unit() ** 0.88)


def _discover(draw: Draw, life: Life, chose: int) -> None:
    """The first visit of someone who chooses later, when there was one."""
    gap = max(2, int(draw.around(22, 0.95)))
    if draw.chance(0.62) and chose - gap >= FIRST:
        life.discovered = draw.daytime(chose - gap)


def _live(lives: Lives, person: Person, how: str) -> Life:
    draw = lives.draw
    life = Life(person=person, how=how, acquired_through=CAME_THROUGH.pick(draw))
    sign = term_contracts if person.kind == "company" else with_contract
    if how == "base":
        sign(lives, life, draw.between(ERP_FIRST, FIRST - 25))
    elif how != "never":
        chose = _newcomer_day(draw)
        _discover(draw, life, chose)
        (shopper if how == "shop" else sign)(lives, life, chose)
    if how == "never" or (how == "shop" and life.chose is None):
        life.how = "never"
        life.discovered = draw.daytime(draw.between(FIRST, LAST - 1))
    if life.discovered is not None and draw.chance(0.5):
        asked = local_day(life.discovered) + draw.between(0, 4)
        limit = local_day(life.chose) if life.chose is not None else LAST
        if asked < limit and how != "shop":
            lives.offer(life, asked)
    return life


def _days_to_choose(life: Life) -> int | None:
    if life.discovered is None or life.chose is None:
        return None
    return local_day(life.chose) - local_day(life.discovered)


def plan_questions(all_lives: Iterable[Life], size: Size, draw: Draw) -> None:
    """Let so many prospects ask a question; whether it is answered in two days goes along with choosing."""
    asked = [life for life in all_lives if life.discovered is not None and life.person.kind == "home"]
    choosers = [
        life
        for life in asked
        if 8 <= (_days_to_choose(life) or 0) <= 88 and life.chose is not None and life.chose < NOW - 2 * DAY
    ]
    others = [life for life in asked if life.chose is None and (life.discovered or 0) < at(LAST - 95, 0)]
    choosers, others = draw.shuffled(choosers), draw.shuffled(others)
    for word, share in (("answered", ANSWERED_CHOSE), ("unanswered", UNANSWERED_CHOSE)):
        quota = size.quota(QUESTIONS[word], 4)
        for pool, count in ((choosers, round(quota * share)), (others, quota - round(quota * share))):
            for life in pool[:count]:
                life.question = word
            del pool[:count]


def plan_referrals(all_lives: list[Life], size: Size, draw: Draw) -> None:
    """Let customers who stayed for more recommend some of the newcomers, half of them within a year of staying."""
    newcomers = [life for life in all_lives if life.how in ("contract", "shop") and life.person.kind == "home" and life.chose]
    october = [life for life in newcomers if (life.chose or 0) >= at(OCTOBER_START + 1, 0) and life.discovered is None]
    earlier = [life for life in newcomers if (life.chose or 0) < at(OCTOBER_START - 1, 0)]
    stayed = [life for life in all_lives if life.person.kind == "home" and life.added]
    faithful = draw.shuffled(life for life in stayed if life.how == "base")
    recent = sorted(stayed, key=lambda life: min(life.added))
    began = [min(life.added) for life in recent]
    for life in draw.sample(october, size.quota(46)) + draw.sample(earlier, size.quota(760)):
        created = first_known(life)
        low, high = bisect_left(began, created - 360 * DAY), bisect_left(began, created)
        givers = recent[low:high] if high > low and draw.chance(0.5) else faithful
        for _ in range(40):
            giver = givers[int(draw.unit() ** 1.7 * len(givers))]
            if giver is not life and giver.in_contract(local_day(created)) and min(giver.added) < created:
                life.referred_by = giver.person
                life.acquired_through = "recommendation"
                giver.referred.append(created)
                break


def record_created(life: Life) -> int:
    """When the billing system first knew the account: the afternoon before it chose."""
    assert life.chose is not None
    return min(at(local_day(life.chose) - 1, 15 * 3_600 + life.chose % 7_200), NOW - 600)


def in_crm(life: Life) -> bool:
    """Prospects and half of the customers are in the CRM."""
    return life.discovered is not None or bool(life.question) or int(life.person.number[1:]) % 2 == 0


def crm_created(life: Life) -> int:
    """When the CRM first knew the account, to the minute: half an hour after it was first heard of."""
    starts = [life.discovered] if life.discovered is not None else []
    starts += [record_created(life)] if life.chose is not None else []
    return min(max(min(starts), at(FIRST - 400, 32_400)) + 1_800, CRM_NOW - 3_600) // 60 * 60


def first_known(life: Life) -> int:
    """When any system first knew a customer."""
    return min(record_created(life), crm_created(life)) if in_crm(life) and life.person.kind == "home" else record_created(life)


def make_lives(people: People, size: Size, seed: int) -> list[Life]:
    """A life for every home and company, in order."""
    lives = Lives(seed)
    all_lives = [_live(lives, person, HOMES.pick(lives.draw)) for person in people.homes]
    all_lives += [_live(lives, person, COMPANIES.pick(lives.draw)) for person in people.companies]
    draw = Draw(seed, "plan")
    plan_questions(all_lives, size, draw)
    plan_referrals(all_lives, size, draw)
    return all_lives
