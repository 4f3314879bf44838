"""What a program is told: the answers of `cx ask`, in JSON and CSV, with a mark; and problems that say what to do."""

import csv
import io
from dataclasses import fields
from datetime import datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dashboard.api.asked import OF_ASK, OF_CUSTOMERS
from dashboard.api.problems import KINDS
from dashboard.may_contact import marked
from dashboard.spreadsheet import MIMETYPE
from metrics import CommandCenter
from metrics.figures import families
from metrics.options import option_name
from tests.api.conftest import Caller


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def problem(api: Caller, path: str, headers: dict[str, str] | None = None, **words: Any) -> dict[str, Any]:
    answer = api.get(path, headers, **words)
    assert answer.mimetype == "application/problem+json"
    told: dict[str, Any] = answer.get_json()
    assert told["status"] == answer.status_code
    assert set(told) >= {"type", "title", "status", "detail"}
    return told


def test_the_words_are_those_of_the_command(api: Caller, tiny_center: CommandCenter) -> None:
    words = {"period": "2026", "compare": "year", "by": "channel", "where": ["channel=email", "channel=phone"], "most": "1"}
    wanted = tiny_center.ask(
        "cases_opened", period="2026", compare="year", split_by="channel", where={"channel": ["email", "phone"]}, most=1
    )
    assert api.told("ask/cases_opened", **words) == wanted.to_json()
    assert wanted.rows


def test_a_table_holds_the_total_its_rows_and_what_it_is_compared_with(api: Caller) -> None:
    words = {"period": "2026-10", "by": "channel"}
    told = api.told("ask/cases_opened", **words)
    rows = table(api.get("ask/cases_opened", **words, format="csv").text)
    assert [row["part"] for row in rows].count("total") == 1
    assert float(rows[0]["value"]) == told["total"]["value"]
    groups = {row["by.channel"]: float(row["value"]) for row in rows if row["part"] == "row"}
    assert groups == {row["by"]["channel"]: row["value"] for row in told["rows"]}
    compared = [row for row in rows if row["part"] == "compared total"]
    assert [(row["period"], float(row["value"])) for row in compared] == [("2026-09", told["comparison"]["total"]["value"])]
    assert {(row["unit"], row["as_of"], row["snapshot"]) for row in rows} == {(told["unit"], told["as_of"], told["snapshot"])}


def test_a_workbook_holds_the_rows_of_the_csv_its_numbers_as_numbers(api: Caller) -> None:
    for path, words in (
        ("ask/cases_opened", {"period": "2026-10", "by": "channel"}),
        ("customers/customers_lost", {"period": "2026"}),
    ):
        told = list(csv.reader(io.StringIO(api.get(path, **words, format="csv").text)))
        book = api.get(path, {"Accept": MIMETYPE}, **words)
        assert book.mimetype == MIMETYPE
        opened = CalamineWorkbook.from_filelike(io.BytesIO(book.data))
        sheet, about = (opened.get_sheet_by_index(place).to_python() for place in range(2))
        assert sheet[0] == told[0]
        assert len(sheet) == len(told) > 1
        for row, in_csv in zip(sheet[1:], told[1:], strict=True):
            pairs = list(zip(row, in_csv, strict=True))
            assert all(isinstance(cell, float) and cell == float(one) for cell, one in pairs if one.replace(".", "", 1).isdigit())
            assert [str(cell) for cell, _one in pairs if isinstance(cell, str)] == [
                one for cell, one in pairs if isinstance(cell, str)
            ]
            moments = [
                (cell, datetime.fromisoformat(one).replace(tzinfo=None)) for cell, one in pairs if isinstance(cell, datetime)
            ]
            assert moments
            assert all(cell == one.replace(microsecond=cell.microsecond) for cell, one in moments)
        asked = api.told(path, **words)
        assert {"snapshot", "period", "data as of", "question"} <= {row[0] for row in about}
        assert {row[0]: row[1] for row in about}["snapshot"] == asked["snapshot"]


def test_the_stages_of_a_funnel_are_rows_of_its_table(api: Caller) -> None:
    told = api.told("ask/journey_funnel", period="2026")
    rows = table(api.get("ask/journey_funnel", period="2026", format="csv").text)
    reached = [(row["stage"], int(row["reached"])) for row in rows if row["part"] == "stages"]
    assert reached == [(stage["stage"], stage["reached"]) for stage in told["rows"][0]["stages"]]
    assert len(reached) > 2


def test_csv_is_answered_to_who_accepts_it_rather(api: Caller) -> None:
    assert api.get("metrics", {"Accept": "text/csv"}).mimetype == "text/csv"
    assert api.get("metrics", {"Accept": "*/*"}).mimetype == "application/json"
    assert api.get("metrics", {"Accept": "text/csv"}, format="json").mimetype == "application/json"


def test_customers_are_listed_page_by_page(api: Caller, tiny_center: CommandCenter) -> None:
    wanted = marked(tiny_center, tiny_center.customers_behind("customers_lost", period="2026", limit=3, offset=2))
    told = api.told("customers/customers_lost", period="2026", limit=3, offset=2)
    assert told == wanted.to_json()
    assert len(told["rows"]) == 3
    rows = table(api.get("customers/customers_lost", period="2026", limit=3, offset=2, format="csv").text)
    assert [row["customer_id"] for row in rows] == [row["customer_id"] for row in told["rows"]]


