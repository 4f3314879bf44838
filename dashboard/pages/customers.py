"""Customers: search, the segments they fall into and move between, saved lists, who left, who joined, and whether they stay."""

from dashboard.choice import Choice
from dashboard.page import Ask, Page, Section

page = Page(
    path="/customers",
    title="Customers",
    question="Who are they?",
    layout="customers beside",
    order=60,
    choices=[Choice(name="segmentation", words="Segments by", found="segmentations")],
    sections=[
        Section("Customers", component="chooser", follows_selection=False),
        Section("Find a customer", component="search", follows_selection=False),
        Section("Segments and moves", component="segments"),
        Section(
            "From where to where?",
            [Ask(metric="value_movement", compare="none", segmented=True)],
            question="Customers by their segment at the start and at the end.",
            chart="matrix",
            size="half",
        ),
        Section(
            "Do they stay?",
            [Ask(metric="retention", compare="none", options={"intervals": 12})],
            question="Of those who came in a month, how many in a hundred are still with us?",
            chart="cohorts",
            size="half grid-of-cohorts",
        ),
        Section("Who left", component="who_left", size="half"),
        Section("Who joined", component="who_joined", size="half"),
        Section("Lists of people", question="Whom have we kept an eye on?", component="lists"),
    ],
)
