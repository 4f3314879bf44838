"""The journey: where people are, how they moved, how far they got, and what goes along with turning away."""

from dashboard.choice import Choice
from dashboard.page import Ask, Page, Section

OPTIONS = ("journey", "mode", "window", "anchor", "period_of")
SPLIT = (*OPTIONS, "attribution")
USUAL = {"window": "90d", "period_of": "window_end"}

page = Page(
    path="/journey",
    title="Journey",
    question="Where do we lose people, and whom?",
    layout="journey beside",
    order=10,
    wall=[("how-far-did-they-get", "do-we-attract-the-right-people", "do-we-sell-what-helps-them")],
    choices=[
        Choice(
            name="report",
            words="Report",
            values=[("here_now", "Here now"), ("moved", "Moved"), ("how_far", "How far")],
            usual="how_far",
            is_row=True,
        ),
        Choice(name="journey", words="Journey", found="journeys", clears=("step",)),
        Choice(
            name="mode",
            words="Counts people who",
            values=[
                ("reached", "reached a stage or beyond"),
                ("ordered", "took each stage after the one before"),
                ("strict", "took each stage and no other between"),
                ("any", "saw so many stages, in any order"),
            ],
        ),
        Choice(
            name="window",
            words="within",
            values=[
                ("7d", "7 days"),
                ("30d", "30 days"),
                ("90d", "90 days"),
                ("180d", "180 days"),
                ("365d", "a year"),
                ("", "the journey’s own time"),
            ],
            usual="90d",
        ),
        Choice(name="by", words="Split by", found="dimensions", of="journey_funnel"),
        Choice(
            name="period_of",
            words="The period is when",
            values=[("window_end", "their time ended"), ("entry", "their journey began")],
            is_more=True,
        ),
        Choice(
            name="anchor",
            words="Their time runs",
            values=[("first", "from where they set out"), ("latest", "anew from each new start, the best counts")],
            is_more=True,
        ),
        Choice(
            name="attribution",
            words="A split goes by",
            values=[
                ("entry", "how it was when they set out"),
                ("first", "their first stage"),
                ("last", "their last stage"),
                ("step:2", "the second stage"),
            ],
            is_more=True,
        ),
        Choice(
            name="grain", words="The trend is by", values=[("month", "month"), ("week", "week"), ("day", "day")], is_more=True
        ),
        Choice(name="of", words="Ways lead through", values=[("stages", "stages"), ("channels", "channels")], is_more=True),
    ],
    sections=[
        Section("Journey", component="chooser", follows_selection=False),
        Section(
            "How far did they get?",
            [
                Ask(metric="journey_funnel", period="page", takes=OPTIONS, options=USUAL),
                Ask(
                    metric="journey_funnel",
                    key="split",
                    period="page",
                    takes=OPTIONS,
                    options=USUAL,
                    splits=True,
                    only_split=True,
                ),
            ],
            chart="funnel",
            size="four",
            instead={
                ("report", "here_now"): Section(
                    "Who is where?",
                    [Ask(metric="journey_here_now", period="page", takes=("journey",), splits=True)],
                    question="Everyone counts once, in the highest stage reached since they last set out.",
                    chart="stock",
                ),
                ("report", "moved"): Section(
                    "Who came, and who went on?",
                    [Ask(metric="journey_moved", period="page", takes=("journey",))],
                    question="Visits to each stage; a person who comes back makes another one.",
                    chart="flow",
                ),
            },
        ),
        Section(
            "How long does it take?",
            [
                Ask(
                    metric="time_to_convert",
                    period="entry",
                    takes=("journey", "window"),
                    options={"window": "90d"},
                    step={"from_stage": "from", "to_stage": "to"},
                    splits=True,
                )
            ],
            question="The share who had got there, by the days since; leaving counted, those still open counted fairly.",
            chart="incidence",
            size="two",
        ),
        Section(
            "What goes along with turning away?",
            [
                Ask(
                    metric="journey_drivers",
                    period="entry",
                    compare="none",
                    takes=("journey", "window"),
                    options={"window": "90d"},
                    step={"stage": "from"},
                )
            ],
            chart="drivers",
            size="two",
        ),
        Section(
            "Why did it move?",
            [
                Ask(
                    metric="journey_why_moved",
                    period="page",
                    takes=("journey", "window", "period_of"),
                    options=USUAL,
                    step={"stage": "to"},
                    splits=True,
                )
            ],
            question="The change of the step’s share: through who came, and through how each group did.",
            chart="parts",
            size="two",
        ),
        Section(
            "How does it change?",
            [
                Ask(
                    metric="journey_funnel",
                    period="trend",
                    compare="none",
                    takes=("journey", "mode", "window", "anchor", "grain"),
                    options={"window": "90d", "period_of": "entry", "grain": "month"},
                )
            ],
            chart="trend",
            size="two",
        ),
        Section(
            "Which ways do they take?",
            [
                Ask(
                    metric="journey_paths",
                    period="entry",
                    compare="none",
                    takes=("journey", "window", "of"),
                    options={"window": "90d"},
                )
            ],
            chart="paths",
            size="four",
        ),
        Section(
            "Online and in store",
            ["looked_online_bought_in_store", "looked_in_store_bought_online", "orders_with_known_buyer"],
            question="Where they looked before they bought.",
            chart="figures",
            size="two",
        ),
        Section(
            "Do we attract the right people?",
            ["new_prospects", "reach_with_consent", "time_to_first_contact", "nurture_progress", "source_quality"],
            chart="figures",
            size="three",
        ),
        Section(
            "Do we sell what helps them?",
            [
                "offers_in_time",
                "opportunities_won",
                "sales_cycle_time",
                "pipeline",
                "second_product",
                "higher_plan",
                "accounts_with_decision_maker",
            ],
            chart="figures",
            size="three",
        ),
    ],
)
