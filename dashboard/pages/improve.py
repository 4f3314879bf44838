"""Improve: what needs a decision, what was decided, and whether what was changed helped."""

from dashboard.page import Ask, Page, Section

page = Page(
    path="/improve",
    title="Improve",
    question="Did what we changed help?",
    layout="sixths",
    order=70,
    sections=[
        Section("Improve", component="chooser", follows_selection=False),
        Section("Did it help?", question="What went before and after each change?", component="what_changed", size="whole"),
        Section(
            "What a broken promise goes along with",
            [Ask(metric="after_broken_promise", period="all", compare="none")],
            question="Who left afterwards, against customers alike whose promise was kept?",
            chart="aftermath",
            size="three",
        ),
        Section(
            "Needs a decision",
            question="Where did we let customers down, and whose is it?",
            component="needs_a_decision",
            size="three",
        ),
        Section("Decisions", question="What did we decide, and what came of it?", component="decided", drawn_by=("about",)),
    ],
)
