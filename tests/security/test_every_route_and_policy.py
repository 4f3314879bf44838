"""Every route and every callback, for every row policy: no answer tells of a customer whom the policy hides.

The two tables are the whole of it: a route or a callback without a line fails. All people of the company that is asked are
canaries, and each line says to whom it tells of somebody: what tells nobody anything cannot leak.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Final
from urllib.parse import unquote_plus

import pytest
from dash import Dash
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from dashboard.access.doors import Doors
from dashboard.access.who import Role, Who
from dashboard.app import create_app
from dashboard.embed.door import PREFIX
from dashboard.embed.keyring import Keyring
from dashboard.page import Pages
from dashboard.settings import Settings
from dashboard.spreadsheet import MIMETYPE
from metrics import CommandCenter
from metrics.metric import Metric
from queries.build import CHECKS
from queries.policy import Policy
from tests.security.company import Canary, Person, Place, Written, loaded, written
from tests.security.test_roles import CALLBACKS, HERE, SHUT, AtTheDoor, routes_of, short

POLICIES: Final = {
    "whole": Policy(),
    "region": Policy(regions=frozenset({"south"})),
    "segment": Policy(segments=frozenset({"Homes, gas"})),
    "team": Policy(teams=frozenset({"Care desk"})),
    "nothing": Policy(regions=frozenset({"nowhere"}), segments=frozenset({"none"}), teams=frozenset({"nobody"})),
}
NOBODY: Final[tuple[str, ...]] = ()
ALL_ROWS: Final = ("whole",)
OF_CUSTOMERS: Final = ("whole", "region", "segment")
"""To whom rows are told that are on no team's."""
OF_TEAMS: Final = (*OF_CUSTOMERS, "team")
LEFT: Final = ("whole", "region")
"""To whom it is told why somebody left, who is in no segment of today's."""
HOST: Final = "https://wiki.example.com"
WHY: Final = "&why=a+call"
CANARY: Final = re.compile(r"zq[a-z]{3}x|4711000\d\d|c-[0-9a-f]{12}")
PAGES: Final = Pages.found()
LISTED: Final = (
    "cases_opened", "comments", "customer_equation", "customers_brought", "customers_gained", "customers_lost", "journey_funnel",
    "nps_relational", "offers_in_time", "recommendations", "running_clocks",
)  # fmt: skip
"""The metrics whose lists of people are asked for by each way; by one way so many that all facts and figures are asked."""
FILES: Final = (
    "/ why-they-left", "/customers who-left", "/customers who-joined",
    "/data-health which-rows", "/respect whom-must-we-leave-alone-today", "/service they-wait-past-our-promise",
    "/voice in-their-own-words",
)  # fmt: skip
GIVEN: Final = ("/ why-they-left", "/service who-waits-for-a-solution", "/staying do-they-bring-others")
OF_OTHER_ROWS: Final = re.compile(r"\b(case_events|order_lines|properties|reported_promises|stage_changes|survey_answers)\b")
CHECKED: Final = sorted(path.stem for path in CHECKS.glob("*.sql") if OF_OTHER_ROWS.search(path.read_text(encoding="utf-8")))
"""The checks of rows that name no customer themselves: whoever looks has them looked up anew."""
ALSO: Final = {"which-rows": [f"check={one}" for one in CHECKED], "find-a-customer": ["q=4711000", "q=.example"]}
"""Further addresses of panels that show of each something else."""
ASKED: Final = "tests.asked"
DRAWN: Final = '{"lane":["MATCH"],"page":["MATCH"],"panel":["ALL"],"type":"drawn"}.data'


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who asks. near: a customer whom they see;  far: one whom they do not, where there is one, and who that is."""

    client: FlaskClient
    near: str
    far: str
    stranger: Person
    host_key: str
    page_output: str
    metrics: tuple[str, ...]

    def get(self, address: str) -> TestResponse:
        return self.client.get(self.told(address), buffered=True)

    def told(self, address: str) -> str:
        """Returns an address with the customers whom it names."""
        one = self.stranger
        return address.format(near=self.near, far=self.far, word=one.word, email=one.email, phone=one.phone.split()[-1])

    def calls(self, output: str, outputs: Any, inputs: Mapping[str, Any], *state: Any) -> TestResponse:
        """Calls a callback with what its inputs and its state hold."""
        values = [{"id": name, "property": "data", "value": value} for name, value in inputs.items()]
        body = {
            "output": output,
            "outputs": outputs,
            "inputs": values,
            "changedPropIds": [f"{next(iter(inputs))}.data"],
            "state": state,
        }
        asked = {ASKED: json.dumps([*inputs.values(), outputs])}
        return self.client.post("/_dash-update-component", json=body, headers=HERE, environ_overrides=asked)


@dataclass(frozen=True, slots=True)
class Line:
    """A route or a callback: how it is asked, to whom, by their policies, it tells of somebody.

    status: what is answered to somebody who sees everything.
    """

    ask: Callable[[Visitor], Iterable[TestResponse]]
    tells: tuple[str, ...] = NOBODY
    status: int = 200


def got(*addresses: str, tells: tuple[str, ...] = NOBODY, status: int = 200) -> Line:
    return Line(lambda visitor: map(visitor.get, addresses), tells, status)


def sent(to: str, status: int = 200, **form: str) -> Line:
    return Line(lambda visitor: [visitor.client.post(to, data=form, headers=HERE)], status=status)


def lists(address: str, tells: tuple[str, ...]) -> Line:
    return got(*(f"{address}{metric}&period=2026{WHY}" for metric in LISTED), tells=tells)


def files(form: str, panels: Iterable[str], tells: tuple[str, ...] = NOBODY) -> Line:
    """What panels show, as a file or a picture."""
    named = (one.split(" ") for one in panels)
    return got(*(f"/panel.{form}?of_page={path}&of_panel={panel}&period=2026{WHY}" for path, panel in named), tells=tells)


def every_list(visitor: Visitor) -> Iterator[TestResponse]:
    """The people behind some metric of each fact and each figure."""
    for metric in visitor.metrics:
        yield visitor.get(f"/api/v1/customers/{metric}?limit=1000")


def shown(visitor: Visitor) -> Iterator[TestResponse]:
    """Each page as a frame."""
    output = visitor.page_output
    outputs = [dict(zip(("id", "property"), name.split("."), strict=True)) for name in output.strip(".").split("...")]
    state = [{"id": name, "property": "data", "value": ""} for name in ("view", "target")]
    coming = {"id": "coming", "property": "data", "value": {"view": "period=2026", "target": ""}}
    for path in dict.fromkeys(path for path, _panel in panels(visitor)):
        yield visitor.calls(output, outputs, {"path": path}, coming, *state)


def panels(visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Every panel, by the address of its page; a story is that of both customers."""
    for page in PAGES.pages:
        paths = dict.fromkeys(page.path.replace("<customer_id>", one) for one in (visitor.near, visitor.far))
        yield from ((path, section.id) for path in paths for section in page.sections)


