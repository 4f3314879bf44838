"""The glossary."""

from dashboard.page import Page, Section

page = Page(
    path="/glossary",
    title="Glossary",
    question="What does this number mean?",
    order=90,
    sections=[Section("Glossary", component="glossary", follows_selection=False)],
)
