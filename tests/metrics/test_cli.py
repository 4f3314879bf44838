"""The commands, run in this process as a person runs them: what they print, and with which code they end."""

import csv
import io
import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from dashboard.answer_table import value_words
from dashboard.cli import journey_words, main
from dashboard.flags import option_flags
from dashboard.reader import Reader
from dashboard.terminal import harmless, say_answer
from metrics import CommandCenter
from metrics.catalog import SHIPPED, load_catalog
from queries.dimension import Dimension, load_dimensions
from queries.segment import Conditions, Segment, Segmentation, load_segments
from queries.told import read_each
from tests.metrics import factory
from tests.metrics.made import publish

Told = tuple[int, str, str]
LONG = "x" * 5000


def run(capsys: pytest.CaptureFixture[str], *words: Any) -> Told:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


@pytest.fixture
def tiny(tiny_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CX_WORKSPACE", str(tiny_workspace))
    return tiny_workspace


def test_ask_prints_the_sentence_and_json_prints_the_answer(
    capsys: pytest.CaptureFixture[str], tiny: Path, tiny_center: CommandCenter
) -> None:
    words = (
        "ask",
        "cases_opened",
        "--period",
        "2026-Q3",
        "--where",
        "channel=email",
        "--where",
        "channel=phone",
        "--by",
        "channel",
    )
    code, out, err = run(capsys, *words)
    assert (code, err) == (0, "")
    answer = tiny_center.ask("cases_opened", period="2026-Q3", where={"channel": ["email", "phone"]}, split_by="channel")
    assert answer.caption in out
    code, out, err = run(capsys, *words, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == answer.to_json()


@pytest.mark.parametrize("metric", sorted(load_catalog([SHIPPED]).metrics))
def test_every_metric_can_be_asked_on_a_terminal(capsys: pytest.CaptureFixture[str], tiny: Path, metric: str) -> None:
    code, out, err = run(capsys, "ask", metric)
    assert (code, err) == (0, "")
    assert "snapshot" in out
    assert "Value(" not in out


def test_the_options_of_figures_are_flags(capsys: pytest.CaptureFixture[str], tiny: Path) -> None:
    code, out, _ = run(
        capsys, "ask", "journey_funnel", "--period", "2026", "--window", "30d", "--period-of", "window_end", "--json"
    )
    told = json.loads(out)
    assert (code, told["options"]["window"], told["options"]["period_of"]) == (0, "30 days", "window_end")


def test_what_goes_along_with_turning_away_is_told_with_and_without(capsys: pytest.CaptureFixture[str]) -> None:
    reader = Reader.of({"locale": "en_GB", "zone": "Europe/Berlin", "currency": "EUR"})
    found = factory.drivers("a call")
    say_answer(found, reader)
    out = " ".join(capsys.readouterr().out.split())
    assert "thing people with it without it points of difference" in out
    for row in found.rows:
        assert all(value_words(row.extra[part], "percent", reader) in out for part in ("with", "without"))
    assert "+17.0 (13.0 to 21.0)" in out
    assert out.count("no clear difference") == 1


def test_comments_are_printed_with_what_they_speak_of(
    capsys: pytest.CaptureFixture[str], tiny: Path, tiny_center: CommandCenter
) -> None:
    first = tiny_center.ask("comments", most=3).rows[0].extra
    code, out, err = run(capsys, "ask", "comments", "--most", "3")
    assert (code, err) == (0, "")
    assert all(word in out for word in first["comment"].split())
    assert all(theme["theme"] in out for theme in first["themes"])


def test_customers_lists_the_numbers_own_rows_as_csv_too(
    capsys: pytest.CaptureFixture[str], tiny: Path, tiny_center: CommandCenter
) -> None:
    people = tiny_center.customers_behind("customer_equation", period="2026", mark={"part": "gained"})
    words = ("customers", "customer_equation", "--period", "2026", "--mark", "part=gained")
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert people.sentence in out
    rows = list(csv.DictReader(io.StringIO(run(capsys, *words, "--csv")[1])))
    assert [row["customer_id"] for row in rows] == [row["customer_id"] for row in people.rows]
    assert json.loads(run(capsys, *words, "--json")[1])["count"] == people.count


def test_an_empty_list_as_csv_has_its_header(capsys: pytest.CaptureFixture[str], tiny: Path) -> None:
    words = ("customers", "cases_opened", "--where", "channel=fax", "--csv")
    assert run(capsys, *words)[:2] == (0, "customer_id,name,value,at,subject,because\n")


def test_explain_metrics_and_check_print_what_they_know(capsys: pytest.CaptureFixture[str], tiny: Path) -> None:
    code, out, _ = run(capsys, "explain", "replied_in_time")
    assert code == 0
    assert all(word in out for word in ("does someone reply", "÷", "selected_rows", "cases, case_events"))
    code, out, _ = run(capsys, "metrics")
    assert code == 0
    assert all(metric in out for metric in load_catalog([SHIPPED]).metrics)
    code, out, _ = run(capsys, "check", "--json")
    told = json.loads(out)
    assert all({"check_id", "severity", "sentence", "rows"} <= set(row) for row in told)
    holding = [row["check_id"] for row in told if not row["rows"]]
    code, out, _ = run(capsys, "check")
    assert out.endswith(f"{len(holding)} of {len(told)} checks hold.\n")
    assert not {line.split()[0] for line in out.splitlines() if line.strip()} & set(holding)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("journeys/mine.toml", "it has 0 stages"),
        ("dimensions/list.toml", '"list" is a filter of its own'),
        ("segments/channel.toml", "it has no segments"),
    ],
)
def test_check_tells_what_the_next_load_would_refuse(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, path: str, words: str
) -> None:
    publish(tmp_path, {})
    (tmp_path / path).parent.mkdir()
    (tmp_path / path).write_text('title = "Mine"\nlabel = "Mine"\nkind = "row"\n', encoding="utf-8")
    code, _, told = run(capsys, "check", "--workspace", str(tmp_path))
    assert code == 2
    assert f"{path}: " in told
    assert words in told


