"""The page of four charts in our house: a page declared like any other, and the server that shows it alone."""

from typing import Any
from unittest.mock import patch

from dashboard import scripts
from dashboard.app import create_app
from dashboard.choice import Choice
from dashboard.page import Ask, Page, Pages, Section
from dashboard.settings import Settings

REGION = ("region",)
JOURNEY = {"mode": "reached", "anchor": "first", "window": "90 days"}

page = Page(
    path="/",
    title="Four charts",
    question="How are our customers of one region?",
    layout="sixths",
    choices=[Choice(name="region", words="Region", found="values", of="cases_opened", nothing="all", is_row=True)],
    sections=[
        Section("Region", component="chooser", follows_selection=False),
        Section(
            "How far did they get?",
            [
                Ask(
                    metric="journey_funnel",
                    period="all",
                    compare="none",
                    narrowed_by=REGION,
                    options=JOURNEY,
                )
            ],
            chart="funnel",
            size="three",
        ),
        Section(
            "Would you recommend us?",
            [Ask(metric="nps_relational", period="all", compare="none", narrowed_by=REGION, split_by=("wave",))],
            chart="waves",
            size="three",
        ),
        Section(
            "How often do they need our help?",
            [Ask(metric="cases_opened", period="all", compare="none", narrowed_by=REGION, split_by=("channel",))],
            chart="bars",
            size="three",
        ),
        Section(
            "How often do we want something of them?",
            [
                Ask(
                    metric="contacts_sent",
                    period="all",
                    compare="none",
                    narrowed_by=REGION,
                    where={"purpose": ("promotional",)},
                    split_by=("channel",),
                )
            ],
            chart="bars",
            size="three",
        ),
    ],
)


class Module:
    """Stands in for a file of dashboard/pages."""

    page = page


ONLY = Pages.of([("four_charts", Module)])


def application() -> Any:
    """Returns the WSGI application of this page alone; gunicorn calls this once in each worker, as for the product."""
    patch.object(Pages, "found", lambda: ONLY).start()  # for as long as this worker lives
    server = create_app(Settings()).server
    scripts.prepare(server)
    return server
