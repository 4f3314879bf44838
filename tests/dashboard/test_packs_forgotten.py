"""Somebody is forgotten: the packs that tell of them are deleted or named, and no other pack is touched."""

import zipfile
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.packs.writing import Writing
from metrics import CommandCenter
from queries.audit import PACK, note, packs_of
from queries.forget import find
from queries.forgetting import tidy
from queries.intake.forgotten import Forgotten
from queries.mentions import Unsearchable, is_named
from queries.pack import Pack, Part, Stories
from queries.workspace import Workspace

PARTS = (Part(metric="promises_kept"),)
TELLS = Pack(name="tells", title="Tells", parts=PARTS, stories=Stories(metric="promises_kept", mark={"part": "broken"}))
COUNTS = Pack(name="counts", title="Counts", parts=PARTS)


def printed(page: str) -> bytes:
    return b"%PDF-1.7 " + page[:20].encode()


@pytest.mark.long
def test_packs_that_tell_of_them_are_deleted_or_named_and_others_stay(
    own_workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.at(own_workspace)
    workspace.access_rules.write_text('[[people]]\nwho = "ada@example.com"\nrole = "admin"\n')
    center = CommandCenter.open(own_workspace)
    here, outside = (Writing(center=center, by="ada", printer=printed, folder=folder) for folder in (None, tmp_path / "away"))
    (there,), (away,) = (pen.write(TELLS, "2026", "ada@example.com") for pen in (here, outside))
    (other,) = here.write(COUNTS, "2026")
    behind = center.customers_behind("promises_kept", period="2026", mark={"part": "broken"}, limit=1000).rows
    someone = next(row for row in behind if packs_of(workspace, [row["customer_id"]]))
    center.close()
    assert [len(one.files) for one in (there, away, other)] == [3, 3, 3]
    page = next(path for path in there.files if path.suffix == ".html").read_text()
    assert someone["customer_id"] not in page, "no search would find it"
    by_name = workspace.written_packs / "old.pptx"
    with zipfile.ZipFile(by_name, "w") as slides:
        slides.writestr("ppt/slides/slide1.xml", f"<a:t>{someone['customer_id']}</a:t>")
    by_name.with_suffix(".pdf").write_bytes(printed("packed"))
    before = {path: path.read_bytes() for path in (*away.files, *other.files)}

    with pytest.raises(SystemExit) as ended:
        main(["forget", someone["customer_id"], "--yes", "--workspace", str(own_workspace)])
    told = capsys.readouterr().out
    assert not ended.value.code
    assert sorted(workspace.written_packs.iterdir()) == sorted(other.files)
    assert {path: path.read_bytes() for path in before} == before
    assert all(path.name in told.partition("Told of in")[2].partition("\n")[0] for path in (*there.files, by_name))
    assert all(str(path) in told.partition("Written by ada on 20")[2].partition("\n")[0] for path in away.files)
    stays = told.partition("Cannot be searched, and stays")[2].partition("\n")[0]
    assert [path.suffix for path in other.files if path.name in stays] == [".pdf"]
    assert not any(path.name in stays for path in there.files)


def test_forgetting_takes_a_pack_that_tells_of_them_and_no_other(own_workspace: Path) -> None:
    """The same without the load that carries it out."""
    workspace = Workspace.at(own_workspace)
    center = CommandCenter.open(own_workspace)
    someone = center.customers_behind("promises_kept", period="2026", limit=1).rows[0]["customer_id"]
    person, rows, _ = center.person(someone)
    center.close()
    workspace.written_packs.mkdir(parents=True)
    theirs, others = ([workspace.written_packs / f"{name}.{form}" for form in ("html", "pdf")] for name in ("tells", "counts"))
    for path in (*theirs, *others):
        path.write_bytes(printed("nobody by name"))
    note(workspace, PACK, by="ada", customers=[someone, "C2"], files=theirs)
    note(workspace, PACK, by="ada", customers=["C2"], files=others)
    found = find(workspace, someone, person, rows)
    assert set(found.packs) == {f"packs/out/{path.name}" for path in theirs}
    tidy(workspace, Forgotten.of(workspace).asked(workspace, person))
    assert sorted(workspace.written_packs.iterdir()) == sorted(others)


@pytest.mark.parametrize("file", ["access.toml", "packs/a.toml", "packs/out/../../access.toml", "/etc/passwd"])
def test_nothing_but_a_written_pack_goes_by_what_the_log_says(tmp_path: Path, file: str) -> None:
    """Whoever can add a line to it shall not have the rest of the workspace deleted."""
    workspace = Workspace.create(tmp_path)
    pack = workspace.written_packs / "a.html"
    for path in (tmp_path / "access.toml", tmp_path / "packs" / "a.toml", pack):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    note(workspace, PACK, by="ada", customers=["C1"], files=[tmp_path / file, pack, workspace.written_packs / "gone.pdf"])
    assert packs_of(workspace, ["C1"]) == {pack}
    assert packs_of(workspace, ["C2"]) == set()


def test_a_pdf_cannot_be_searched(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj << /Filter /FlateDecode >>")
    with pytest.raises(Unsearchable, match="cannot be searched"):
        is_named(path, [lambda _: False], tmp_path)