def drawn(visitor: Visitor) -> Iterator[TestResponse]:
    """Every panel of every page, with a search."""
    for path, panel in panels(visitor):
        place = {"type": "drawn", "page": path, "lane": 0, "panel": panel}
        for query in ["period=2026&q=zq", *ALSO.get(panel, ())]:
            outputs, state = [{"id": place, "property": "data"}], [{"id": place, "property": "id", "value": place}]
            yield visitor.calls(DRAWN, outputs, {"view": query, "version": None}, state)


def opened(visitor: Visitor) -> Iterator[TestResponse]:
    """The people behind some numbers, and five stories of one."""
    state = [{"id": name, "property": "data", "value": value} for name, value in (("path", "/"), ("view", "period=2026"))]
    for metric in LISTED:
        for show in ("", "&show=five") if metric == LISTED[0] else ("",):
            target = {"target": f"open={metric}{show}", "version": None}
            yield visitor.calls("drawer.data", {"id": "drawer", "property": "data"}, target, *state)


def links(visitor: Visitor) -> Iterator[str]:
    """The tokens of some charts that the visitor gives away now, as their dialog tells them."""
    for path, panel in (one.split(" ") for one in GIVEN):
        form = {"at": f"{path}?period=2026", "panel": panel, "host": HOST, "opens": "yes"}
        told = visitor.client.post("/api/embeds", data=form, headers=HERE).get_data(as_text=True)
        found = set(re.findall(r"/embed/(v1(?:\.[\w-]+){3})", told))
        assert found or "is of fewer than 5 customers" in told
        yield from found


