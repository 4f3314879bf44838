"""Giving a panel of a page away: the dialog of its menu, and the link that it makes."""

from dataclasses import replace
from typing import Any, Final

from flask import Flask, Response, request
from markupsafe import Markup

from dashboard import dialogs
from dashboard.access.noted import noted_in
from dashboard.access.who import Role, asking, needs
from dashboard.embed.chart import Charts
from dashboard.embed.give import Made, Wish, give
from dashboard.embed.keyring import Keyring
from dashboard.embed.looks import LOOKS
from dashboard.embed.token import Grant
from dashboard.errors import BadInput
from dashboard.posted import posted
from dashboard.reader import Reader
from dashboard.settings import Settings
from dashboard.templates import render
from dashboard.view import View
from metrics.language import LANGUAGES, _, speaking
from queries.audit import GIVEN
from queries.errors import QueriesError

MINUTES, DAYS = (10, 30, 60), (30, 90, 365)
LASTS: Final = {f"{count} {unit}": (unit, count) for unit, counts in (("minutes", MINUTES), ("days", DAYS)) for count in counts}
FIELDS: Final = ("at", "panel", "host", "lasts", "opens", *LOOKS)


def register(server: Flask, charts: Charts, keyring: Keyring, settings: Settings) -> None:
    """Adds GET /api/embeds (the dialog of the panel that at and panel name) and POST, which answers with the link."""

    @server.get("/api/embeds")
    @needs(Role.MANAGER)
    def embeds_dialog() -> Response:
        wish, view = _wish(request.args)
        with speaking(charts.panels.language(view)):
            return _html(_dialog(charts, keyring, wish, view))

    @server.post("/api/embeds")
    @needs(Role.MANAGER)
    def make_embed() -> Response:
        told = posted("A link", FIELDS)
        wish, view = _wish(told)
        with speaking(charts.panels.language(view)):
            try:
                made = give(charts, keyring, wish, asking())
                noted_in(keyring.workspace, GIVEN, of=made.told)
                return _html(_made(charts, made, settings, _looks(told)))
            except QueriesError as problem:
                return _html(dialogs.refused(str(problem)))


def _wish(told: Any) -> tuple[Wish, View]:
    """Reads what is wished for: the address of a page, one of its panels, for whom and how long."""
    path, _sign, query = str(told.get("at", "/")).partition("?")
    view = View.read(path, query).opened(None)
    lasts = told.get("lasts") or f"{MINUTES[0]} minutes"
    if lasts not in LASTS:
        raise BadInput(f"lasts is one of {', '.join(LASTS)}, or left out.")
    wish = Wish(
        path=view.path,
        panel=told.get("panel", "")[:100],
        query=replace(view, language="").query(),  # whoever reads the chart need not read what its giver reads
        audience=told.get("host", ""),
        opens=told.get("opens", "") == "yes",
    )
    unit, count = LASTS[lasts]
    return (replace(wish, minutes=count) if unit == "minutes" else replace(wish, days=count)), view


def _looks(told: Any) -> dict[str, str]:
    """Reads how the chart is to look. Raises BadInput."""
    chosen = {name: str(told.get(name, "")) for name in LOOKS}
    for name, value in chosen.items():
        if value and value not in LOOKS[name]:
            raise BadInput(f"{name} is {' or '.join(LOOKS[name])}, or left out.")
    return chosen


def _dialog(charts: Charts, keyring: Keyring, wish: Wish, view: View) -> Markup:
    section = charts.panels.section(wish.path, wish.panel)
    title, problem = wish.panel if section is None else section.title, ""
    try:
        title = charts.check(Grant(path=wish.path, panel=wish.panel, query=view.query(), begun=0, ends=0))
        hosts = keyring.read().hosts
    except QueriesError as refused:
        problem, hosts = str(refused), ()
    return render(
        "embed_dialog.html",
        title=title,
        problem=problem,
        hosts=hosts,
        at=view.href(),
        panel=wish.panel,
        lasts=_lasts(has_days=any(host.long_lived for host in hosts)),
        looks=_look_words(),
    )


def _lasts(*, has_days: bool) -> list[tuple[str, str]]:
    """Returns how long a link may be good, each with its words; for days only where a host may have that."""
    minutes = [(f"{count} minutes", _("{count} minutes; the page renews it with its own key", count=count)) for count in MINUTES]
    days = [(f"{count} days", _("{count} days, for a page that cannot renew it", count=count)) for count in DAYS]
    return [*minutes, *(days if has_days else [])]


def _look_words() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Returns what may be chosen of a chart's look: each with its name in the link, its words, and its values with theirs."""
    theme = {"": _("As the page around it"), "light": _("Light"), "dark": _("Dark")}
    size = {"": _("As usual"), "small": _("Small"), "large": _("Large")}
    lang = {"": _("As the reader reads"), **LANGUAGES}
    return [
        ("theme", _("Colours"), [*theme.items()]),
        ("size", _("Letters"), [*size.items()]),
        ("lang", _("Language"), [*lang.items()]),
    ]


def _made(charts: Charts, made: Made, settings: Settings, looks: dict[str, str]) -> Markup:
    reader = Reader.of(charts.panels.center.settings())
    base, tabled = settings.public_url or request.host_url, {"lang": looks["lang"]}
    shown = {"csv": tabled, "xlsx": tabled, "json": {}, "png": looks, "svg": looks}
    return render(
        "embed_made.html",
        moment=reader.full_moment(made.ends),
        zone=reader.zone,
        link=made.link(base, **looks),
        frame=made.frame(base, **looks) if made.grant.audience else "",
        **{form: made.link(base, form, **how) for form, how in shown.items()},
    )


def _html(html: Markup) -> Response:
    return Response(str(html), mimetype="text/html")
