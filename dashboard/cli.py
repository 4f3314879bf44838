"""The commands: load exports, watch the inbox, serve the pages, and ask from a terminal.

Every error is one sentence on standard error and exit code 2; `main` is the only place that ends the program.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from pydantic import ValidationError

from dashboard import loading, terminal
from dashboard.commands.access_request import access_request
from dashboard.commands.alerts import alerts
from dashboard.commands.audit import audit
from dashboard.commands.backup import backup, restore
from dashboard.commands.calendar import calendar
from dashboard.commands.case import case
from dashboard.commands.changed import changed
from dashboard.commands.changes import changes
from dashboard.commands.clocks import clocks
from dashboard.commands.coverage import coverage
from dashboard.commands.customer import customer
from dashboard.commands.decide import decide, decisions
from dashboard.commands.doctor import doctor
from dashboard.commands.embed import embed
from dashboard.commands.forget import forget
from dashboard.commands.hold_list import hold_list
from dashboard.commands.ledger import ledger, quarantine, retry
from dashboard.commands.new_source import new_source
from dashboard.commands.pack import pack
from dashboard.commands.picture import picture
from dashboard.commands.propose_joins import propose
from dashboard.commands.recognise import recognise
from dashboard.commands.sample import sample
from dashboard.commands.snapshots import rebuild, rollback, snapshots
from dashboard.commands.template import write_template
from dashboard.commands.token import token
from dashboard.commands.views import views
from dashboard.declaring import write_new
from dashboard.errors import NoPicture
from dashboard.flags import WORKSPACE, AsJson, By, Compare, InWorkspace, OfMetric, Period, Where, Why, filters, with_options
from dashboard.may_contact import marked
from dashboard.reader import Reader
from dashboard.watching import line_of, state_of, text_writer
from metrics import CommandCenter
from metrics.selection import Selection
from queries.audit import EXPORT, KEPT, LIST, LIST_DELETED, note
from queries.errors import QueriesError, SnapshotError, WorkspaceError, readable
from queries.load import LoadReport
from queries.load import load as load_exports
from queries.progress import told_in
from queries.watch import be_gentle, load_waiting
from queries.watch import watch as watch_inbox
from queries.workspace import Workspace

HERE = Path(__file__).parent
AFTER_LOAD = "It can be asked after the next load: edit the file, then `cx load` (a server that watches loads by itself)."

app = typer.Typer(
    name="cx", help="From a folder of exports to a command center of your customers' experience.", no_args_is_help=True,
    add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
)  # fmt: skip
new = typer.Typer(help="Write a declaration with every field present and commented.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(new, name="new")
app.add_typer(alerts, name="alerts")
app.add_typer(token, name="token")
app.add_typer(views, name="views")
app.add_typer(embed, name="embed")


@app.command()
def load(
    exports: Annotated[
        list[Path] | None,
        typer.Argument(help="Files, or folders of files; none: build anew from what is loaded.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    engine: Annotated[
        str | None,
        typer.Option(help="The Spark that makes the tables: local[*], spark://HOST:PORT, sc://HOST; without it: workspace.toml."),
    ] = None,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Take exports in, build, publish; print the ledger. Exit code 1 when a file was refused, 2 when all were.

    Without files it builds anew what is loaded already: after a journey, a segmentation or another declaration was written.
    """
    with loading.progress_bar(hidden=as_json) as progress:
        found = Workspace.create(workspace) if exports else Workspace.at(workspace)
        report = load_exports(found, exports or (), progress, engine=engine)
    if report.snapshot:
        loading.keep_definitions(workspace)
    loading.end(report, as_json=as_json)


