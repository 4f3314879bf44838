"""packs/NAME.toml: what a review is shown is read; every mistake is told, with what to write instead."""

from contextlib import suppress
from datetime import time
from pathlib import Path

import pytest

from queries.declarations import check_declarations
from queries.errors import DeclarationErrors, WorkspaceError
from queries.pack import Pack, load_packs
from queries.pack_state import read_written, written
from queries.stamp import definitions_stamp
from queries.workspace import Workspace

SAMPLE = Path(__file__).parents[2] / "sample_data" / "workspace" / "packs"
LEAST = 'title = "Review"\n[[sections]]\nmetric = "replied_in_time"\n'


def declared(folder: Path, text: str, name: str = "review") -> Pack:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_packs(folder)[name]


def problems(folder: Path, text: str, name: str = "review") -> str:
    with pytest.raises(DeclarationErrors) as told:
        declared(folder, text, name)
    return str(told.value)


def test_without_the_folder_there_is_none(tmp_path: Path) -> None:
    assert load_packs(tmp_path / "packs") == {}


def test_the_sample_company_brings_a_monthly_one() -> None:
    pack = load_packs(SAMPLE)["monthly"]
    assert [one.who for one in pack.recipients] == ["ada@example.com", "bo@example.com"]
    assert (len(pack.parts), pack.decisions, pack.names, pack.is_live, pack.is_written) == (8, True, False, True, False)
    assert (pack.parts[-1].page, pack.parts[-1].panel) == ("/service", "who-waits-for-a-solution")


def test_what_is_left_out_has_a_usual_value(tmp_path: Path) -> None:
    pack = declared(tmp_path, LEAST)
    assert (pack.period, pack.language, pack.stories, pack.is_written, pack.day, pack.at, pack.place) == (
        "month", "", None, False, 1, time(7), "packs/review.toml",
    )  # fmt: skip


def test_one_that_is_written_by_itself_tells_of_what_it_is_written_after(tmp_path: Path) -> None:
    pack = declared(tmp_path, 'every = "week"\nday = 2\nat = "06:30"\n' + LEAST)
    assert (pack.is_written, pack.period, pack.day, pack.at) == (True, "week", 2, time(6, 30))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('title = "Review"\n', "it has no section"),
        ('title = "Review"\n[[sections]]\n', "it names neither one metric nor one panel"),
        (LEAST + 'panel = "/service#x"\n', "it names neither one metric nor one panel"),
        ('title = "Review"\n[[sections]]\npanel = "service"\n', 'Write the page, a # and the panel: "/service#how-does-it-change"'),
        ('title = "Review"\n[[sections]]\npanel = "/a#b"\nsplit_by = "team"\n', "split_by says nothing of a panel"),
        (LEAST + "where = { team = [] }\n", "team names no value"),
        (LEAST + "colour = 3\n", '"colour" is not known here'),
        ('day = 3\n' + LEAST, "day says nothing of a pack that is not written by itself"),
        ('at = "07:00"\n' + LEAST, "at says nothing of a pack that is not written by itself"),
        ('every = "month"\nday = 29\n' + LEAST, "day = 29 is not between 1 and 28"),
        ('every = "month"\nat = "7 am"\n' + LEAST, 'at = "7 am" is no time of day'),
        ('every = "month"\nperiod = "week"\n' + LEAST, "it is written every month and tells of a week"),
        ('language = "fr"\n' + LEAST, 'language = "fr" is not one'),
        (f'title = "{"long " * 20}"\n[[sections]]\nmetric = "a"\n', "longer than one line of 80 letters"),
        (LEAST + '[stories]\nmetric = "a"\ndraw = 0\n', "draw ="),
        (LEAST + '[[for]]\nwho = "a.b@c.d"\n[[for]]\nwho = "A-B@c.d"\n', 'would be written to one file "a-b-c-d"'),
        (LEAST + '[[for]]\nrole = "admin"\n', '"who" is missing'),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_what_to_write_instead(tmp_path: Path, text: str, told: str) -> None:
    assert told in problems(tmp_path, text)


def test_its_file_s_name_is_its_own(tmp_path: Path) -> None:
    assert '"Monthly review" cannot be a pack\'s name' in problems(tmp_path, LEAST, "Monthly review")


def test_whom_nothing_lets_in_is_told_before_anything_is_written(tmp_path: Path) -> None:
    declared(tmp_path / "packs", LEAST + '[[for]]\nwho = "cy@example.com"\n')
    with pytest.raises(DeclarationErrors, match=r'packs/review.toml: "cy@example.com" has no entry in access.toml'):
        check_declarations(Workspace(tmp_path))
    (tmp_path / "access.toml").write_text('[[people]]\nwho = "cy@example.com"\nrole = "viewer"\n')
    check_declarations(Workspace(tmp_path))


def test_no_load_is_made_anew_for_a_pack(tmp_path: Path) -> None:
    before = definitions_stamp(Workspace(tmp_path))
    declared(tmp_path / "packs", LEAST)
    assert definitions_stamp(Workspace(tmp_path)) == before


def test_what_was_written_is_kept_also_by_an_error(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "workspace")
    with suppress(KeyError), written(workspace) as found:
        found["review"] = "2026-09"
        raise KeyError
    assert read_written(workspace) == {"review": "2026-09"}
    (workspace.registry / "packs.json").write_text("[")
    with pytest.raises(WorkspaceError, match=r"registry/packs.json: is damaged"):
        read_written(workspace)