def embedded(visitor: Visitor) -> Iterator[TestResponse]:
    """What the visitor's own links give: each a page and the lists behind its first numbers, one of them in every form."""
    for number, token in enumerate(links(visitor)):
        page = visitor.get(f"{PREFIX}{token}")
        behind = re.findall(r'data-behind="([^"]*)"', page.get_data(as_text=True))
        yield page
        yield from (visitor.client.get(f"{PREFIX}{token}/behind", query_string={"number": unescape(one)}) for one in behind[:2])
        if not number:
            yield from (visitor.get(f"{PREFIX}{token}{end}") for end in ("/panel", ".csv", ".xlsx", ".json", ".svg", ".png"))


def renewed(visitor: Visitor) -> Iterator[TestResponse]:
    for token in links(visitor):
        yield visitor.client.post("/embed/renew", data={"token": token}, headers={"Authorization": f"Bearer {visitor.host_key}"})


ROUTES: Final[dict[tuple[str, str], Line]] = {
    ("GET", "/assets/<path:filename>"): got("/assets/tokens.css"),
    ("GET", "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"): got(
        "/_dash-component-suites/dash/nothing.js", status=404
    ),
    ("GET", "/_favicon.ico"): got("/_favicon.ico"),
    ("GET", "/health"): got("/health"),
    ("GET", "/health/ready"): got("/health/ready"),
    ("GET", "/login/"): got("/login/?next=/customers/{far}", status=502),
    ("GET", "/login/back"): got("/login/back?state={far}&code={word}", status=400),
    ("POST", "/login/out"): sent("/login/out"),
    ("GET", "/_dash-layout"): got("/_dash-layout"),
    ("GET", "/_dash-dependencies"): got("/_dash-dependencies"),
    ("GET", "/_reload-hash"): got("/_reload-hash"),
    ("POST", "/_dash-update-component"): Line(shown),  # each callback has a line of its own
    ("GET", "/"): got("/", "/?wall=1", "/?open=customers_lost&period=2026"),
    ("GET", "/<path:path>"): got("/service", "/customers?q={word}", "/customers/{near}", "/customers/{far}", "/customers?wall=1"),
    ("GET", "/api/version"): got("/api/version"),
    ("GET", "/api/palette"): got("/api/palette"),
    ("GET", "/api/find"): got(
        *(f"/api/find?q={one}" for one in ("zq", "example", "{word}", "{email}", "{phone}", "{far}", "{near}")),
        tells=OF_CUSTOMERS,
    ),
    ("GET", "/api/views"): got("/api/views", "/api/views?at=/customers/{far}"),
    ("GET", "/v/<name>"): got("/v/service", "/v/nothing", status=302),
    ("GET", "/api/wall"): got(*(f"/api/wall?wall=1&pages={one}&period=2026" for one in ("overview", "customers")), tells=LEFT),
    ("GET", "/panel.csv"): files("csv", FILES, OF_TEAMS),
    ("GET", "/panel.xlsx"): files("xlsx", FILES, OF_TEAMS),
    ("GET", "/panel.png"): files("png", GIVEN, LEFT),
    ("GET", "/panel.svg"): files("svg", GIVEN, LEFT),
    ("GET", "/api/v1/metrics"): got("/api/v1/metrics"),
    ("GET", "/api/v1/ask/<name>"): got(
        *(f"/api/v1/ask/{one}" for one in ("customers_lost", "comments", "cases_opened?by=company", "cases_opened?by=heating")),
        tells=OF_TEAMS,
    ),
    ("GET", "/api/v1/customers/<name>"): Line(every_list, OF_TEAMS),
    ("GET", "/api/v1/snapshot"): got("/api/v1/snapshot"),
    ("GET", "/api/v1/health"): got("/api/v1/health", tells=ALL_ROWS),
    ("GET", "/api/v1/problems/<slug>"): got("/api/v1/problems/failed"),
    ("GET", "/api/v1/openapi.json"): got("/api/v1/openapi.json"),
    ("GET", "/api/v1/"): got("/api/v1/", status=404),
    ("GET", "/api/v1/<path:name>"): got("/api/v1/{far}", status=404),
    ("GET", "/embed/<path:named>"): Line(embedded, ALL_ROWS),
    ("POST", "/embed/renew"): Line(renewed),
    ("GET", "/api/embeds"): got("/api/embeds?at=/&panel=why-they-left"),
    ("POST", "/api/embeds"): sent("/api/embeds", at="/?period=2026", panel="why-they-left", host=HOST, opens="yes"),
    ("POST", "/api/views"): sent("/api/views", act="save", title="Service", address="/service", at="/"),
    ("POST", "/api/lists"): sent("/api/lists", act="keep", title="Who left", at="/?open=customers_lost&period=2026"),
    ("POST", "/decisions"): sent(
        "/decisions", 303, owner="service", what="Call them", due="2099-01-01", expects="Less", metric="reopened"
    ),
    ("GET", "/customers.csv"): lists("/customers.csv?open=", OF_TEAMS),
    ("GET", "/customers.xlsx"): lists("/customers.xlsx?open=", OF_TEAMS),
    ("GET", "/hold-list.csv"): got(f"/hold-list.csv?for=csv{WHY}", tells=OF_CUSTOMERS),
    ("GET", "/hold-list.xlsx"): got(f"/hold-list.xlsx?for=csv{WHY}", tells=OF_CUSTOMERS),
    ("GET", "/metrics"): got("/metrics"),
    ("GET", "/api/loading"): got("/api/loading"),
    ("POST", "/loads"): sent("/loads", 202),
    ("POST", "/exports"): sent("/exports?name=a.csv", 201, a="b"),
    ("POST", "/sample"): sent("/sample", 400, a="b"),
    ("POST", "/sample/remove"): sent("/sample/remove", 303, a="b"),
}  # fmt: skip

