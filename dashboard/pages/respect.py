"""Respect: whom to leave alone today, and whom we pressed, sold to in trouble, asked twice or let down in silence."""

from dashboard.charts import crossed, hit
from dashboard.choice import Choice
from dashboard.page import Ask, Page, Section

NARROWED = ("campaign", "team", "channel")
WHOSE = {"whose": "campaign"}

page = Page(
    path="/respect",
    title="Respect",
    question="Do we treat them with respect?",
    layout="sixths beside",
    order=50,
    choices=[
        Choice(
            name="whose",
            words="Told by",
            values=[
                ("campaign", "campaign"),
                ("team", "team"),
                ("channel", "channel"),
                ("segment", "segment"),
                ("region", "region"),
            ],
        ),
        Choice(name="used_by", words="Use to them by", found="dimensions", of="engagement", usual="segment", is_more=True),
        Choice(name="across", words="and by", found="dimensions", of="engagement", usual="channel", is_more=True),
        Choice(name="campaign", words="Campaign", found="values", of="contacts_sent", nothing="all"),
        Choice(name="team", words="Team", found="values", of="contacts_sent", nothing="all"),
        Choice(name="channel", words="Channel", found="values", of="contacts_sent", nothing="all"),
    ],
    sections=[
        Section("Respect", component="chooser", follows_selection=False),
        Section(
            "Whom must we leave alone today?",
            question="Will you leave me alone today?",
            component="hold_list",
            size="three tall",
        ),
        Section(
            "Sold to in trouble",
            hit.asks("outreach_during_complaint", crossed_by=WHOSE, narrowed_by=NARROWED),
            question="Do you try to sell to me while I wait for help?",
            chart="hit",
            size="three",
        ),
        Section(
            "What had happened to them?",
            hit.asks("outreach_near_complaint", split_by=("grade",), narrowed_by=NARROWED),
            question="Do you notice when I am angry with you?",
            chart="hit",
            size="three",
        ),
        Section(
            "How often do we turn to them?",
            [Ask(metric="contact_pressure", compare="none", narrowed_by=NARROWED, split_by=("pressure_group",))],
            question="Do you write to me too often?",
            chart="pressure",
            size="two",
        ),
        Section(
            "Who went over the cap?",
            hit.asks("contact_pressure", crossed_by=WHOSE, narrowed_by=NARROWED),
            question="The contact that is one too many is the mistake, whoever sent the others.",
            chart="hit",
            size="two",
        ),
        Section(
            "Were we allowed to?",
            [
                Ask(metric="contacts_sent", key="parts", compare="none", narrowed_by=NARROWED, split_by=("purpose", "consent")),
                Ask(metric="sent_without_consent", key="share", compare="none", narrowed_by=NARROWED),
            ],
            question="I said no. Why do you write to me?",
            chart="classes",
            size="two",
        ),
        Section(
            "When have they had enough?",
            [Ask(metric="fatigue", compare="none", narrowed_by=NARROWED, split_by=("pressure_group",))],
            question="Opt-outs and complaints per 1,000 contacts, by which contact of its time it was.",
            chart="spans",
            size="two",
        ),
        Section(
            "Is it of any use to them?",
            crossed.asks("engagement", ("used_by", "segment"), ("across", "channel"), narrowed_by=NARROWED),
            question="Is what you send me of any use to me?",
            chart="crossed",
            size="four",
        ),
        Section(
            "Asked twice",
            hit.asks("asked_twice", crossed_by=WHOSE, narrowed_by=NARROWED),
            question="Did I not just answer you?",
            chart="hit",
            size="two",
        ),
        Section(
            "Left in silence",
            hit.asks("silence", split_by=("promise",)),
            question="You broke your word. Why does nobody call me?",
            chart="hit",
            size="two",
        ),
        Section(
            "Does it become better?",
            [
                Ask(metric="outreach_during_complaint", narrowed_by=NARROWED),
                Ask(metric="contact_pressure", narrowed_by=NARROWED),
                Ask(metric="sent_without_consent", narrowed_by=NARROWED),
                Ask(metric="asked_twice", narrowed_by=NARROWED),
                Ask(metric="contacts_sent", narrowed_by=NARROWED),
            ],
            chart="figures",
            size="two",
        ),
    ],
)
