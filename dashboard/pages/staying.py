"""Staying: cohorts, survival, who comes and goes, from which value group to which, what they bring, and why they leave."""

from dashboard.choice import Choice
from dashboard.page import Ask, Page, Section

RETENTION = ("interval", "mode", "bucketing", "start", "return", "cohort")

page = Page(
    path="/staying",
    title="Staying",
    question="Do customers stay with us?",
    layout="staying beside",
    order=20,
    wall=[("who-comes-and-who-goes", "why-they-left", "do-contracts-stay-and-grow")],
    choices=[
        Choice(
            name="interval",
            words="Cohorts by",
            values=[("month", "month"), ("day", "day"), ("week", "week"), ("quarter", "quarter")],
        ),
        Choice(name="start", words="who", found="events", nothing="became a customer", clears=("cohort",)),
        Choice(name="return", words="there is", found="events", nothing="whoever is active"),
        Choice(name="by", words="Split by", found="dimensions", of="survival", nothing="segment"),
        Choice(
            name="mode",
            words="There counts who was there",
            values=[("on_or_after", "then or later"), ("on", "in that very interval")],
            is_more=True,
        ),
        Choice(
            name="cohort",
            words="A cohort holds who did it",
            values=[("first", "for the first time"), ("recurring", "every time")],
            is_more=True,
        ),
        Choice(
            name="bucketing",
            words="Intervals are",
            values=[("calendar", "the calendar’s"), ("rolling", "whole 24 hours from the first moment")],
            is_more=True,
        ),
        Choice(
            name="event",
            words="Lost is",
            values=[("all", "whoever ended or fell silent"), ("ended", "whoever ended"), ("silent", "whoever fell silent")],
            is_more=True,
        ),
    ],
    sections=[
        Section("Staying", component="chooser", follows_selection=False),
        Section(
            "Who is still with us?",
            [Ask(metric="retention", compare="none", takes=RETENTION)],
            question="By when they came: how many in a hundred are there so long after?",
            chart="cohorts",
            size="three",
        ),
        Section(
            "Who comes, and who goes?",
            [Ask(metric="customer_equation", compare="none", options={"series": 13})],
            chart="comings",
            size="three",
        ),
        Section(
            "How long do they stay?",
            [Ask(metric="survival", compare="none", takes=("event",), split_by=("segment",), splits=True)],
            question="The share still with us, by days since they became customers; whoever is still with us counts as long as is known.",
            chart="survival",
            size="three",
        ),
        Section(
            "Who is active?",
            [Ask(metric="lifecycle", compare="none", options={"series": 13})],
            chart="lifecycle",
            size="three",
        ),
        Section(
            "Do they become worth more to us?",
            [Ask(metric="value_movement", compare="none")],
            question="Customers by their value group at the start and at the end.",
            chart="matrix",
            size="three",
        ),
        Section(
            "Why they left",
            [Ask(metric="reasons_lost", compare="none")],
            question="What made you go?",
            chart="reasons",
            size="three",
        ),
        Section(
            "Do contracts stay, and grow?",
            ["logo_retention", "gross_revenue_retention", "net_revenue_retention", "earned_growth"],
            chart="figures",
            size="two",
        ),
        Section(
            "Do they bring others?",
            ["customers_who_refer", "customers_brought", "promoters_who_referred", "second_product", "higher_plan"],
            chart="figures",
            size="two",
        ),
        Section(
            "What do they cost, who grew, who shrank?",
            [
                Ask(metric="cost_to_acquire", period="whole"),
                Ask(metric="cost_to_keep", period="whole"),
                Ask(metric="cost_to_serve", period="whole"),
                "clearly_grown",
                "clearly_shrunk",
            ],
            chart="figures",
            size="two",
        ),
        Section(
            "Who is likely to leave?",
            [Ask(metric="likely_to_leave", compare="none")],
            question="Customers under contract, by how likely they end it in the next 90 days.",
            chart="calibration",
            size="three",
        ),
        Section(
            "Who is likely to buy again?",
            [Ask(metric="likely_to_buy_again", compare="none")],
            question="Customers without a contract, by how likely they buy in the next 90 days.",
            chart="calibration",
            size="three",
        ),
    ],
)