def test_explain_tells_one_customers_way_step_by_step(capsys: pytest.CaptureFixture[str], tiny: Path) -> None:
    asked = ("journey_funnel", "--period", "2026", "--mode", "ordered", "--anchor", "latest", "--window", "90d")
    _, out, _ = run(capsys, "customers", *asked, "--mark", "part=entered", "--limit", "1", "--json")
    customer = json.loads(out)["rows"][0]["customer_id"]
    code, out, _ = run(capsys, "explain", *asked, "--customer", customer)
    assert code == 0
    assert out.splitlines()[0].endswith("within 90 days from each first stage anew, the furthest counts.")
    assert out.splitlines()[-1].startswith("So: ")
    _, out, _ = run(capsys, "explain", *asked, "--customer", customer, "--json")
    assert json.loads(out)["steps"][-1].startswith("So: ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("ask", "nps"), 'there is no metric "nps". Did you mean "nps_relational"?'),
        (("ask", "cases_opened", "--period", "2099"), "The period 2099 begins after the data ends, on 30 October 2026"),
        (("ask", "cases_opened", "--period", "octember"), '"OCTEMBER" is not a period. Write 2026, 2026-Q3'),
        (("ask", "cases_opened", "--by", "chanel"), '"chanel" is not a dimension of fct_case. Did you mean "channel"?'),
        (("ask", "cases_opened", "--where", "chanel=email"), '"chanel" is not a dimension of fct_case. Did you mean "channel"?'),
        (
            ("ask", "cases_opened", "--where", "channel"),
            '"channel" is not dimension=value. Write for example region=North',
        ),
        (
            ("ask", "cases_opened", "--by", "channel", "--by", "team", "--by", "kind"),
            "cases_opened cannot be split by channel and team and kind. Split by at most 2.",
        ),
        (("ask", "journey_strip", "--by", "channel"), "journey_strip cannot be split by channel. Filter it instead."),
        (
            ("ask", "retention", "--by", "segment", "--by", "region"),
            "retention cannot be split by segment and region. Split by at most 1.",
        ),
        (("ask", "cases_opened", "--window", "30d"), '"window" is not an option of this figure'),
        (("ask", "cases_opened", "--series", "many"), 'series = "many" is not a whole number from 0 to 60'),
        (("ask", "journey_funnel", "--window", "soon"), '"soon" is not a duration. Write "30 days" or 30d.'),
        (("ask", "journey_funnel", "--mode", "reach"), 'mode = "reach" is not one of its values. Did you mean "reached"?'),
        (("ask", "journey_strip", "--journey", "becoming"), 'there is no journey "becoming"'),
        (("ask", "cases_opened", "--compare", "last"), '"last" is not a comparison'),
        (("ask", "open_cases", "--period", "2026"), "open_cases is judged now and takes no period. Leave the period out."),
        (
            ("customers", "customer_equation", "--mark", "part=gaind"),
            '"gaind" is not a part of the equation. Did you mean "gained"?',
        ),
        (("customers", "journey_strip", "--mark", "stage=9"), '"9" is not a stage of'),
        (("ask", "cases_opened", "--colour", "red"), "No such option: --colour"),
        (("asks", "cases_opened"), "No such command 'asks'"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str], tiny: Path, words: tuple[str, ...], sentence: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_a_workspace_without_data_says_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "ask", "cases_opened", "-w", tmp_path)
    assert code == 2
    assert "nothing has been loaded yet. Run: cx load" in err
    code, _, err = run(capsys, "ask", "cases_opened", "-w", tmp_path / "nowhere")
    assert (code, "there is no workspace" in err) == (2, True)