FILLED: Final = {"page.children": Line(shown), "drawn.data": Line(drawn, OF_TEAMS), "drawer.data": Line(opened, OF_TEAMS)}
"""The callbacks, by what they fill."""

LINES: Final = {**{" ".join(route): line for route, line in ROUTES.items()}, **FILLED}


@dataclass(frozen=True, slots=True)
class Visited:
    """The app over the company of canaries, and its door. ids: the customers, by the ids that they have."""

    app: Dash
    door: AtTheDoor
    made: Written
    ids: Mapping[str, Person]
    host_key: str
    metrics: tuple[str, ...]

    def hidden(self, policy: Policy) -> set[str]:
        """Every word, and every id, that a policy hides; the id of a company is told with those who belong to it."""
        names = (Canary(name, places_of(one, self.made)) for name, one in self.ids.items())
        return {one.word.lower() for one in (*self.made.canaries, *names) if not one.is_told(policy)}

    @property
    def words(self) -> set[str]:
        """Every word and id there is: an answer may hold another number that looks like a telephone's."""
        return {one.word.lower() for one in self.made.canaries} | {one.lower() for one in self.ids}

    def visitor(self, name: str) -> Visitor:
        """Lets somebody in who has this policy, and may do all that a role lets anybody do."""
        self.door.who = Who(name=f"{name}@example.com", role=Role.ADMIN, policy=POLICIES[name])
        hidden = self.hidden(POLICIES[name])
        far = next((one for one in self.ids if one.lower() in hidden), next(iter(self.ids)))
        near = next((one for one in reversed(self.ids) if one.lower() not in hidden), far)
        output = next(key for key in self.app.callback_map if short(key) == "page.children")
        return Visitor(self.app.server.test_client(), near, far, self.ids[far], self.host_key, output, self.metrics)


