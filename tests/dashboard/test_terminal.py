"""What a terminal shows of files whose names and words were not made for it."""

import sys

import pytest

from dashboard.loading import told_column
from dashboard.terminal import say_line, say_rows

LINE = {"file": "outreach_interactions.parquet", "source": "outreach", "records": 133_731, "loaded_new": 133_731,
        "loaded_updated": 0, "rejected": 0, "duplicates": 0, "removed": 0}  # fmt: skip


def test_a_files_name_is_whole_beside_all_counts_of_the_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    say_rows([{"loaded at (UTC)": "2026-11-22 14:55", **LINE}])
    assert "outreach_interactions.parquet" in capsys.readouterr().out


def test_a_name_neither_steers_the_terminal_nor_breaks_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    name = "\x1b[31mred\x07 \u202evsc.csv\nnext"
    say_rows([{"file": name, "records": 1}])
    say_line(f"{name} is told")
    table, said = capsys.readouterr().out.split("1\n")
    assert not set("\x1b\x07\u202e") & set(table + said)
    assert "vsc.csv↵next" in table


def test_an_empty_cell_is_told_without_a_value() -> None:
    assert told_column("amount", "n•••") == ' amount = "n•••":'
    assert told_column("amount", "") == " amount:"
    assert told_column(None, "{bad") == ""


def test_a_word_between_colons_stays_the_word_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    say_rows([{"file": "a:100:b.csv"}])
    say_line("unknown word :new:", sys.stderr)
    told = capsys.readouterr()
    assert "a:100:b.csv" in told.out
    assert told.err == "unknown word :new:\n"
