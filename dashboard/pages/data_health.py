"""Data health: every file and row accounted for, how fresh it is, what the checks find, what joins records, what could be told."""

from dashboard.choice import Choice
from dashboard.page import Page, Section

page = Page(
    path="/data-health",
    title="Data health",
    question="Can we trust these numbers?",
    layout="sixths health",
    order=80,
    options=("check", "refused", "from"),
    choices=[
        Choice(name="ledger", words="Rows by", values=[("file", "file"), ("source", "source"), ("day", "day of loading")]),
        Choice(
            name="fields",
            words="Fields",
            values=[("fell", "that fell or are seldom told"), ("all", "every one")],
        ),
    ],
    sections=[
        Section("Data health", component="chooser", follows_selection=False),
        Section("Can we?", component="health_verdict", follows_selection=False),
        Section(
            "What should somebody look at?",
            question="What is out of the ordinary in the newest export of each source.",
            component="health_alarms",
            size="three",
            follows_selection=False,
        ),
        Section(
            "Which words do we not know?",
            question="They count under “other” until somebody says what they mean.",
            component="health_words",
            size="three",
            follows_selection=False,
        ),
        Section(
            "What became of every record?",
            question="Records are new, updated, refused, or told before: nothing else.",
            component="health_ledger",
            size="three",
            follows_selection=False,
        ),
        Section(
            "How fresh is it?",
            question="Until when do you know what happened to me?",
            component="health_sources",
            size="three",
            follows_selection=False,
        ),
        Section(
            "What was refused, and why?",
            question="Mended in its system, a record comes in with the next export. Every count opens its records.",
            component="health_refused",
            size="three",
            follows_selection=False,
        ),
        Section(
            "Which records?",
            component="health_refused_rows",
            size="three",
            follows_selection=False,
        ),
        Section(
            "Do the checks hold?",
            question="Is what you know about me right? Every count opens the rows behind it.",
            component="health_checks",
            size="three",
            follows_selection=False,
        ),
        Section(
            "Which rows?",
            component="health_check_rows",
            size="three",
            follows_selection=False,
        ),
        Section(
            "What changed?",
            question="Do you still say the same of a month that is over?",
            component="health_changed",
            size="three",
            follows_selection=False,
            drawn_by=("since",),
        ),
        Section(
            "Who is who?",
            question="Do you know that I am one person?",
            component="health_identity",
            size="three",
            follows_selection=False,
        ),
        Section(
            "What could be told?",
            question="Which figures the files given make possible, and which export would add what.",
            component="health_coverage",
            size="whole",
            follows_selection=False,
        ),
        Section(
            "How complete are the fields?",
            question="Of how many rows a field is told, last month against the month before.",
            component="health_fields",
            size="four",
            follows_selection=False,
        ),
        Section(
            "Who makes records twice?",
            question="Records of people whom the same source knew already.",
            component="health_doubled",
            size="two",
            follows_selection=False,
        ),
        Section(
            "Counted otherwise since",
            question="Do you still say the same of what you promised me?",
            component="restated",
            size="whole",
        ),
    ],
)