def places_of(one: Person, made: Written) -> tuple[Place, ...]:
    return tuple(place for each in made.people if one in (each, each.company) for place in each.places)


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Visited:
    made, door = written(), AtTheDoor()
    workspace = loaded(tmp_path_factory.mktemp("canaries"), made)
    workspace.access_rules.write_text("".join(map(entry, POLICIES)), encoding="utf-8")
    settings = Settings(
        workspace=workspace.root, cache_dir=tmp_path_factory.mktemp("cache"), access="oidc", public_url="http://localhost",
        oidc_issuer="http://127.0.0.1:9", oidc_client="cx", secret="kQ7vZ2mN9xRtY4wLpB8sHdF3gJ6cA1eU",
    )  # fmt: skip
    doors = Doors(people=door)
    app = create_app(settings, doors=doors)
    app.server.config["WARM"]()
    app._setup_server()
    doors.others = {prefix: own if prefix == PREFIX else door for prefix, own in doors.others.items()}
    center = CommandCenter.open(workspace.root)
    known = [(center.search(one.email)[0], one) for one in made.people]
    assert [(row["region"], row["segment"]) for row, _ in known] == [(one.region, one.segment) for one in made.people]
    ids = {str(row["customer_id"]): one for row, one in known}
    metrics = covering(center.metrics())
    center.close()
    return Visited(app, door, made, ids, Keyring(workspace).add_host(HOST, "2026-01-01T00:00:00Z"), metrics)


def covering(metrics: Iterable[Metric]) -> tuple[str, ...]:
    """Returns some metrics, of which each figure is one and each fact is asked by one."""
    found, seen = [], set[str]()
    for metric in metrics:
        if not {metric.figure, metric.fact} <= seen:
            found.append(metric.metric_id)
            seen |= {metric.figure, metric.fact}
    return tuple(found)


def entry(name: str) -> str:
    """Returns what access.toml says of somebody with a policy: what they give away shows no more than that."""
    limits = {one: getattr(POLICIES[name], one) for one in ("regions", "segments", "teams")}
    told = "".join(f"{one} = {json.dumps(sorted(values))}\n" for one, values in limits.items() if values is not None)
    return f'[[people]]\nwho = "{name}@example.com"\nrole = "{"manager" if told else "admin"}"\n{told}\n'


@pytest.fixture(autouse=True)
def nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """No load begins, and what is put before the camera is given as its picture."""
    monkeypatch.setattr("dashboard.first_run._start", lambda words: True)
    monkeypatch.setattr("dashboard.pictures.camera.Camera.svg", lambda camera, html, width=900: html)
    monkeypatch.setattr("dashboard.pictures.camera.Camera.png", lambda camera, html, *shape: html.encode())


def told_in(answer: TestResponse) -> set[str]:
    """The canaries in an answer and in its headers, without those that were asked for by name."""
    said = f"{answer.headers} {text_of(answer)}".replace("<mark>", "").replace("</mark>", "")
    return words_in(said) - words_in(asked_of(answer))


def asked_of(answer: TestResponse) -> str:
    return f"{answer.request.url} {answer.request.environ.get(ASKED, '')}"


def text_of(answer: TestResponse) -> str:
    if answer.mimetype == MIMETYPE:
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        return json.dumps([book.get_sheet_by_name(name).to_python() for name in book.sheet_names], default=str)
    return json.dumps(answer.get_json(), ensure_ascii=False) if answer.is_json else answer.data.decode("utf-8", "replace")


def words_in(text: str) -> set[str]:
    return set(CANARY.findall(unquote_plus(text).lower()))


def test_every_route_has_a_line_in_the_table(visited: Visited) -> None:
    assert {route for route in routes_of(visited.app) if route[1] not in SHUT} == set(ROUTES)


def test_every_callback_has_a_line_in_the_table(visited: Visited) -> None:
    assert {short(key) for key, told in visited.app.callback_map.items() if "callback" in told} == set(FILLED) == CALLBACKS


@pytest.mark.parametrize("where", LINES)
@pytest.mark.parametrize("name", POLICIES)
def test_no_answer_tells_of_whom_the_policy_hides(visited: Visited, name: str, where: str) -> None:
    line, hidden = LINES[where], visited.hidden(POLICIES[name])
    told: set[str] = set()
    leaks = []
    for answer in line.ask(visited.visitor(name)):
        assert answer.status_code == line.status or (hidden and answer.status_code < 500), asked_of(answer)
        told |= (found := told_in(answer) & visited.words)
        leaks += [f"{asked_of(answer)}: {sorted(found & hidden)[:3]}"] if found & hidden else []
    assert leaks == []
    assert bool(told) is (name in line.tells)
