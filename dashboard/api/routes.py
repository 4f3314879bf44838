"""The addresses of /api/v1: metrics, ask, customers, snapshot, health, each in JSON, CSV and as a workbook.

What is asked is answered under the policy of whoever asks, as everywhere. An answer carries a mark of the snapshot, the definitions,
the policy and the question; whoever sends it again hears only that nothing has changed, without anything being worked out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final

import orjson
from flask import Blueprint, Flask, Response, request

from dashboard.access.noted import noted
from dashboard.access.who import Role, asking, needs
from dashboard.api.asked import FORMATS, LAST_OFFSET, MOST_ROWS, OF_ASK, OF_CUSTOMERS, USUAL_ROWS, Words, options_of
from dashboard.api.openapi import described
from dashboard.api.problems import KINDS, PREFIX, of_error, problem, refused_before
from dashboard.api.tables import columns_of, rows_of
from dashboard.api.tokens import CUSTOMERS, READ
from dashboard.cache import SharedCache
from dashboard.errors import NotAllowed
from dashboard.files import About, as_csv, file_of_rows
from dashboard.may_contact import marked
from dashboard.panels import Panels
from metrics.answer import Answer, People, json_ready
from metrics.command_center import ORDERS
from metrics.errors import UnknownName
from metrics.language import _
from metrics.metric import Metric
from queries.audit import EXPORT
from queries.errors import SnapshotError
from queries.workspace import Workspace

PROGRAM: Final = version("customer-command-center")

View = Callable[..., Response]


def opens_to(role: Role, scope: str) -> Callable[[View], View]:
    """Lets a view be called by who has the role, and by a token that is for it."""

    def guarded(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **named: Any) -> Response:
            scopes = asking().scopes
            if scopes and scope not in scopes:
                raise NotAllowed(f'This token is not for "{scope}".')
            return view(*args, **named)

        return needs(role)(run)

    return guarded


@dataclass(frozen=True, slots=True)
class Api:
    """What the addresses answer with."""

    panels: Panels
    cache: SharedCache
    workspace: Workspace

    @property
    def center(self) -> Any:
        return self.panels.center

    def metrics(self) -> Response:
        """Every metric with the question it answers."""
        words, rows = Words.read(("format",)), self.center.glossary()
        return self._marked(words, "metrics", lambda: _written(words.format, rows, rows))

    def ask(self, name: str) -> Response:
        """A metric's answer."""
        metric = self._metric(name)
        words = Words.read((*OF_ASK, *options_of(metric)))
        chosen = words.selection(metric)

        def answered() -> str | bytes:
            answer = self.center.ask(name, chosen)
            rows = rows_of(answer)
            return _written(words.format, answer, rows, columns_of(rows), _about(metric, answer))

        return self._marked(words, f"ask {name} {chosen.to_query()}", answered, is_shared=True)

    def customers(self, name: str) -> Response:
        """The customers behind a metric's number."""
        metric = self._metric(name)
        words = Words.read((*OF_CUSTOMERS, *options_of(metric)))
        mark = {dimension: values[0] for dimension, values in words.pairs("mark").items()}
        people = self.center.customers_behind(
            name,
            words.selection(metric, compare="none"),
            mark=mark,
            limit=words.number("limit", USUAL_ROWS, MOST_ROWS),
            offset=words.number("offset", 0, LAST_OFFSET),
            order=words.word("order", ORDERS[0], ORDERS),
        )
        people = marked(self.center, people)
        noted(self.center, EXPORT, of=name, customers=people.customer_ids)
        return _said(words.format, _written(words.format, people, people.rows, people.columns, _about(metric, people)))

    def snapshot(self) -> Response:
        """What is being asked: the snapshot, until when its sources are known, and by which definitions."""
        words, center = Words.read(("format",)), self.center
        sources, settings = center.sources(), center.settings()
        told = {
            "snapshot": center.snapshot,
            "as_of": max((one["known_until"] for one in sources if one["known_until"]), default=None),
            "definitions": sha256(center.definitions.encode()).hexdigest()[:16],
            "is_sample": center_is_sample(center),
            **{name: settings[name] for name in ("title", "zone", "currency", "locale", "default_journey")},
            "sources": [{name: one[name] for name in ("source", "title", "known_until", "is_finished")} for one in sources],
        }
        return self._marked(words, "snapshot", lambda: _written(words.format, told, told["sources"]))

    def health(self) -> Response:
        """Whether what is asked can be relied on: late exports, alarms, and checks of the data that do not hold."""
        words, center = Words.read(("format",)), self.center
        rows = [
            *({"kind": "alarm", "name": one["alarm"], "source": one["source"], "sentence": one["sentence"]} for one in center.alarms()),
            *(
                {"kind": one["severity"], "name": one["check_id"], "source": None, "sentence": one["sentence"]}
                for one in center.checks()
                if one["rows"]
            ),
        ]  # fmt: skip
        is_well = not any(row["kind"] in ("alarm", "error") for row in rows)
        told = {"status": "well" if is_well else "look", "snapshot": center.snapshot, "told": rows}
        return _said(words.format, _written(words.format, told, rows, ("kind", "name", "source", "sentence")))

    def description(self) -> Response:
        """All of this, as OpenAPI."""
        words = Words.read(())
        try:
            dimensions = [str(one["dimension_id"]) for one in self.center.dimensions()]
        except SnapshotError:
            dimensions = []
        told = described(self.center.metrics(), dimensions, PROGRAM)
        return self._marked(words, "openapi", lambda: orjson.dumps(told).decode())

    def _metric(self, name: str) -> Metric:
        try:
            metric: Metric = self.center.metric(name)
        except UnknownName as error:
            raise NoSuchMetric(str(error)) from None
        return metric

    def _marked(self, words: Words, what: str, make: Callable[[], str | bytes], *, is_shared: bool = False) -> Response:
        """Answers with a mark; with 304 alone where it was sent, and the other may still have what it stands for."""
        parts = ("api", PROGRAM, self.center.snapshot, self.center.definitions, self._forgotten(), words.format, what)
        mark = sha256("\x1f".join(parts).encode()).hexdigest()[:32]
        if request.if_none_match.contains_weak(mark):
            response = Response(status=304)
        else:
            response = _said(words.format, self.cache.once(parts, make) if is_shared else make())
        response.set_etag(mark, weak=True)
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Accept, Authorization"
        return response

    def _forgotten(self) -> str:
        """Changes once somebody was forgotten: a snapshot keeps its name then."""
        path = self.workspace.registry / "forgotten.json"
        return str(path.stat().st_mtime_ns) if path.exists() else ""