@app.command()
def watch(
    status: Annotated[bool, typer.Option("--status", help="Say what the watch is doing and has done, and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --status: print JSON.")] = False,
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits there any more.")] = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Load what lands in the workspace's inbox, one build at a time, until it is stopped.

    After each, and hourly, it looks at the alerts and writes the packs that are due.

    What it has done is kept in the workspace, also as command_center.prom, which Prometheus' node exporter can read.
    """
    if status:
        state = state_of(Workspace.at(workspace))
        terminal.say_json(state) if as_json else terminal.say_line(line_of(state))
        return
    from dashboard.alerting.rounds import base_address
    from dashboard.alerting.watched import Rounds, make_round
    from dashboard.packs.watched import make_round as write_packs

    found, stop = Workspace.create(workspace), Event()
    rounds, write_figures = Rounds(found, also=write_packs), text_writer(found)
    for told in () if once else (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: stop.set())
    be_gentle()

    def reported(report: LoadReport) -> None:
        loading.say_outcome(report)
        if report.changed:
            loading.keep_definitions(workspace)
            rounds.published()

    def looked() -> None:
        write_figures()
        rounds.looked()

    with told_in(found.progress) as progress:
        if once:
            load_waiting(found, reported=reported, progress=progress)
            make_round(found, base_address())
            write_packs(found)
            return
        typer.echo(f"Watching {found.inbox}. Stop it with Ctrl-C.")
        watch_inbox(found, stop, reported=reported, looked=looked, progress=progress)
        rounds.finish()


@app.command()
@with_options
def ask(
    metric: OfMetric,
    period: Period = None,
    where: Where = None,
    by: By = None,
    compare: Compare = None,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
    options: Mapping[str, str] | None = None,
) -> None:
    """Answer a metric."""
    center = CommandCenter.open(workspace)
    chosen = Selection.of(period=period, compare=compare, where=filters(where), by=by or (), options=options)
    answer = center.ask(metric, chosen)
    if as_json:
        terminal.say_json(answer)
    else:
        terminal.say_answer(answer, Reader.of(center.settings()))


@app.command()
@with_options
def customers(
    metric: OfMetric,
    period: Period = None,
    where: Where = None,
    by: By = None,
    mark: Annotated[list[str] | None, typer.Option(help="A part of the figure: part=gained, stage=2, reason=Price.")] = None,
    limit: Annotated[int, typer.Option(min=0, max=100_000, help="How many rows.")] = 100,
    offset: Annotated[int, typer.Option(min=0, help="After how many rows.")] = 0,
    order: Annotated[str, typer.Option(help="The newest first (newest), or the greatest value (value).")] = "newest",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    why: Why = "",
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
    options: Mapping[str, str] | None = None,
) -> None:
    """List the customers behind a number, in the number's own unit."""
    chosen = Selection.of(period=period, compare="none", where=filters(where), by=by or (), options=options)
    part = {name: values[0] for name, values in filters(mark).items()}
    center = CommandCenter.open(workspace)
    people = center.customers_behind(metric, chosen, mark=part, limit=limit, offset=offset, order=order)
    if as_json or as_csv:
        people = marked(center, people)
    what = EXPORT if as_json or as_csv else LIST
    note(Workspace.at(workspace), what, of=metric, purpose=why, customers=people.customer_ids)
    if as_json:
        terminal.say_json(people)
    elif as_csv:
        terminal.say_csv(people.rows, people.columns)
    else:
        terminal.say_people(people, center.metric(metric).unit, Reader.of(center.settings()))


@app.command()
@with_options
def save(
    name: Annotated[str, typer.Argument(help="The list's name; filter by it with --where list=NAME.", show_default=False)],
    metric: OfMetric,
    period: Period = None,
    where: Where = None,
    by: By = None,
    mark: Annotated[list[str] | None, typer.Option(help="A part of the figure: part=gained, stage=2, reason=Price.")] = None,
    title: Annotated[str, typer.Option(help="What people call it; made of the question unless said.")] = "",
    frozen: Annotated[bool, typer.Option("--frozen", help="Keep the customers there are now; else it is asked again.")] = False,
    workspace: InWorkspace = WORKSPACE,
    options: Mapping[str, str] | None = None,
) -> None:
    """Save the people behind a number as a list, in the workspace's lists/."""
    chosen = Selection.of(period=period, where=filters(where), by=by or (), options=options)
    marked = {name: values[0] for name, values in filters(mark).items()}
    saved = CommandCenter.open(workspace).save_list(name, metric, chosen, mark=marked, title=title, frozen=frozen)
    note(Workspace.at(workspace), KEPT, of=f"{saved.name}, {metric}")
    typer.echo(f"Saved {saved.name}: {saved.title}")


@app.command("lists")
def saved_lists(
    delete: Annotated[str, typer.Option(help="Delete the list of this name instead.")] = "",
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """List the saved lists with how many customers are on each now, and how many were when it was saved."""
    center = CommandCenter.open(workspace)
    if delete:
        center.delete_list(delete)
        note(Workspace.at(workspace), LIST_DELETED, of=delete)
        terminal.say_line(f"Deleted {delete}.")
        return
    rows = center.lists()
    if as_json:
        terminal.say_json(rows)
    else:
        terminal.say_rows(rows, ("name", "customers", "customers_then", "kind", "metric", "title", "problem"))


@app.command()
@with_options
def explain(
    metric: OfMetric,
    customer: Annotated[
        str | None, typer.Option(help="Say instead, step by step, why this customer stands where they do.")
    ] = None,
    period: Period = None,
    where: Where = None,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
    options: Mapping[str, str] | None = None,
) -> None:
    """Say how a metric is worked out: question, formula, SQL, whose data judges it; or why one customer stands where they do."""
    center = CommandCenter.open(workspace)
    chosen = Selection.of(period=period, compare="none", where=filters(where), options=options)
    if customer:
        reasons = center.explain_customer(metric, customer, chosen)
        if as_json:
            terminal.say_json(reasons)
        else:
            terminal.say_line("\n".join(reasons.steps))
        return
    told = center.explain(metric, chosen)
    if as_json:
        terminal.say_json(told)
    else:
        terminal.say_explanation(told, Reader.of(center.settings()))


@app.command()
def metrics(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """List every metric with the question it answers."""
    rows = CommandCenter.open(workspace).glossary()
    if as_json:
        terminal.say_json(rows)
    else:
        terminal.say_rows(rows, ("metric", "title", "question", "unit"))


@app.command()
def check(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """Check every declaration, every metric against the snapshot, and the data; exit code 1 when a check finds an error.

    Before anything has been loaded the declarations alone are checked.
    """
    from dashboard.packs.writing import refuse_unknown_panels  # what knows the pages is needed by few commands
    from dashboard.page import Pages

    center = CommandCenter.open(workspace)
    found = Workspace.at(workspace)
    if not found.current.exists():
        center.check_declared()
        refuse_unknown_panels([*center.packs().values()], Pages.found())
        told = "Every declaration holds. Nothing has been loaded yet, so nothing else was checked."
        terminal.say_json([]) if as_json else typer.echo(told)
        return
    rows = center.check()
    refuse_unknown_panels([*center.packs().values()], Pages.found())
    if as_json:
        terminal.say_json(rows)
    else:
        broken = [row for row in rows if row["rows"]]
        if broken:
            terminal.say_rows(broken, ("check_id", "severity", "rows", "sentence"))
        terminal.say_line(f"{len(rows) - len(broken)} of {len(rows)} checks hold.")
    if any(row["severity"] == "error" and row["rows"] for row in rows):
        raise typer.Exit(1)


@app.command()
def serve(
    workspace: InWorkspace = WORKSPACE,
    host: Annotated[str, typer.Option(envvar="CX_HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, envvar="CX_PORT", help="The port to listen on.")] = 8050,
    workers: Annotated[int, typer.Option(min=1, max=16, envvar="CX_WORKERS", help="How many processes answer.")] = 2,
    with_watch: Annotated[bool, typer.Option("--watch", help="Also load what lands in the inbox.")] = False,
) -> None:
    """Serve the command center: on this machine alone, or behind a login as `CX_ACCESS` and the other settings say."""
    from dashboard.serve import serve as serve_pages  # the web server is needed by this command only
    from dashboard.settings import Settings

    found = Workspace.create(workspace)
    CommandCenter.open(workspace)  # what is declared wrong is told at once
    if not found.current.exists():
        typer.echo(f"Nothing has been loaded into {found.root} yet: the first page leads through it.")
    else:
        loading.keep_definitions(workspace)
    chosen = Settings(workspace=workspace, host=host, port=port, workers=workers, watch=with_watch)
    raise typer.Exit(serve_pages(chosen, typer.echo))


app.command("access-request")(access_request)
app.command("audit")(audit)
app.command()(backup)
app.command()(calendar)
app.command()(case)
app.command()(changed)
app.command()(changes)
app.command()(clocks)
app.command()(coverage)
app.command()(customer)
app.command()(decide)
app.command()(decisions)
app.command()(doctor)
app.command()(forget)
app.command("hold-list")(hold_list)
app.command()(ledger)
app.command()(pack)
app.command()(picture)
app.command("propose-joins")(propose)
app.command()(quarantine)
app.command()(retry)
app.command()(recognise)
app.command()(sample)
app.command()(snapshots)
app.command()(restore)
app.command()(rollback)
app.command()(rebuild)
app.command("template")(write_template)
new.command("source")(new_source)


@new.command("metric")
def new_metric(name: str, workspace: InWorkspace = WORKSPACE) -> None:
    """Write a metric into the workspace's metrics/; it is asked by the file's name."""
    write_new("metric.toml", workspace / "metrics", name)


@new.command("journey")
def new_journey(name: str, workspace: InWorkspace = WORKSPACE) -> None:
    """Write a journey into the workspace's journeys/, with the events found in its data, which are listed too."""
    rows = events_found(workspace)
    write_new("journey.toml", workspace / "journeys", name, journey_words(rows))
    if rows:
        terminal.say_rows(rows, ("event", "n", "customers", "channels"))
        typer.echo(AFTER_LOAD)
    else:
        typer.echo("Nothing has been loaded yet: the events in it are only examples.")


@new.command("dimension")
def new_dimension(name: str, workspace: InWorkspace = WORKSPACE) -> None:
    """Write a thing to split by into the workspace's dimensions/: a property, or a segmentation."""
    write_new("dimension.toml", workspace / "dimensions", name)
    typer.echo(AFTER_LOAD)


@new.command("segmentation")
def new_segmentation(name: str, workspace: InWorkspace = WORKSPACE) -> None:
    """Write a way to tell customers apart into the workspace's segments/; it can be split by after the next load."""
    write_new("segmentation.toml", workspace / "segments", name)
    typer.echo(AFTER_LOAD)


@new.command("calendar")
def new_calendar(name: str, workspace: InWorkspace = WORKSPACE) -> None:
    """Write a calendar into the workspace's calendars/: hours, public holidays, days that differ, versions."""
    write_new("calendar.toml", workspace / "calendars", name)
    typer.echo(f"`cx calendar {name}` counts its open time at once. {AFTER_LOAD}")


@new.command("promises")
def new_promises(name: str, workspace: InWorkspace = WORKSPACE) -> None:
    """Write a list of policies into the workspace's promises/: how soon you act on which request."""
    write_new("promises.toml", workspace / "promises", name)
    typer.echo(AFTER_LOAD)


@new.command("alert")
def new_alert(name: str, workspace: InWorkspace = WORKSPACE) -> None:
    """Write an alert into the workspace's alerts/: what somebody has to hear, when, and who."""
    write_new("alert.toml", workspace / "alerts", name)


@new.command("pack")
def new_pack(name: str, workspace: InWorkspace = WORKSPACE) -> None:
    """Write a review pack into the workspace's packs/: which figures of which period, for whom."""
    write_new("pack.toml", workspace / "packs", name)


@new.command("page")
def new_page(name: str, into: Annotated[Path, typer.Option(help="The folder of pages.")] = HERE / "pages") -> None:
    """Write a page into dashboard/pages/; it is picked up by itself."""
    write_new("page.py.j2", into, name)


def events_found(workspace: Path) -> Sequence[Mapping[str, object]]:
    """Returns the events of the workspace's data; none before anything has been loaded."""
    try:
        return CommandCenter.open(workspace).events()
    except (SnapshotError, WorkspaceError):
        return ()


def journey_words(rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Returns what a new journey names: two of the events found, and the list of all, as comments."""
    names = [json.dumps(row["event"], ensure_ascii=False) for row in rows]
    first, second = [*names, *(example for example in ('"web visit"', '"first order"') if example not in names)][:2]
    lines = [f"#   {name}: {row['n']:,} times, {row['customers']:,} customers" for name, row in zip(names, rows, strict=True)]
    head = "# The events found when this file was written:" if lines else "# Nothing had been loaded when this file was written."
    return {"first_event": first, "second_event": second, "found": "\n".join([head, *lines])}


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and ends the program with its exit code: 2 with one sentence when it cannot be done."""
    try:
        code = app(args=list(arguments) if arguments is not None else None, prog_name="cx", standalone_mode=False)
    except typer.TyperException as error:
        code = _refused(readable(str(error)))
    except (QueriesError, NoPicture) as error:
        code = _refused(str(error))
    except ValidationError as error:
        code = _refused("\n".join(problem["msg"].removeprefix("Value error, ") for problem in error.errors()))
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code or 0)


def _refused(sentence: str) -> int:
    typer.echo(sentence, err=True)
    return 2


if __name__ == "__main__":
    main()
