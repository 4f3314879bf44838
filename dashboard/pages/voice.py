"""Voice: what customers answer when they are asked, what they say by themselves, what moves the score, and their own words.

Each survey is a series of its own: one is chosen, and no other stands on its axis.
"""

from collections.abc import Callable

from dashboard.choice import Choice
from dashboard.page import Ask, Page, Section
from metrics.language import later

WAVES = {"nps_relational", "satisfied_customers", "effort_overall"}  # asked in waves; the others month by month
SURVEYS = (
    ("nps_relational", later("whether they would recommend us")),
    ("nps_transactional", later("whether they would recommend us, after a contact")),
    ("satisfied_customers", later("whether they are satisfied")),
    ("satisfied_after_contact", later("whether they are satisfied, after a contact")),
    ("effort_overall", later("how much effort it takes")),
    ("effort_after_contact", later("how much effort it takes, after a contact")),
)
USUAL = SURVEYS[0][0]


def in_time(survey: str) -> Section:
    """Returns the panel of one survey's score over its waves, or over thirteen months."""
    ask = (
        Ask(metric=survey, period="all", compare="none", split_by=("wave",), takes=("weigh",))
        if survey in WAVES
        else Ask(metric=survey, period="page", compare="none", takes=("weigh",), options={"series": 13})
    )
    return Section("How does it change?", [ask], question=dict(SURVEYS)[survey].capitalize() + ".", chart="waves", size="two")


def by_group(survey: str) -> Section:
    """Returns the panel of one survey's score by the page's split, by stage unless one is chosen."""
    return Section(
        "Who says so?",
        [
            Ask(metric=survey, compare="none", split_by=("stage",), splits=True, takes=("weigh",)),
            Ask(metric="journey_strip", compare="none"),
        ],
        chart="intervals",
        size="two",
    )


def with_others(make: Callable[[str], Section]) -> Section:
    """Returns a panel of the usual survey, with the other surveys in its place where they are chosen."""
    usual = make(USUAL)
    others = {("survey", survey): make(survey) for survey, _ in SURVEYS[1:]}
    return Section(usual.title, usual.metrics, question=usual.question, chart=usual.chart, size=usual.size, instead=others)


page = Page(
    path="/voice",
    title="Voice",
    question="What do they tell us?",
    layout="sixths voice beside",
    order=30,
    wall=[("who-says-so", "all-that-we-ask", "do-we-call-them-back")],
    choices=[
        Choice(name="survey", words="Asked", values=SURVEYS),
        Choice(
            name="weigh",
            words="Counts",
            values=[("respondent", "every answer"), ("account", "every account once"), ("value", "accounts by their value")],
        ),
        Choice(name="by", words="Split by", found="dimensions", of=USUAL, nothing="stage"),
    ],
    sections=[
        Section("Voice", component="chooser", follows_selection=False),
        with_others(in_time),
        with_others(by_group),
        Section(
            "All that we ask",
            [
                *(Ask(metric=survey, takes=("weigh",), compare="year" if survey in WAVES else None) for survey, _ in SURVEYS),
                "nps_relational_other_scales",
                "nps_transactional_other_scales",
                "response_rate",
            ],
            question="Each on an axis of its own: no other question or scale is added to it.",
            chart="scores",
            size="two",
        ),
        Section(
            "Asked and volunteered",
            [Ask(metric="voice_by_stage", compare="none")],
            question="What they answer when we ask, beside what they tell us by themselves, stage by stage.",
            chart="voices",
            size="four",
        ),
        Section(
            "What moves the score?",
            [Ask(metric="nps_themes", compare="none")],
            question="What they write about when they say whether they would recommend us.",
            chart="themes",
            size="two",
        ),
        Section(
            "In their own words",
            [Ask(metric="comments", compare="none", takes=("theme", "given"))],
            question="Do you read what I write?",
            chart="comments",
            size="four",
        ),
        Section(
            "Do we call them back?",
            [
                Ask(metric="detractors_waiting"),
                Ask(metric="past_promise_now", key="past", where={"promise": ("call_back",)}),
                Ask(metric="detractors_called_back"),
                Ask(metric="detractors_recovered", split_by=("called_back",)),
            ],
            question="Who would not recommend us is to be called within the promise.",
            chart="loop",
            size="two",
        ),
    ],
)
