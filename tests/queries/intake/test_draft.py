"""What is guessed of an export that nobody has described: each guess with its reason, nothing invented, nobody's data shown."""

import json
import tomllib

import pytest

from queries.errors import QuestionError
from queries.intake.draft import draft_of, name_of
from queries.intake.explain import recognise_files
from queries.intake.found_column import FoundColumn, times_of
from queries.intake.take_in import Declared
from queries.intake.unknown_file import read_unknown


@pytest.fixture
def drafted(intake, tmp_path):
    """Draft a format of a file's text; return what was drafted, and what the workspace then recognises the file as."""

    def made(name, text, **given):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        declared = Declared.of(intake.workspace)
        draft = draft_of(
            read_unknown(path, declared), "own", declared.sources, system="desk", currency="SEK", zone="UTC", **given
        )
        intake.declare("sources/own.toml", draft.text)
        (found,) = recognise_files(intake.workspace, [path])
        return draft, tomllib.loads(draft.text), found

    return made


TICKETS = "Ticket;Opened on;Customer no;Contact e-mail;State;Handled by;Birthday;Branch\n"


def test_a_booking_is_an_order_of_a_member_though_one_number_is_missing_and_one_comes_twice(drafted):
    rows = [f"B{n:03};M-{n % 50};m{n % 50}@example.com;{n % 28 + 1:02}.03.2026 10:00;12,50" for n in range(300)]
    text = "Buchung Nr.;Mitglied;E-Mail;Gebucht am;Preis\n" + "\n".join([*rows, rows[0], rows[1].replace("B001", "")]) + "\n"
    draft, told, found = drafted("studio_visits.csv", text)
    columns = told["rows"][0]["columns"]
    assert (draft.entity, found.source_id, found.problem) == ("orders", "own", "")
    assert (columns["order_id"], columns["record_id"]) == ("Buchung Nr.", "Mitglied")
    assert columns["ordered_at"] == {"column": "Gebucht am", "formats": ["day first"]}


def test_what_is_drafted_is_recognised_and_says_why_each_line_is_so(drafted):
    rows = [f"T{n};{day}.10.2026 09:00;C{n % 3};c{n % 3}@example.com;{state};Uwe Holm;01.02.1980;North"
            for n, (day, state) in enumerate([("01", "Done"), ("13", "Open"), ("14", "Parked"), ("15", "Parked")])]  # fmt: skip
    draft, told, found = drafted("tickets.csv", TICKETS + "\n".join(rows) + "\n")
    (cases, person) = told["rows"]
    assert (draft.entity, found.source_id, found.problem) == ("cases", "own", "")
    assert cases["columns"]["case_id"] == "Ticket"
    assert cases["columns"]["opened_at"] == {"column": "Opened on", "formats": ["day first"]}
    assert cases["columns"]["status"]["map"] == {"Done": "solved"}
    assert 'says: "Parked", read as other until a map tells it' in draft.text
    assert person == {
        "entity": "customer_records", "adds": True, "when": [{"column": "Customer no", "is_present": True}],
        "columns": {"record_id": "Customer no", "kind": {"value": "person"}},
    }  # fmt: skip
    assert all("#" in line for line in draft.text.splitlines() if line.startswith(("case_id", "opened_at", "channel")))


def test_nobodys_name_or_birthday_is_written_into_a_draft(drafted):
    rows = [f"T{n};{n + 12}.10.2026;C{n};c{n}@example.com;Open;Uwe Holm;01.02.1980;North" for n in range(4)]
    draft, _, _ = drafted("tickets.csv", TICKETS + "\n".join(rows) + "\n")
    assert "Uwe Holm" not in draft.text
    assert "1980" not in draft.text
    assert "@example.com" not in draft.text
    assert '# "birthday" = { column = "Birthday", sensitive = true }' in draft.text
    assert '# "branch" = "Branch"      # says: North' in draft.text


def test_an_order_of_days_and_months_that_no_value_tells_is_to_be_filled_in(drafted):
    text = "Ticket;Opened on;Customer no\n" + "".join(f"T{n};0{n}/0{n + 1}/2026;C{n}\n" for n in range(1, 5))
    draft, _, found = drafted("tickets.csv", text)
    assert draft.to_fill_in == ("opened_at",)
    assert "fill in: no value tells the order of day and month" in draft.text
    assert 'Write dates = "day first" or "month first"' in found.problem


def test_one_column_whose_order_is_told_tells_that_of_the_others(drafted):
    text = "Ticket;Opened on;Solved at;Customer no\n" + "".join(f"T{n};0{n}/02/2026;1{n + 2}/03/2026;C{n}\n" for n in range(1, 5))
    draft, told, found = drafted("tickets.csv", text)
    assert draft.to_fill_in == ()
    assert told["rows"][0]["columns"]["opened_at"]["formats"] == ["day first"]
    assert found.problem == ""


