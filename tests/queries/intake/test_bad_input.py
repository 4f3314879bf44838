"""What is wrong with a file is one sentence: what, where, what instead. Nothing of the file is loaded."""

import gzip
import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from queries.errors import DeclarationErrors, IntakeError, Unreadable
from queries.intake import parse
from queries.intake.declaration import habits_of, sources_of
from queries.intake.stage import files_in, stage

NOW = datetime(2026, 11, 1)
HEADER = "order_id,ordered_at,amount,currency,status\n"
GOOD = HEADER + "1,2026-01-01,5,EUR,placed\n"
BAD_FILES = {
    "a file of an unknown kind": ("notes.csv", "a,b,c\n1,2,3\n", 'no known format has the headers "a", "b", "c"'),
    "a web page": ("page.csv", "<!doctype html><html><body>Sign in</body></html>", "is a web page or XML, not a table"),
    "an empty file": ("empty.csv", "", "is empty"),
    "blank lines only": ("blank.csv", "\n \n", "is empty"),
    "a workbook": ("book.csv", b"PK\x03\x04rest", "is a zip archive or workbook that is cut off or damaged"),
    "a photograph": ("photo.csv", b"\x89PNG\r\n\x1a\n\0\0\0\0\1\2\3\0", "is not a text file"),
    "a damaged gzip file": ("cut.csv.gz", b"\x1f\x8b\x08\0rest", "is a gzip file that is cut off or damaged"),
    "a damaged Parquet file": ("cut.parquet", b"PAR1rest", "is a Parquet file that is cut off or damaged"),
    "a missing column": (
        "orders.csv",
        GOOD.replace("status", "stats"),
        'looks like orders in the import format but has no "status". Found "stats": rename it.',
    ),
    "columns missing and one of another name": (
        "cases.csv",
        "case_id,customer_id,opened_at,status\n1,C-1,2026-01-01,open\n",
        'looks like cases in the import format but has no "opened_by", "kind", "channel", and "customer_id" is no column of it. '
        "Add the columns.",
    ),
    "columns missing and one misspelt": (
        "cases.csv",
        "case_id,opened_at,opened_by,chanel,status\n1,2026-01-01,customer,email,open\n",
        'has no "kind", "channel". Found "chanel": rename it to "channel" and add the others.',
    ),
    "a misspelt column": (
        "orders.csv",
        GOOD.replace("status", "status,chanel").replace("placed", "placed,web"),
        'looks like orders in the import format, which has no column "chanel". Did you mean "channel"?',
    ),
    "a system's export without a column": (
        "tickets.csv",
        "Id,Requester id,Created,Via,Status\n1,2,3,4,5\n",
        'looks like Zendesk tickets but has no "Created at". Found "Created": map it in sources/zendesk_tickets.toml.',
    ),
    "a quote that never closes": (
        "orders.csv",
        HEADER + '1,2026-01-01,"5,EUR,placed\n2,2026-01-01,5,EUR,placed\n',
        "never closed",
    ),
    "nothing but bad dates": (
        "orders.csv",
        HEADER + "1,soon,5,EUR,placed\n2,later,5,EUR,placed\n",
        'none of its 2 records can be read; the first has ordered_at "s•••". '
        "Not a time that can be read: when it was ordered, UTC. Required.",
    ),
    "JSON that is no table": ("settings.json", '{\n  "a": 1\n}\n', "is JSON, but no line of it is an object"),
    "JSON that is cut off": ("orders.json", '[{"order_id": 1}', "is JSON that is cut off, damaged or too large"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_its_reason_and_the_others_are_loaded(intake, name):
    file, content, reason = BAD_FILES[name]
    taken = intake.take({file: content, "good.csv": GOOD})
    assert [reason in told for told in taken.refused] == [True], taken.refused
    assert taken.refused[0].startswith(f"{file}: ")
    assert taken.rows("files", "file_name") == [("good.csv",)]


def test_a_refused_file_lies_in_quarantine_with_its_reason(intake):
    intake.take({"notes.csv": "a,b\n1,2\n"})
    assert (intake.workspace.quarantine / "notes.csv").read_text() == "a,b\n1,2\n"
    assert "no known format" in (intake.workspace.quarantine / "notes.csv.reason.txt").read_text()
    assert not list(intake.workspace.staging.iterdir())
    assert not list(intake.workspace.raw.glob("*.parquet"))


def test_a_gzip_file_that_unpacks_to_far_more_is_refused(take):
    bomb = gzip.compress(b"0" * (40 << 20))
    assert take({"bomb.csv.gz": bomb}).refused == ["bomb.csv.gz: unpacks to far more than it should. Export it again, unpacked."]


def test_links_and_pipes_are_never_opened(tmp_path):
    (tmp_path / "secret").write_text("x")
    (tmp_path / "link.csv").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe.csv")
    for name, reason in (("link.csv", "is a link"), ("pipe.csv", "is not a regular file")):
        with pytest.raises(Unreadable, match=reason):
            stage(tmp_path / name, tmp_path, NOW)


def test_a_folder_without_files_and_a_path_that_is_not_there_are_told(tmp_path):
    with pytest.raises(IntakeError, match="holds no files"):
        files_in([tmp_path])
    with pytest.raises(IntakeError, match="does not exist"):
        files_in([tmp_path / "nowhere"])


def test_hidden_files_are_left_alone(tmp_path):
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.csv").write_text("x")
    assert files_in([tmp_path]) == [tmp_path / "a" / "b.csv"]


def test_all_mistakes_of_all_declarations_are_told_together(intake):
    intake.declare(
        "sources/mine.toml",
        'title = "Mine"\nsource = "mine"\nhedaer_rows = 2\n[recognise]\ncolumns = ["a", "b"]\n'
        '[[rows]]\nentity = "ordrs"\n[rows.columns]\n'
        '[[rows]]\nentity = "orders"\nprimary = true\n[rows.columns]\namuont = "a"\nordered_at = { column = "b", formats = ["dmy"] }\n'
        'amount = "a"\ncurrency = { value = "EUR" }\nstatus = { column = "c", map = { Done = "complete" } }\n',
    )
    with pytest.raises(DeclarationErrors) as told:
        sources_of(intake.workspace)
    text = str(told.value)
    for part in (
        'Did you mean "header_rows"?',
        'Did you mean "orders"?',
        'Did you mean "amount"?',
        '"dmy" is no format',
        'Did you mean "completed"?',
    ):
        assert part in text, text


def test_a_misspelt_key_of_sources_toml_is_told_with_the_nearest(intake):
    intake.declare("sources.toml", '[shop]\nzne = "Europe/Berlin"\n')
    with pytest.raises(DeclarationErrors, match=r'"zne" is not known here. Did you mean "zone"'):
        habits_of(intake.workspace)


def test_names_in_a_file_are_never_run(take):
    cell = "'); drop table orders; --"
    taken = take({"orders.csv": HEADER.replace("\n", ",email\n") + f'"{cell}",2026-01-01,5,EUR,placed,a@example.com\n'})
    assert taken.rows("orders", "order_id") == [(cell,)]


def test_a_child_that_dies_costs_its_own_file_only(intake, monkeypatch):
    monkeypatch.setattr(parse, "_line", _dying_once(parse._line))
    taken = intake.take({"a.csv": GOOD, "b.csv": GOOD.replace("1,", "2,")})
    assert taken.refused == ["a.csv: could not be parsed: the parser was stopped. Export it again, or in parts."]
    assert taken.rows("orders", "order_id") == [("2",)]


def test_a_file_is_not_to_blame_for_what_an_earlier_one_left_in_the_child(intake, monkeypatch):
    monkeypatch.setattr(parse, "_line", _dying_once(parse._line, at=2))
    taken = intake.take({"a.csv": GOOD, "b.csv": GOOD.replace("1,", "2,")})
    assert not taken.refused
    assert sorted(taken.rows("orders", "order_id")) == [("1",), ("2",)]


def _dying_once(line, at=1):
    calls = []

    def told(pipe, seconds):
        calls.append(1)
        return None if len(calls) == at else line(pipe, seconds)

    return told


def test_a_child_that_says_what_is_no_answer_costs_its_own_file_only(intake, monkeypatch):
    real = parse._start

    def talkative(jobs):
        if jobs[0].name != "bad.csv":
            return real(jobs)
        return subprocess.Popen(["echo", "12% done"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(parse, "_start", talkative)
    taken = intake.take({"bad.csv": GOOD, "good.csv": GOOD.replace("1,", "2,")})
    assert taken.refused == ["bad.csv: could not be parsed: the parser was stopped. Export it again, or in parts."]


def test_every_sentence_names_the_file_not_its_folder(intake):
    taken = intake.take({"notes.csv": "a,b\n1,2\n"})
    assert str(Path(intake.folder)) not in taken.refused[0]