def test_declarations_are_checked_before_anything_is_loaded(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, "check", "-w", tmp_path)
    assert code == 0
    assert out.startswith("Every declaration holds. Nothing has been loaded yet")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "mine.toml").write_text('title = "Mine"\n', encoding="utf-8")
    code, _, err = run(capsys, "check", "-w", tmp_path)
    assert code == 2
    assert "sources/mine.toml" in err


def test_a_misspelt_definition_is_told_before_anything_is_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "metrics").mkdir()
    text = (SHIPPED / "replied_in_time.toml").read_text(encoding="utf-8").replace('"was_kept"', '"was_kep"')
    (tmp_path / "metrics" / "mine.toml").write_text(text, encoding="utf-8")
    code, _, err = run(capsys, "ask", "mine", "-w", tmp_path)
    assert code == 2
    assert err == "definition mine: value names column 'was_kep' which fct_promise doesn't have. Did you mean 'was_kept'?\n"


def test_a_new_metric_can_be_asked_as_it_is_written(capsys: pytest.CaptureFixture[str], own_workspace: Path) -> None:
    code, out, _ = run(capsys, "new", "metric", "calls_for_help", "-w", own_workspace)
    path = own_workspace / "metrics" / "calls_for_help.toml"
    assert (code, out) == (0, f"Wrote {path}\n")
    code, out, err = run(capsys, "ask", "calls_for_help", "-w", own_workspace)
    assert (code, err) == (0, "")
    assert run(capsys, "new", "metric", "calls_for_help", "-w", own_workspace)[0] == 2
    assert run(capsys, "new", "metric", "Calls for help", "-w", own_workspace)[0] == 2


def test_a_folder_that_cannot_be_written_to_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], own_workspace: Path
) -> None:
    for folder, words in (("metrics", ("new", "metric", "calls")), ("lists", ("save", "calls", "cases_opened"))):
        (own_workspace / folder).write_text("not a folder", encoding="utf-8")
        code, out, err = run(capsys, *words, "-w", own_workspace)
        (own_workspace / folder).unlink()
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert f"{folder}: the disk refuses it (file exists). Nothing was written: see that the folder can be written to" in err


def test_a_new_metric_shows_every_field_there_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "new", "metric", "mine", "-w", tmp_path)
    text = (tmp_path / "metrics" / "mine.toml").read_text(encoding="utf-8")
    for path in SHIPPED.glob("*.toml"):
        for key in tomllib.loads(path.read_text(encoding="utf-8")):
            assert f"{key} " in text or f"[{key}]" in text, key


def test_a_new_page_is_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = run(capsys, "new", "page", "late_replies", "--into", tmp_path)
    made: dict[str, Any] = {}
    exec(compile((tmp_path / "late_replies.py").read_text(encoding="utf-8"), "late_replies.py", "exec"), made)
    assert (code, made["page"].path, made["page"].title) == (0, "/late_replies", "Late replies")


def test_a_new_source_is_a_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from queries.intake.declaration import read_source

    code, _, _ = run(capsys, "new", "source", "my_desk", "-w", tmp_path)
    declared = read_each([tmp_path / "sources"], read_source)
    assert (code, declared["my_desk"].title) == (0, "My desk")


