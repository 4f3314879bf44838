"""Charts on other people's pages: /embed/<token> and what it asks for by itself, and /embed/renew for the hosts."""

import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, jsonify, request

from dashboard.access.given import Givers
from dashboard.access.noted import noted
from dashboard.access.who import Role, needs
from dashboard.embed.chart import Charts, Drawn
from dashboard.embed.door import PREFIX, asked, host_asking, language_asked, language_of_chart, look_asked, secured, told
from dashboard.embed.keyring import Keyring
from dashboard.embed.token import LONGEST, renewed, seen_by_giver, signed
from dashboard.errors import BadInput, EmbedRefused
from dashboard.gate import log_failure
from dashboard.pictures.pictures import FORMS, Pictures
from dashboard.scripts import asset
from dashboard.settings import Settings
from dashboard.templates import render
from dashboard.theme import EMBED_SCRIPT, words_of
from metrics.language import _, speaking, spoken
from metrics.period import utc_text
from queries.audit import LIST
from queries.clock import utc_now
from queries.errors import QueriesError

STYLES = ("tokens.css", "command_center.css", "panel_menu.css", "embed.css")

POLLS = 5
"""A chart asks as often as every fifth page: many read it, and nobody acts on it within seconds."""


def register(server: Flask, charts: Charts, keyring: Keyring, settings: Settings, givers: Givers, pictures: Pictures) -> None:
    """Adds GET /embed/<token>, what comes of the same token as a file or a picture, and POST /embed/renew. The door has read the token."""

    @server.get("/embed/<path:named>")
    @needs(Role.CHART)
    def embedded(named: str) -> Response:
        found = asked()
        with speaking(charts.panels.language(charts.view(found.grant, language_of_chart()))):
            return secured(_answer(charts, settings, pictures), found.grant.audience)

    @server.post("/embed/renew")
    @needs(Role.CHART)
    def renew() -> Response:
        return _renewed(keyring, givers)


def _answer(charts: Charts, settings: Settings, pictures: Pictures) -> Response:
    found = asked()
    if found.form == "panel":
        return _panel(charts, settings)
    if found.form == "behind":
        return _behind(charts)
    if found.form in ("csv", "xlsx", "json"):
        return _file(charts)
    if found.form in FORMS:
        return _picture(charts, pictures)
    return Response(_page(charts, settings), mimetype="text/html")


def _page(charts: Charts, settings: Settings) -> str:
    """Returns the page that is framed: the chart is in it, and its script only keeps it up to date."""
    found = asked()
    return str(
        render(
            "embed.html",
            **_told(charts),
            language=spoken(),
            chosen=language_of_chart(),
            words=words_of(EMBED_SCRIPT),
            theme=look_asked("theme"),
            size=look_asked("size"),
            audience=found.grant.audience,
            ends=found.grant.ends,
            poll=POLLS * settings.poll_seconds,
            address=PREFIX + found.token,
            styles=[asset(name) for name in STYLES],
            script=asset("embed.js"),
        )
    )


def _panel(charts: Charts, settings: Settings) -> Response:
    """Answers with the chart as it is now; with nothing while it is the one that the page has already."""
    mark = charts.mark(asked().grant, language_of_chart())
    if mark is None:
        response = jsonify(problem=_("The server cannot read its figures."))
        response.status_code = 503
        return response
    if request.if_none_match.contains(mark):
        return Response(status=304)
    return jsonify(**_told(charts), ends=asked().grant.ends, poll=POLLS * settings.poll_seconds)


def _behind(charts: Charts) -> Response:
    """Answers with who is behind a number, or why it is not told: too few, perhaps."""
    try:
        found = charts.behind(asked().grant, request.args.get("number", ""), language_of_chart())
        noted(charts.panels.center, LIST, of=found.metric, customers=found.customers)
    except QueriesError as problem:
        return Response(str(render("embed_problem.html", sentence=str(problem))), mimetype="text/html")
    return Response(str(render("embed_behind.html", behind=found)), mimetype="text/html")


def _told(charts: Charts) -> dict[str, Any]:
    """Returns the chart with its mark; where it cannot be drawn what is wrong, and no mark, so that it is asked for again."""
    grant = asked().grant
    try:
        drawn = charts.drawn(grant, language_of_chart())
    except QueriesError as problem:
        return _instead(str(problem))
    except Exception as error:
        return _instead(_("This could not be drawn. Tell your administrator the id {failure_id}.", failure_id=log_failure(error)))
    return _parts(drawn, charts.mark(grant, language_of_chart()) or "")


def _instead(sentence: str) -> dict[str, Any]:
    return _parts(Drawn(title=_("A chart"), html=str(render("embed_problem.html", sentence=sentence)), lines=()), "")


def _parts(drawn: Drawn, mark: str) -> dict[str, Any]:
    return {"title": drawn.title, "html": drawn.html, "lines": list(drawn.lines), "mark": mark}


def _file(charts: Charts) -> Response:
    """Answers with what the chart shows, as a table or as its answers."""
    grant = asked().grant
    try:
        if asked().form == "json":
            return jsonify(answers=[answer.to_json() for answer in charts.answers(grant)])
        return charts.file(grant, language_of_chart()).as_answer(asked().form)
    except QueriesError as problem:
        raise BadInput(str(problem)) from None


def _picture(charts: Charts, pictures: Pictures) -> Response:
    """Answers with a picture of the chart, taken once per version, look and shape."""
    grant, language = asked().grant, language_of_chart()
    mark = charts.mark(grant, spoken()) or ""  # who sees what is in it, too: it holds the policy
    try:
        return pictures.answer(
            asked().form, lambda theme: charts.sheet(grant, language, theme), grant.metric or grant.panel, mark
        )
    except QueriesError as problem:
        raise BadInput(str(problem)) from None


def _renewed(keyring: Keyring, givers: Givers) -> Response:
    """Answers a host with a fresh link for one of its own: all of it stays but its end."""
    token = request.form.get("token", "")
    if not token or len(token) > LONGEST or set(request.form) != {"token"}:
        raise BadInput("token is the one field: the last part of a link, after /embed/.")
    with speaking(language_asked() or None):
        try:
            grant = renewed(token, keyring.read(), host_asking().origin, time.time())
            seen_by_giver(grant, givers)
        except EmbedRefused as refused:
            return told(refused)
    now = utc_text(utc_now())
    fresh = signed(grant, keyring.signing(now))
    ends = utc_text(datetime.fromtimestamp(grant.ends, UTC).replace(tzinfo=None))
    return secured(jsonify(token=fresh, address=PREFIX + fresh, ends=ends), "")
