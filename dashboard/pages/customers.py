"""Customers: search, and the segments they fall into."""

from dashboard.page import Page, Section

page = Page(
    path="/customers",
    title="Customers",
    question="Who are they?",
    order=60,
    sections=[
        Section("Find a customer", component="search", follows_selection=False),
        Section("Segments and moves", component="segments"),
    ],
)
