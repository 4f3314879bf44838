"""Respect: whom to leave alone today, and whom we pressed, sold to in trouble, asked twice or let down in silence."""

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
        Choice(name="campaign", words="Campaign", found="values", of="contacts_sent", nothing="every one"),
        Choice(name="team", words="Team", found="values", of="contacts_sent", nothing="every one"),
        Choice(name="channel", words="Channel", found="values", of="contacts_sent", nothing="every one"),
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
            [
                Ask(metric="outreach_during_complaint", key="all", narrowed_by=NARROWED),
                Ask(metric="outreach_during_complaint", key="groups", compare="none", narrowed_by=NARROWED, crossed_by=WHOSE),
            ],
            question="Do you try to sell to me while I wait for help?",
            chart="hit",
            size="three",
        ),
        Section(
            "What had happened to them?",
            [
                Ask(metric="outreach_near_complaint", key="all", narrowed_by=NARROWED),
                Ask(metric="outreach_near_complaint", key="groups", compare="none", narrowed_by=NARROWED, split_by=("grade",)),
            ],
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
            [
                Ask(metric="contact_pressure", key="all", narrowed_by=NARROWED),
                Ask(metric="contact_pressure", key="groups", compare="none", narrowed_by=NARROWED, crossed_by=WHOSE),
            ],
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
            [
                Ask(metric="engagement", key="rows", compare="none", narrowed_by=NARROWED, crossed_by={"used_by": "segment"}),
                Ask(metric="engagement", key="columns", compare="none", narrowed_by=NARROWED, crossed_by={"across": "channel"}),
                Ask(
                    metric="engagement",
                    key="cells",
                    compare="none",
                    narrowed_by=NARROWED,
                    crossed_by={"used_by": "segment", "across": "channel"},
                ),
            ],
            question="Is what you send me of any use to me?",
            chart="crossed",
            size="four",
        ),
        Section(
            "Asked twice",
            [
                Ask(metric="asked_twice", key="all", narrowed_by=NARROWED),
                Ask(metric="asked_twice", key="groups", compare="none", narrowed_by=NARROWED, crossed_by=WHOSE),
            ],
            question="Did I not just answer you?",
            chart="hit",
            size="two",
        ),
        Section(
            "Left in silence",
            [
                Ask(metric="silence", key="all"),
                Ask(metric="silence", key="groups", compare="none", split_by=("promise",)),
            ],
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