def test_objects_within_json_are_named_by_their_path_and_lists_are_told(drafted):
    lines = [
        {"order": {"number": f"O{n}", "total": f"{n}.50"}, "buyer": {"email": f"b{n}@example.com"}, "created_at": "2026-01-05T09:00:00Z",
         "items": [{"sku": "a"}]} for n in range(1, 5)
    ]  # fmt: skip
    draft, told, found = drafted("shop.jsonl", "\n".join(map(json.dumps, lines)))
    columns = told["rows"][0]["columns"]
    assert (told["kind"], draft.entity) == ("json", "orders")
    assert (columns["order_id"], columns["amount"], columns["email"]) == (
        "order.number",
        {"column": "order.total", "decimal": "."},
        "buyer.email",
    )
    assert columns["currency"] == {"value": "SEK"}
    assert 'unnest = "items"' in draft.text
    assert [(made.entity, made.rows, made.rejected) for made in found.becomes] == [("orders", 4, 0)]


def test_a_key_that_several_records_share_is_told_with_what_tells_them_apart(drafted):
    rows = [f"{wave},{n},{score}" for wave in ("spring", "autumn") for n, score in enumerate([0, 7, 9, 10, 6, 9], start=1)]
    _, told, found = drafted("nps.csv", "wave,response_no,nps score\n" + "\n".join(rows) + "\n")
    assert told["rows"][0]["columns"]["response_id"] == {"template": "{wave}-{response_no}"}
    assert told["rows"][0]["columns"]["answered_at"] == {"file_time": True}
    assert found.becomes[0].rows == 12


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        (
            "words.csv",
            "Table,Field,Description\naccounts,account,Company name\n",
            "seems to tell nothing that a customer did or was",
        ),
        ("bare.csv", "1,ann@example.com,2026-01-01\n2,bo@example.com,2026-01-02\n", "has no header"),
        ("title.csv", "Report of tickets\nTicket;State\n1;open\n", "has one column only"),
        (
            "orders.csv",
            "order_id,ordered_at,amount,currency,status\n1,2026-01-01,1,EUR,placed\n",
            "is orders in the import format already",
        ),
    ],
    ids=["a dictionary", "no header", "a title above", "known already"],
)
def test_what_cannot_be_drafted_is_refused_with_what_to_do(name, text, what, drafted):
    with pytest.raises(QuestionError, match=what):
        drafted(name, text)


def test_a_person_may_say_what_the_records_are(drafted):
    draft, told, _ = drafted("things.csv", "product,price\nlamp,12\nchair,40\n", entity="orders")
    assert draft.entity == "orders"
    assert draft.to_fill_in == ("ordered_at",)
    assert told["rows"][0]["columns"]["ordered_at"] == "?"


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["2026-01-05 09:00", "2026-02-05"], ("iso",)),
        (["13/01/2026 09:00", "01/02/2026 10:00"], ("day first",)),
        (["01/13/2026", "02/01/2026"], ("month first",)),
        (["05 Jan 2026", "06 Feb 2026"], ("%d %b %Y",)),
        (["20260105", "20260206"], ("%Y%m%d",)),
        (["2026/01/05 09:00:00"], ("%Y/%m/%d %H:%M:%S",)),
    ],
)
def test_moments_are_known_by_all_values_of_a_column(values, formats):
    found = times_of(values)
    assert found is not None
    assert found.formats == formats


def test_numbers_and_words_are_no_moments():
    assert times_of(["12", "13", "2026"]) is None
    assert times_of(["open", "closed"]) is None
    assert times_of([]) is None


def test_numbers_are_read_with_their_currency_and_their_sign():
    francs = FoundColumn.of("Sum", ["1'234.50 CHF", "CHF 7.25", "-"]).numbers
    assert francs is not None
    assert (francs.decimal, francs.symbols, francs.high) == (".", ("CHF",), 1234.5)
    euros = FoundColumn.of("Sum", ["1\u202f234,50 €", "7,25 €"]).numbers
    assert euros is not None
    assert (euros.decimal, euros.symbols, euros.low) == (",", ("€",), 7.25)
    unclear = FoundColumn.of("Sum", ["1.234", "5.678"]).numbers
    assert unclear is not None
    assert unclear.is_unclear


def test_a_format_is_named_by_the_words_of_its_file():
    assert name_of("Vorgänge 2026-10.csv") == "vorgaenge"
    assert name_of("export.zip: Kunden_02.csv") == "kunden"
    assert name_of("2026.csv") == "export"
