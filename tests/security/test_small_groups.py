"""Every panel stands for somebody who is not told groups of few: what is left out is said, and nothing fails."""

import logging

import pytest

from dashboard.first_run import Shown
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.view import View
from metrics import CommandCenter
from queries.policy import FEW, Policy

PAGES = Pages.found()
PANELS = [
    (page.path, section.id) for page in PAGES.pages for section in page.sections if "<" not in page.path and page.path != "*"
]


@pytest.mark.parametrize("query", ["", "period=2026"])
@pytest.mark.parametrize(("path", "name"), PANELS, ids=[f"{path} {name}" for path, name in PANELS])
def test_a_panel_stands_without_groups_of_few(
    tiny_center: CommandCenter, path: str, name: str, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    center = Shown(tiny_center, tiny_center.warehouse.workspace.root, lambda: Policy(names=False, least=FEW))
    with caplog.at_level(logging.ERROR):
        html = str(Panels(center, PAGES).draw(path, name, View.read(path, query)))
    assert "This panel failed" not in html, caplog.text