def test_a_part_of_a_figure_is_listed_by_its_mark(api: Caller) -> None:
    told = api.told("customers/customer_equation", period="2026", mark="part=gained")
    assert told["mark"] == {"part": "gained"}
    assert told["count"] == api.told("ask/customer_equation", period="2026")["rows"][0]["gained"]["n"] > 0


def test_snapshot_tells_what_is_asked_and_health_what_is_wrong_with_it(api: Caller, tiny_center: CommandCenter) -> None:
    told = api.told("snapshot")
    assert told["snapshot"] == tiny_center.snapshot
    assert told["as_of"] == max(one["known_until"] for one in told["sources"])
    health = api.told("health")
    broken = {row["check_id"] for row in tiny_center.checks() if row["rows"]}
    assert {one["name"] for one in health["told"] if one["kind"] != "alarm"} == broken
    assert health["status"] == "look"
    assert len(table(api.get("health", format="csv").text)) == len(health["told"])


def test_what_has_not_changed_is_not_told_again(api: Caller) -> None:
    first = api.get("ask/cases_opened", period="2026")
    mark = first.headers["ETag"]
    again = api.get("ask/cases_opened", {"If-None-Match": mark}, period="2026")
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", mark)
    assert first.headers["Cache-Control"] == "private, no-cache"
    others = [
        api.get("ask/cases_opened", period="2025"),
        api.get("ask/cases_opened", period="2026", format="csv"),
        api.get("ask/open_cases"),
    ]
    assert mark not in {other.headers["ETag"] for other in others}


def test_a_mark_outlives_the_packing(api: Caller) -> None:
    plain, packed = api.get("metrics"), api.get("metrics", {"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_people_are_kept_nowhere_on_the_way(api: Caller) -> None:
    answer = api.get("customers/customers_lost", period="2026")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    ("path", "words", "kind", "says"),
    [
        ("ask/nps", {}, "unknown-metric", "nps_relational"),
        ("ask/cases_opened", {"perod": "2026"}, "bad-request", '"perod" is not asked for here'),
        ("ask/cases_opened", {"period": ["2026", "2025"]}, "bad-request", "given 2 times"),
        ("ask/cases_opened", {"where": "channel"}, "bad-request", "is not dimension=value"),
        ("ask/cases_opened", {"format": "xml"}, "bad-request", "json, csv"),
        ("ask/cases_opened", {"period": "2026-13"}, "bad-period", "2026-13"),
        ("ask/cases_opened", {"period": "2031"}, "bad-period", "begins after the data ends"),
        ("ask/cases_opened", {"by": "chanel"}, "unknown-name", 'Did you mean "channel"?'),
        ("ask/cases_opened", {"compare": "never"}, "unknown-name", "before"),
        ("ask/cases_opened", {"most": "-1"}, "no-answer", "is not a whole number"),
        ("customers/customers_lost", {"limit": "10001"}, "bad-request", "from 0 to 10000"),
        ("customers/customers_lost", {"limit": "٣"}, "bad-request", "limit"),
        ("customers/customers_lost", {"order": "name"}, "bad-request", "newest, value"),
        ("customers/customers_lost", {"mark": "reason=Nonsense"}, "unknown-name", "Nonsense"),
        ("metrics", {"period": "2026"}, "bad-request", "period"),
        ("elsewhere/at/all", {}, "not-found", "openapi.json"),
        ("problems/nonsense", {}, "not-found", "no such kind"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_that_says_why(
    api: Caller, path: str, words: dict[str, Any], kind: str, says: str
) -> None:
    told = problem(api, path, **words)
    assert told["type"] == f"/api/v1/problems/{kind}"
    assert says in told["detail"]


def test_an_address_that_cannot_be_read_is_a_problem(api: Caller) -> None:
    for query in ("period", "a=%ff", "&".join(f"where=region={n}" for n in range(200)), "where=" + "x" * 5000):
        answer = api.client.get(f"/api/v1/ask/cases_opened?{query}", headers={"Host": "localhost"})
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), query


def test_what_is_refused_before_any_address_is_chosen_is_a_problem_too(api: Caller) -> None:
    answer = api.client.post("/api/v1/metrics", headers={"Host": "localhost"})
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]
    assert problem(api, "metrics", {"Host": "elsewhere.example"})["status"] == 403
    assert api.client.post("/api/version", headers={"Host": "localhost"}).mimetype == "text/plain"


def test_a_failure_of_ours_tells_an_id_and_nothing_else(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: CommandCenter) -> None:
        raise RuntimeError("Ada Example, ada@example.com")

    monkeypatch.setattr(CommandCenter, "sources", fail)
    told = problem(api, "snapshot")
    assert told["status"] == 500
    assert told["failure"] in told["detail"]
    assert "Ada" not in str(told)


def test_every_kind_of_problem_says_at_its_address_what_it_means(api: Caller) -> None:
    for name, kind in KINDS.items():
        told = api.told(f"problems/{name}")
        assert (told["type"], told["status"], told["means"]) == (f"/api/v1/problems/{name}", kind.status, kind.means)


def test_no_figure_calls_an_option_as_every_question_calls_something() -> None:
    taken = {*OF_ASK, *OF_CUSTOMERS}
    for name, family in families().items():
        assert not taken & {option_name(field) for field in fields(family.Options)}, name
