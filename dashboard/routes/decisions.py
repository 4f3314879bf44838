"""Writing a decision: the form of the page Improve sends it here; what is wrong of it comes back beside its field."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Response, jsonify, request

from dashboard.access.noted import noted
from dashboard.access.who import Role, needs
from dashboard.callbacks import current_version
from dashboard.errors import BadInput
from dashboard.panels import Panels
from dashboard.posted import posted
from dashboard.view import View
from metrics.deciding import Told
from metrics.errors import NoDecision
from metrics.language import LANGUAGES, speaking
from metrics.named import owner_code
from queries.audit import DECISION
from queries.errors import QueriesError

FIELDS = ("owner", "what", "due", "expects", "metric", "about", "token", "where", "lang")
MOST_FILTERS = 20


def register(server: Flask, panels: Panels) -> None:
    """Adds POST /decisions, which takes the fields of one decision from a page of this server only.

    It answers with the decision's id and the version that shows it; 422 with a sentence for each field that has a problem.
    """

    @server.post("/decisions")
    @needs(Role.MANAGER)
    def write_decision() -> Any:
        form = posted("A decision", FIELDS)
        with speaking(panels.language(View(language=form["lang"] if form["lang"] in LANGUAGES else ""))):
            try:
                owners = sorted({str(metric.owner) for metric in panels.center.metrics()})
                made = panels.center.decide(_told({**form, "owner": owner_code(form["owner"], owners)}))
                noted(panels.center, DECISION, of=made.decision_id)
            except NoDecision as wrong:
                return jsonify(problems=wrong.problems), 422
            except QueriesError as problem:
                return jsonify(problems={"": str(problem)}), 422
        if request.accept_mimetypes.best != "application/json":
            return Response(status=303, headers={"Location": "/improve"})
        return jsonify(id=made.decision_id, version=current_version(panels) or "")


def _told(form: Mapping[str, str]) -> Told:
    where: dict[str, tuple[str, ...]] = {}
    try:
        pairs = parse_qsl(form["where"], max_num_fields=MOST_FILTERS)
    except ValueError:
        raise BadInput("where is name=value pairs joined by &.") from None
    for name, value in pairs:
        where[name] = (*where.get(name, ()), value)
    return Told(where=where, **{name: form[name] for name in ("owner", "what", "due", "expects", "metric", "about", "token")})
