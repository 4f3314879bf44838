"""The command center: one screen, in the order in which a company should look at its customers."""

from dashboard.page import Ask, Page, Section

page = Page(
    path="/",
    title="Command center",
    question="How are our customers, right now?",
    layout="overview",
    order=0,
    wall=[
        ("customers-and-value", "why-they-left", "needs-a-decision"),
        ("the-journey-in-our-customers-words", "about-to-break", "what-they-tell-us"),
    ],
    sections=[
        Section(
            "Customers and value",
            [Ask(metric="customer_equation", compare="year", options={"series": 13})],
            question="How many customers have we, and what are they worth?",
            chart="equation",
            size="wide-of-two",
        ),
        Section(
            "Why they left",
            [Ask(metric="reasons_lost", compare="none", options={"most": 4})],
            question="What made you go?",
            chart="reasons",
            size="rest-of-two",
        ),
        Section(
            "The journey, in our customers’ words",
            [
                "journey_strip",
                Ask(metric="commitments_kept", split_by=("promise",), compare="none"),
                Ask(metric="nps_relational", split_by=("stage",), compare="none"),
                "open_cases",
                "replied_in_time",
                Ask(metric="past_promise_now", where={"promise": ("first_reply",)}),
                "time_to_solve",
                "first_contact_resolution",
            ],
            question="Where do people get what they came for, and where do they turn away?",
            chart="strip",
        ),
        Section(
            "About to break",
            question="Whom did we promise a reply in the next four hours?",
            component="about_to_break",
            size="first-of-four",
        ),
        Section(
            "What they tell us",
            [Ask(metric="nps_relational", split_by=("stage",), compare="none"), Ask(metric="journey_strip", compare="none")],
            question="Would you recommend us?",
            chart="intervals",
            size="second-of-four",
        ),
        Section(
            "Needs a decision",
            question="Where did we let customers down, and whose is it?",
            component="needs_a_decision",
            size="third-of-four",
        ),
        Section(
            "Attract, sell, grow",
            ["new_prospects", "source_quality", "opportunities_won", "second_product", "earned_growth"],
            question="Do the right people find us?",
            chart="figures",
            size="fourth-of-four",
        ),
    ],
)