class NoSuchMetric(Exception):
    """An address that names a metric which is not there."""


def center_is_sample(center: Any) -> bool:
    return bool(getattr(center, "is_sample", False))


def register(server: Flask, api: Api) -> None:
    """Adds the addresses; what none of them is, is answered with a problem too."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX.rstrip("/"))
    read, people = opens_to(Role.VIEWER, READ), opens_to(Role.MANAGER, CUSTOMERS)
    for rule, view in (
        ("/metrics", read(api.metrics)),
        ("/ask/<name>", read(api.ask)),
        ("/customers/<name>", people(api.customers)),
        ("/snapshot", read(api.snapshot)),
        ("/health", read(api.health)),
        ("/problems/<slug>", read(_kind)),
        ("/openapi.json", read(api.description)),
        ("/", read(_nothing)),
        ("/<path:name>", read(_nothing)),
    ):
        blueprint.add_url_rule(rule, rule.replace(".", "_"), view, methods=["GET"])
    blueprint.register_error_handler(NoSuchMetric, lambda error: problem("unknown-metric", str(error)))
    blueprint.register_error_handler(Exception, of_error)
    server.register_blueprint(blueprint)
    server.after_request(refused_before)


def _kind(slug: str) -> Response:
    """What a kind of problem means, at its own address."""
    Words.read(())
    kind = KINDS.get(slug)
    if kind is None:
        return problem("not-found", "There is no such kind of problem.")
    told = {"type": f"{PREFIX}problems/{slug}", "title": kind.title, "status": kind.status, "means": kind.means}
    return _said("json", orjson.dumps(told).decode())


def _nothing(name: str = "") -> Response:
    return problem("not-found", f"There is nothing at {PREFIX}{name[:60]}. {PREFIX}openapi.json lists what there is.")


def _about(metric: Metric, told: Answer | People) -> About:
    """Returns what a workbook says of itself, in the words of those that are taken along from the pages."""
    return [
        (_("title"), metric.title),
        (_("question"), f"{metric.question} {metric.formula}"),
        (_("period"), told.period.label if told.period else _("now")),
        (_("filters"), "; ".join(f"{name}: {', '.join(values)}" for name, values in told.selection.where.items())),
        (_("data as of"), told.as_of),
        (_("snapshot"), told.snapshot),
        (_("moments"), "UTC"),
    ]


def _written(
    kind: str, thing: Any, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = (), about: About = ()
) -> str | bytes:
    if kind == "xlsx":
        return file_of_rows("", rows, columns, about=about).as_workbook()
    return as_csv(rows, columns) if kind == "csv" else orjson.dumps(json_ready(thing)).decode()


def _said(kind: str, text: str | bytes) -> Response:
    return Response(text, mimetype=FORMATS[kind])
