"""Customers: search, the segments they fall into, who left, who joined, and whether they stay."""

from dashboard.page import Ask, Page, Section

page = Page(
    path="/customers",
    title="Customers",
    question="Who are they?",
    layout="customers",
    order=60,
    sections=[
        Section("Find a customer", component="search", follows_selection=False),
        Section("Segments and moves", component="segments"),
        Section("Who left", component="who_left", size="third"),
        Section("Who joined", component="who_joined", size="third"),
        Section(
            "Do they stay?",
            [Ask(metric="retention", compare="none", options={"months": 12})],
            question="Of those who came in a month, how many in a hundred are still with us?",
            chart="cohorts",
            size="third grid-of-cohorts",
        ),
    ],
)
