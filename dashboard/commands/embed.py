"""`cx embed`: a chart for another page, the hosts that may show charts, and the keys that sign their links."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperGroup

from dashboard import terminal
from dashboard.embed.keyring import Keyring
from dashboard.embed.looks import LOOKS
from dashboard.flags import WORKSPACE, AsJson, By, Compare, InWorkspace, OfMetric, Period, Where, filters, with_options
from metrics import CommandCenter
from metrics.errors import QuestionError
from metrics.period import utc_text
from metrics.selection import Selection
from queries.audit import GIVEN, HOST_ADDED, HOST_REMOVED, KEY_ADDED, KEY_RETIRED, TAKEN_BACK, note, read_audit
from queries.clock import utc_now
from queries.workspace import Workspace

if TYPE_CHECKING:
    from dashboard.embed.give import Wish

METRIC: Final = "metric"


class ByMetric(TyperGroup):
    """`cx embed nps_relational` is `cx embed metric nps_relational`: a word that is no command is a metric."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the words after `cx embed`."""
        known = args[0] in self.commands or args[0].startswith("-") if args else True
        rest: list[str] = super().parse_args(ctx, args if known else [METRIC, *args])
        return rest


embed = typer.Typer(
    cls=ByMetric,
    help="Give one chart to another page, as a signed link that ends; `cx embed METRIC` is enough.",
    no_args_is_help=True,
)
hosts = typer.Typer(help="Register the web pages that may show charts, list them, take them off.", no_args_is_help=True)
keys = typer.Typer(help="Add, retire and list the keys that sign the links; two may be active.", no_args_is_help=True)
embed.add_typer(hosts, name="hosts")
embed.add_typer(keys, name="keys")

Host = Annotated[
    str, typer.Option("--for", help="The host whose pages show it: https://wiki.example.com, as cx embed hosts knows it.")
]
Minutes = Annotated[int, typer.Option(help="For how many minutes it is good; its host renews it.")]
Days = Annotated[int, typer.Option(help="For how many days instead, where its host may have that.")]
Opens = Annotated[bool, typer.Option("--opens", help="A number opens the customers behind it, without their names.")]
Base = Annotated[str, typer.Option(envvar="CX_PUBLIC_URL", help="Where the command center is reached.")]
Shown = Annotated[
    list[str] | None,
    typer.Option(
        "--shown",
        help="How it looks: theme=light or dark, else as the page around; lang=en or de, else the reader's; size=small or large; "
        "repeat it.",
    ),
]
Origin = Annotated[str, typer.Argument(help="As browsers write it: https://wiki.example.com.", show_default=False)]
HERE: Final = "http://127.0.0.1:8050"


@embed.command(METRIC)
@with_options
def metric(
    metric: OfMetric,
    period: Period = None,
    where: Where = None,
    by: By = None,
    compare: Compare = None,
    host: Host = "",
    minutes: Minutes = 10,
    days: Days = 0,
    opens: Opens = False,
    shown: Shown = None,
    base: Base = HERE,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
    options: Mapping[str, str] | None = None,
) -> None:
    """Print a link to a metric's chart, and the lines of HTML that show it on a page of its host."""
    from dashboard.embed.give import Wish  # what draws brings the web server, which few commands need

    chosen = Selection.of(period=period, compare=compare, where=filters(where), by=by or (), options=options)
    wish = Wish(metric=metric, query=chosen.to_query(), audience=host, minutes=minutes, days=days, opens=opens)
    _tell(workspace, wish, base, as_json=as_json, shown=shown)


