"""`cx picture`: a metric's chart as a file for a slide or a document."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from dashboard import terminal
from dashboard.commands.embed import Shown, looks_of
from dashboard.flags import WORKSPACE, By, Compare, InWorkspace, OfMetric, Period, Where, filters, with_options
from metrics import CommandCenter
from metrics.errors import QuestionError
from metrics.selection import Selection
from queries.workspace import said_plainly

Out = Annotated[Path, typer.Option(help="The file to write: it ends in .png or .svg.", show_default=False)]
Chromium = Annotated[
    Path | None, typer.Option(envvar="CX_CHROMIUM", help="The Chromium that takes it; else the first found on the path.")
]


@with_options
def picture(
    metric: OfMetric,
    out: Out,
    period: Period = None,
    where: Where = None,
    by: By = None,
    compare: Compare = None,
    shown: Shown = None,
    chromium: Chromium = None,
    workspace: InWorkspace = WORKSPACE,
    options: Mapping[str, str] | None = None,
) -> None:
    """Write a metric's chart as a picture (.png) or as a drawing that scales (.svg).

    It says by itself of whom, of when and from which data it is. What names customers, or foretells what they will do, gives none.
    """
    from dashboard.embed.chart import Charts  # what draws brings the web server, which few commands need
    from dashboard.embed.token import Grant
    from dashboard.page import Pages
    from dashboard.panels import Panels
    from dashboard.pictures.camera import Camera
    from dashboard.pictures.pictures import FORMS, WIDTHS, Pictures, Shape

    form, how = out.suffix.removeprefix("."), looks_of(shown)
    if form not in FORMS:
        raise QuestionError(f"{out.name} is the name of no picture", instead="Name a file that ends in .png or .svg")
    chosen = Selection.of(period=period, compare=compare, where=filters(where), by=by or (), options=options)
    grant = Grant(metric=metric, query=chosen.to_query(), begun=0, ends=0)  # as a link would open it, and nothing is given away
    charts = Charts(Panels(CommandCenter.open(workspace), Pages.found()))
    shape = Shape(theme=how.get("theme", "light"), width=WIDTHS[how.get("size", "")])
    with Camera(chromium) as camera:
        taken = Pictures(camera).taken(form, shape, lambda theme: charts.sheet(grant, how.get("lang", ""), theme))
    with said_plainly(out, "Name a file that can be written"):
        out.write_bytes(taken)
    terminal.say_line(f"Wrote {out}.")