def test_a_new_dimension_and_a_new_segmentation_are_read_and_show_every_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = {"dimensions": tmp_path / "one", "segments": tmp_path / "another"}  # beside each other one name is refused
    for kind, folder in zip(("dimension", "segmentation"), root.values(), strict=True):
        assert run(capsys, "new", kind, "plan_color", "-w", folder)[0] == 0
    dimensions = load_dimensions([root["dimensions"] / "dimensions"])
    segmentations = load_segments([root["segments"] / "segments"])
    assert dimensions["plan_color"].property_name == "plan_color"
    assert [segment.name for segment in segmentations["plan_color"].segments] == ["Companies", "Everybody else"]
    written = {"dimension_id": "", "is_sensitive": "sensitive", "property_name": "property", "max_tenure_days": "min_tenure"}
    for folder, *kinds in (("dimensions", Dimension), ("segments", Conditions, Segment, Segmentation)):
        text = (root[folder] / folder / "plan_color.toml").read_text(encoding="utf-8")
        for field in (field for kind in kinds for field in fields(kind) if (folder, field.name) != ("segments", "segmentation")):
            name = written.get(field.name, field.name).replace("max_", "min_").removesuffix("_days")
            assert re.search(rf"^(# )?(\[\[)?{name}", text, re.MULTILINE), name


def test_a_list_is_saved_listed_and_filtered_by(capsys: pytest.CaptureFixture[str], own_workspace: Path) -> None:
    asked = ("customers_lost", "--period", "2026", "-w", own_workspace)
    code, out, _ = run(capsys, "save", "lost_ones", *asked, "--title", "Those we lost")
    assert (code, out) == (0, "Saved lost_ones: Those we lost\n")
    assert run(capsys, "save", "lost_ones", *asked)[0] == 2
    lost = json.loads(run(capsys, "ask", *asked, "--json")[1])["total"]["customers"]
    rows = json.loads(run(capsys, "lists", "--json", "-w", own_workspace)[1])
    assert [(row["name"], row["title"], row["customers"]) for row in rows] == [("lost_ones", "Those we lost", lost)]
    narrowed = json.loads(run(capsys, "ask", *asked, "--where", "list=lost_ones", "--json")[1])
    assert narrowed["total"]["customers"] == lost
    assert narrowed["selection"]["where"] == {"list": ["lost_ones"]}
    assert "Only the customers of the list “Those we lost”." in narrowed["notices"]
    code, _, err = run(capsys, "ask", "cases_opened", "--where", "list=lost_one", "-w", own_workspace)
    assert (code, err) == (2, 'there is no list "lost_one". Did you mean "lost_ones"?\n')


@pytest.mark.parametrize("found", [[], ["first order"], ["web visit"], ["asked for a price"], ["opened", "closed", "web visit"]])
def test_a_new_journey_leads_from_one_event_to_another(found: list[str]) -> None:
    words = journey_words([{"event": name, "n": 3, "customers": 2} for name in found])
    chosen = [json.loads(words[key]) for key in ("first_event", "second_event")]
    assert len(set(chosen)) == 2
    assert chosen[: len(found)] == found[:2]
    assert [f'"{name}": 3 times, 2 customers' in words["found"] for name in found] == [True] * len(found)


def test_a_new_journey_is_asked_after_a_load_without_files(capsys: pytest.CaptureFixture[str], own_workspace: Path) -> None:
    code, out, _ = run(capsys, "new", "journey", "my_way", "-w", own_workspace)
    assert (code, "cx load" in out) == (0, True)
    asked = ("ask", "journey_funnel", "--journey", "my_way", "-w", own_workspace)
    code, _, err = run(capsys, *asked)
    assert (code, err.count("\n"), "after the next: cx load" in err) == (2, 1, True)
    code, out, err = run(capsys, "load", "-w", own_workspace)
    assert (code, err) == (0, "")
    assert "No new file; built anew" in out
    code, out, err = run(capsys, *asked)
    assert (code, err, "I choose you" in out) == (0, "", True)


def test_a_load_without_files_into_nothing_says_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "load", "-w", tmp_path / "nowhere")
    assert (code, "Load exports into it first" in err) == (2, True)


@pytest.mark.parametrize(("by", "words"), [("segment", "has no segment"), ("region", "Region is as the records say now")])
def test_a_split_says_once_that_its_groups_were_known_later(tiny_center: CommandCenter, by: str, words: str) -> None:
    answer = tiny_center.ask("journey_funnel", split_by=by)
    assert len(set(answer.notices)) == len(answer.notices)
    assert any(words in notice for notice in answer.notices)


