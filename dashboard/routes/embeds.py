"""Giving a panel of a page away: the dialog of its menu, and the link that it makes."""

from typing import Any

from flask import Flask, Response, request
from markupsafe import Markup

from dashboard import dialogs
from dashboard.access.noted import noted_in
from dashboard.access.who import Role, asking, needs
from dashboard.embed.chart import Charts
from dashboard.embed.give import Made, Wish, give
from dashboard.embed.keyring import Keyring
from dashboard.embed.token import Grant
from dashboard.errors import BadInput
from dashboard.posted import posted
from dashboard.reader import Reader
from dashboard.settings import Settings
from dashboard.templates import render
from dashboard.view import View
from metrics.language import speaking
from queries.audit import GIVEN
from queries.errors import QueriesError

FIELDS = ("at", "panel", "host", "days", "opens")
DAYS = {"": 0, "30": 30, "90": 90, "365": 365}


def register(server: Flask, charts: Charts, keyring: Keyring, settings: Settings) -> None:
    """Adds GET /api/embeds (the dialog of the panel that at and panel name) and POST, which answers with the link."""

    @server.get("/api/embeds")
    @needs(Role.MANAGER)
    def embeds_dialog() -> Response:
        wish, view = _wish(request.args)
        with speaking(charts.panels.language(view)):
            return _html(_dialog(charts, keyring, wish))

    @server.post("/api/embeds")
    @needs(Role.MANAGER)
    def make_embed() -> Response:
        told = posted("A link", FIELDS)
        wish, view = _wish(told)
        with speaking(charts.panels.language(view)):
            try:
                made = give(charts, keyring, wish, asking())
                noted_in(keyring.workspace, GIVEN, of=made.told)
                return _html(_made(charts, made, settings))
            except QueriesError as problem:
                return _html(dialogs.refused(str(problem)))


def _wish(told: Any) -> tuple[Wish, View]:
    """Reads what is wished for: the address of a page, one of its panels, for whom and how long."""
    path, _sign, query = str(told.get("at", "/")).partition("?")
    view = View.read(path, query).opened(None)
    if told.get("days", "") not in DAYS:
        raise BadInput("days is 30, 90, 365, or left out.")
    wish = Wish(
        path=view.path,
        panel=told.get("panel", "")[:100],
        query=view.query(),
        audience=told.get("host", ""),
        days=DAYS[told.get("days", "")],
        opens=told.get("opens", "") == "yes",
    )
    return wish, view


def _dialog(charts: Charts, keyring: Keyring, wish: Wish) -> Markup:
    section = charts.panels.section(wish.path, wish.panel)
    title, problem = wish.panel if section is None else section.title, ""
    try:
        title = charts.check(Grant(path=wish.path, panel=wish.panel, query=wish.query, begun=0, ends=0))
        hosts = keyring.read().hosts
    except QueriesError as refused:
        problem, hosts = str(refused), ()
    at = f"{wish.path}?{wish.query}" if wish.query else wish.path
    long_lived = any(host.long_lived for host in hosts)
    return render("embed_dialog.html", title=title, problem=problem, hosts=hosts, at=at, panel=wish.panel, long_lived=long_lived)


def _made(charts: Charts, made: Made, settings: Settings) -> Markup:
    reader = Reader.of(charts.panels.center.settings())
    link = made.link(settings.public_url or request.host_url)
    return render(
        "embed_made.html",
        moment=reader.full_moment(made.ends),
        zone=reader.zone,
        link=link,
        frame=made.frame(settings.public_url or request.host_url) if made.grant.audience else "",
        **{form: f"{link}.{form}" for form in ("csv", "xlsx", "json", "png", "svg")},
    )


def _html(html: Markup) -> Response:
    return Response(str(html), mimetype="text/html")