@embed.command()
def panel(
    address: Annotated[
        str, typer.Argument(help="The page as the browser shows it: /service?period=2026-Q3.", show_default=False)
    ],
    panel: Annotated[
        str, typer.Argument(help="The panel, by the end of its address: do-we-keep-our-promises.", show_default=False)
    ],
    host: Host = "",
    minutes: Minutes = 10,
    days: Days = 0,
    opens: Opens = False,
    shown: Shown = None,
    base: Base = HERE,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Print a link to a panel of a page, with the page's selection, and the lines of HTML that show it."""
    from dashboard.embed.give import Wish

    path, _sign, query = address.partition("?")
    wish = Wish(path=path, panel=panel, query=query, audience=host, minutes=minutes, days=days, opens=opens)
    _tell(workspace, wish, base, as_json=as_json, shown=shown)


@embed.command("list")
def list_links(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """List the charts that were given away: by whom, to whom and until when, and which were taken back; the newest first.

    One of ten minutes is renewed by its host, and lasts longer than it says.
    """
    ended = _keyring(workspace).read().ended
    rows = [
        {"link": one.of.partition(" ")[0], "at": one.at, "by": one.by, "chart": one.of.partition(" ")[2],
         "state": "taken back" if one.of.partition(" ")[0] in ended else ""}
        for one in read_audit(Workspace.at(workspace), what=GIVEN)
    ]  # fmt: skip
    _say(rows, ("link", "at", "by", "chart", "state"), "No chart was given away.", as_json=as_json)


@embed.command("revoke")
def revoke(
    link: Annotated[str, typer.Argument(help="The link's id, as `cx embed list` tells it.", show_default=False)],
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Take one chart back: its link opens nothing from now on, however often it was renewed."""
    _keyring(workspace).end_link(link)
    note(Workspace.at(workspace), TAKEN_BACK, of=link)
    terminal.say_line(f"{link} opens nothing any more.")


@hosts.command("add")
def add_host(
    origin: Origin,
    long_lived: Annotated[
        bool, typer.Option("--long-lived", help="Its links may be good for days: for a page without a program.")
    ] = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Register a host and print its own key, this once; a host that is known gets another one, and the old one ends."""
    own_key = _keyring(workspace).add_host(origin, _now(), long_lived=long_lived)
    note(Workspace.at(workspace), HOST_ADDED, of=f"{origin}{', long-lived' * long_lived}")
    typer.echo(own_key)
    if origin.startswith("http:"):
        typer.echo(
            "It is not encrypted: unless it is this machine, cx doctor calls it unsafe, and a service stays down.", err=True
        )
    typer.echo(
        f"With this key the server of {origin} renews its links at /embed/renew. Keep it there: it is not told again.", err=True
    )


@hosts.command("remove")
def remove_host(origin: Origin, workspace: InWorkspace = WORKSPACE) -> None:
    """Take a host off the list: every chart on its pages ends at once."""
    _keyring(workspace).remove_host(origin)
    note(Workspace.at(workspace), HOST_REMOVED, of=origin)
    terminal.say_line(f"{origin} may show no chart any more.")


@hosts.command("list")
def list_hosts(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """List the hosts, and whether their links may be good for days."""
    kept = _keyring(workspace).read().hosts
    rows = [{"origin": host.origin, "long_lived": "days" if host.long_lived else "", "added_at": host.added_at} for host in kept]
    _say(rows, ("origin", "long_lived", "added_at"), "No host is registered: cx embed hosts add ORIGIN does it.", as_json=as_json)


@keys.command("add")
def add_key(workspace: InWorkspace = WORKSPACE) -> None:
    """Add a key, which signs from now on; links of the one before stay good until it is retired."""
    made = _keyring(workspace).add_key(_now())
    note(Workspace.at(workspace), KEY_ADDED, of=made.key_id)
    terminal.say_line(f"{made.key_id} signs from now on.")


@keys.command("retire")
def retire_key(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `cx embed keys list` tells it.", show_default=False)],
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """End a key, and with it at once every link that it signed and that was not renewed since."""
    _keyring(workspace).retire_key(key_id, _now())
    note(Workspace.at(workspace), KEY_RETIRED, of=key_id)
    terminal.say_line(f"{key_id} is believed no longer.")


@keys.command("list")
def list_keys(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """List the keys, which of them signs, and which are retired; never what they are."""
    kept = _keyring(workspace).read()
    newest = kept.active[-1] if kept.active else None
    rows = [
        {"key": key.key_id, "state": "signs" if key == newest else "believed" if key.is_active else "retired", "added_at": key.added_at,
         "retired_at": key.retired_at} for key in kept.keys
    ]  # fmt: skip
    _say(rows, ("key", "state", "added_at", "retired_at"), "There is no key yet: the first link makes one.", as_json=as_json)


def _tell(workspace: Path, wish: "Wish", base: str, *, as_json: bool, shown: list[str] | None) -> None:
    from dashboard.access.who import Who
    from dashboard.embed.chart import Charts
    from dashboard.embed.give import give
    from dashboard.page import Pages
    from dashboard.panels import Panels

    how = looks_of(shown)
    center = CommandCenter.open(workspace)
    made = give(Charts(Panels(center, Pages.found())), _keyring(workspace), wish, Who.local())
    note(Workspace.at(workspace), GIVEN, of=made.told)
    told = {"title": made.title, "link": made.link(base, **how), "html": made.frame(base, **how), "ends": utc_text(made.ends)}
    if as_json:
        terminal.say_json(told)
        return
    typer.echo(told["link"])
    if wish.audience:
        typer.echo("\n" + told["html"])
    seen = f"on pages of {wish.audience} only" if wish.audience else "by itself, in no page; --for HOST gives one a host"
    terminal.say_line(f"\n{made.title}: opens {seen}, until {told['ends']}.")


def looks_of(shown: list[str] | None) -> dict[str, str]:
    """Returns how a chart is to look; raises QuestionError for what the page does not know."""
    told = {name: values[-1] for name, values in filters(shown).items()}
    for name, value in told.items():
        if value not in LOOKS.get(name, ()):
            known = ", ".join(f"{each}={one}" for each, ones in LOOKS.items() for one in ones)
            raise QuestionError(f'"{name}={value}" is no way that a chart is shown', instead=f"There is: {known}")
    return told


def _say(rows: list[dict[str, str]], columns: tuple[str, ...], nothing: str, *, as_json: bool) -> None:
    if as_json:
        terminal.say_json(rows)
    elif rows:
        terminal.say_rows(rows, columns)
    else:
        terminal.say_line(nothing)


def _keyring(workspace: Path) -> Keyring:
    return Keyring(Workspace.at(workspace))


def _now() -> str:
    return utc_text(utc_now())