def test_loading_again_changes_nothing(capsys: pytest.CaptureFixture[str], own_workspace: Path) -> None:
    before = (own_workspace / "CURRENT").read_text(encoding="utf-8")
    tiny = Path(__file__).parents[2] / "sample_data" / "tiny"
    code, out, err = run(capsys, "load", tiny / "commitments.csv", "-w", own_workspace)
    assert (code, err) == (0, "")
    assert "Nothing changed" in out
    assert (own_workspace / "CURRENT").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", "", "is empty"),
        ("page.csv", "<html><body>Please log in</body></html>", "is a web page"),
        ("unknown.csv", "colour,size\nred,3\n", "no known format has the headers"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told_and_nothing_changes(
    capsys: pytest.CaptureFixture[str], own_workspace: Path, tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    before = (own_workspace / "CURRENT").read_text(encoding="utf-8")
    (tmp_path / name).write_text(content, encoding="utf-8")
    code, _, err = run(capsys, "load", tmp_path / name, "-w", own_workspace)
    assert code == 2
    assert sentence in err
    assert err.count("\n") == 1
    assert (own_workspace / "CURRENT").read_text(encoding="utf-8") == before
    code, _, err = run(capsys, "load", tmp_path / "nothing.csv", "-w", own_workspace)
    assert (code, "does not exist" in err) == (2, True)


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    assert [harmless(value) for value in ("=1+1", "+49", "-x", "@a", "\tb", "plain", -3.5, None)] == [
        "'=1+1", "'+49", "'-x", "'@a", "'\tb", "plain", -3.5, None,
    ]  # fmt: skip


def test_the_mistakes_of_all_files_are_told_together_each_by_its_folder(
    capsys: pytest.CaptureFixture[str], own_workspace: Path
) -> None:
    kinds = ("metrics", "sources", "segments", "calendars", "promises", "journeys", "dimensions")
    for kind in kinds:
        (own_workspace / kind).mkdir(exist_ok=True)
        (own_workspace / kind / "way.toml").write_text("= nothing", encoding="utf-8")
    for command, told in (("check", kinds), ("load", kinds[1:])):
        code, _, err = run(capsys, command, "-w", own_workspace)
        places = [line.partition(": ")[0] for line in err.splitlines()]
        assert (code, places) == (2, [f"{kind}/way.toml" for kind in told])
    for kind in kinds:
        (own_workspace / kind / "way.toml").unlink()
    (own_workspace / "journeys" / "way.toml").write_text("", encoding="utf-8")
    code, _, err = run(capsys, "check", "-w", own_workspace)
    assert (code, {line.partition(": ")[0] for line in err.splitlines()}) == (2, {"journeys/way.toml"})


@pytest.mark.parametrize(
    "asked",
    [
        ("cases_opened", "--series", LONG), ("cases_opened", "--period", LONG), ("cases_opened", "--where", LONG), (LONG,),
        ("cases_opened", "--by", f"{LONG} {LONG}"), ("journey_funnel", "--window", LONG), ("cases_opened", f"--{LONG}"),
    ],
)  # fmt: skip
def test_a_refusal_never_echoes_more_than_can_be_read(
    capsys: pytest.CaptureFixture[str], tiny: Path, asked: tuple[str, ...]
) -> None:
    code, _, err = run(capsys, "ask", *asked)
    assert code == 2
    assert len(max(err.split(), key=len)) <= 130


def test_what_an_option_means_is_told_once() -> None:
    for flag in option_flags().values():
        meanings = flag.__metadata__[0].help.split("; ")
        assert not [one for one in meanings for other in meanings if one is not other and other.startswith(one.split(" (")[0])]


@pytest.mark.parametrize(
    ("kind", "name", "sentence"),
    [
        ("dimension", "list", 'dimensions/list.toml: "list" is a filter of its own. Give the file another name.'),
        ("dimension", "segment", 'dimensions/segment.toml: facts have a column "segment" of their own. Name another: column = "…".'),
        ("segmentation", "channel",
         'segments/channel.toml: "channel" is the name of something else to split by. Give the file another name.'),
    ],
)  # fmt: skip
def test_what_the_next_load_would_refuse_is_not_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str, name: str, sentence: str
) -> None:
    assert run(capsys, "new", kind, name, "-w", tmp_path) == (2, "", f"{sentence}\n")
    assert not list(tmp_path.rglob("*"))


def test_a_mistake_elsewhere_does_not_keep_a_new_file_from_being_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "way.toml").write_text("", encoding="utf-8")
    assert run(capsys, "new", "dimension", "plan", "-w", tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("kind", "name"), [("metric", "journey_funnel"), ("journey", "four_stages"), ("source", "zendesk_tickets")]
)
def test_a_file_that_takes_the_place_of_a_shipped_one_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str, name: str
) -> None:
    words = f"It takes the place of the {name} that ships; remove the file to have that again."
    assert words in run(capsys, "new", kind, name, "-w", tmp_path)[1]
    assert words not in run(capsys, "new", kind, f"{name}_of_ours", "-w", tmp_path)[1]
