"""Service: what is about to break, who waits past a promise, whether promises are kept, and how we came to these numbers."""

from functools import partial

from dashboard.charts import crossed
from dashboard.choice import Choice
from dashboard.page import Ask, Page, Section

OF_PROMISES = ("promise", "priority", "team", "channel")
OF_CASES = ("priority", "team", "channel")
COUNTED = ("counted",)
MORE = ("company", "agent")

of_promises = partial(Ask, compare="none", narrowed_by=OF_PROMISES)
of_requests = partial(Ask, compare="none", narrowed_by=OF_CASES)

page = Page(
    path="/service",
    title="Service",
    question="When something goes wrong, do we make it right?",
    layout="sixths beside",
    order=40,
    wall=[
        ("do-we-keep-our-promises", "about-to-break", "broken-now"),
        ("how-does-it-change", "how-long-until-someone-answers", "was-it-solved-well"),
    ],
    choices=[
        Choice(name="promise", words="Promise", found="values", of="promises_kept", nothing="all"),
        Choice(name="priority", words="Priority", found="values", of="promises_kept", nothing="all"),
        Choice(name="team", words="Team", found="values", of="promises_kept", nothing="all"),
        Choice(name="channel", words="Channel", found="values", of="promises_kept", nothing="all"),
        Choice(name="kept_by", words="Kept by", found="dimensions", of="promises_kept", also=MORE, usual="promise"),
        Choice(name="across", words="and by", found="dimensions", of="promises_kept", also=MORE, usual="priority"),
        Choice(
            name="counted",
            words="In a period count promises",
            values=[
                ("decided", "decided in it: kept, or broken the moment they broke"),
                ("resolved_in_period", "of requests solved in it, as some tools count"),
                ("created_cohort", "of requests opened in it, as some tools count"),
            ],
            is_more=True,
        ),
        Choice(name="by", words="Waits split by", found="dimensions", of="time_to_solve", also=MORE, is_more=True),
    ],
    sections=[
        Section("Service", component="chooser", follows_selection=False),
        Section(
            "About to break",
            question="Whom did we promise something in the next four hours?",
            component="every_clock",
            size="three",
            begins="Now",
        ),
        Section(
            "What is going to break?",
            [of_promises(metric="promises_expected_to_break", split_by=("promise",))],
            question="Will you keep what you promised me?",
            chart="forecast",
            size="three",
        ),
        Section(
            "Broken now",
            [of_promises(metric="past_promise_now", split_by=("promise",))],
            question="Have you forgotten me?",
            chart="waiting",
            size="three",
        ),
        Section("They wait past our promise", component="who_waits", size="three"),
        Section(
            "Do we keep our promises?",
            crossed.asks(
                "promises_kept",
                ("kept_by", "promise"),
                ("across", "priority"),
                compare=None,
                takes=COUNTED,
                narrowed_by=OF_PROMISES,
            ),
            question="Do you do what you promised me, in the time you promised?",
            chart="crossed",
            size="four",
            begins="Promises",
        ),
        Section(
            "How does it change?",
            [of_promises(metric="promises_kept", takes=COUNTED, options={"series": 13})],
            chart="course",
            size="two",
        ),
        Section(
            "What became of them?",
            [of_promises(metric="promises_kept", takes=COUNTED, crossed_by={"kept_by": "promise"})],
            question="Kept or broken is in the share; what stands beside it is in none.",
            chart="beside",
            size="four",
        ),
        Section(
            "Everything we promised them?",
            [of_promises(metric="customers_every_promise_kept", split_by=("segment",))],
            question="Customers with every promise kept: one broken is enough.",
            chart="spans",
            size="two",
        ),
        Section(
            "How long until someone answers?",
            [Ask(metric="time_to_first_reply", narrowed_by=OF_CASES, splits=True)],
            question="The share who had a first reply, by the time since they asked; who still waits is counted, too.",
            chart="wait",
            size="three",
            begins="Waiting",
        ),
        Section(
            "How long until it is solved?",
            [Ask(metric="time_to_solve", narrowed_by=OF_CASES, splits=True)],
            question="The share whose request was solved, by the time since they asked; who still waits is counted, too.",
            chart="wait",
            size="three",
        ),
        Section(
            "Who waits for a solution?",
            [of_requests(metric="backlog")],
            question="How long have I been waiting?",
            chart="backlog",
            size="two",
        ),
        Section(
            "Does the pile grow?",
            [of_requests(metric="backlog", options={"series": 13})],
            question="Requests not solved at the end of each month, by how long they had waited then.",
            chart="ages",
            size="two",
        ),
        Section(
            "Was it solved well?",
            [
                Ask(metric="first_contact_resolution", narrowed_by=OF_CASES),
                Ask(metric="one_touch", narrowed_by=OF_CASES),
                Ask(metric="reopened", narrowed_by=OF_CASES),
                Ask(metric="pause_share", narrowed_by=OF_PROMISES),
                Ask(metric="targets_loosened_late", narrowed_by=OF_PROMISES),
            ],
            question="Of requests solved at least a week ago.",
            chart="figures",
            size="two",
        ),
        Section(
            "Which team?",
            [
                of_promises(metric="promises_kept", split_by=("team",)),
                of_promises(metric="pause_share", split_by=("team",)),
                of_promises(metric="targets_loosened_late", split_by=("team",)),
                of_requests(metric="first_contact_resolution", split_by=("team",)),
                of_requests(metric="reopened", split_by=("team",)),
                of_requests(metric="time_to_solve", split_by=("team",)),
            ],
            question="Pauses and targets loosened late stand beside what is kept: they make it look better than it felt.",
            chart="sheet",
            size="whole",
            begins="Teams",
        ),
        Section(
            "From their figure to ours",
            ["promise_bridge"],
            question="Why do you say another number than your own system?",
            chart="bridge",
            size="three",
            begins="How we count",
        ),
        Section(
            "What if we promised something else?",
            [
                Ask(
                    metric="promise_rehearsal",
                    compare="none",
                    takes=("promise", "target"),
                    renamed={"hours": "open"},
                    options={"target": "4h"},
                    narrowed_by=OF_CASES,
                    split_by=("priority",),
                )
            ],
            question="The last 90 days again, with another target or other hours; what people did stays as it was.",
            chart="rehearsal",
            size="three",
        ),
        Section(
            "As they report it",
            [Ask(metric="promise_kept_as_reported", compare="none", split_by=("reported_by",))],
            question="Did your own system say that you kept your promise to me? By request, from its last state.",
            chart="spans",
            size="three",
        ),
        Section(
            "Counted otherwise since",
            question="Do you still say the same of what you promised me?",
            component="restated",
            size="three",
        ),
    ],
)
