"""access.toml: who may come in, as what, and whose rows they see; every mistake is told, with what to write instead."""

from pathlib import Path

import pytest

from metrics import CommandCenter
from queries.access_file import AccessFile, PeopleOf, load_access
from queries.errors import DeclarationErrors
from queries.policy import FEW, Policy

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "workspace" / "access.toml"


def access(folder: Path, text: str) -> AccessFile:
    path = folder / "access.toml"
    path.write_text(text, encoding="utf-8")
    return load_access(path)


def mistakes(folder: Path, text: str) -> str:
    with pytest.raises(DeclarationErrors) as told:
        access(folder, text)
    return str(told.value)


def test_without_the_file_nobody_may_come_in(tmp_path: Path) -> None:
    assert load_access(tmp_path / "access.toml").who("ada@example.com", ["everybody"]) is None


def test_the_sample_company_lets_in_whom_it_names() -> None:
    file = load_access(SAMPLE)
    assert file.who("Ada@Example.com") == ("admin", Policy.everything())
    lead = file.who("cem@example.com", ["Service Leads", "everybody"])
    assert lead == ("manager", Policy(teams=frozenset({"Care desk", "Installation east"})))
    assert file.who("bo@example.com", ["service leads"]) == ("manager", Policy(regions=frozenset({"north"}), names=False))
    assert file.who("anybody@example.com") == ("viewer", Policy(names=False, least=FEW))
    assert file.who("  ") is None


def test_without_others_nobody_else_comes_in(tmp_path: Path) -> None:
    file = access(tmp_path, '[[people]]\ngroup = "desk"\nrole = "viewer"\nsegments = ["Homes, gas"]\n')
    assert file.who("bo@example.com", ["sales"]) is None
    assert file.who("bo@example.com", ["Desk"]) == (
        "viewer", Policy(segments=frozenset({"Homes, gas"}), names=False, least=FEW),
    )  # fmt: skip


def test_an_own_entry_comes_before_a_groups_and_an_earlier_before_a_later(tmp_path: Path) -> None:
    text = "".join(
        f'[[people]]\n{who}\nrole = "{role}"\n'
        for who, role in (('group = "b"', "viewer"), ('group = "a"', "manager"), ('who = "x@example.com"', "admin"))
    )
    file = access(tmp_path, text)
    assert [file.who(name, ["a", "b"]) for name in ("x@example.com", "y@example.com")] == [
        ("admin", Policy.everything()),
        ("viewer", Policy(names=False, least=FEW)),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[people]]\nwho = "a@example.com"\nrole = "boss"\n', 'role = "boss" is not one'),
        ('[[people]]\nwho = "a@example.com"\n', '"role" is missing'),
        ('[[people]]\nrole = "viewer"\n', "neither one person nor one group"),
        ('[[people]]\nwho = "a@example.com"\ngroup = "b"\nrole = "viewer"\n', "neither one person nor one group"),
        ('[[people]]\nwho = "a@example.com"\nrole = "manager"\nregion = ["north"]\n', 'Did you mean "regions"'),
        ('[[people]]\nwho = "a@example.com"\nrole = "manager"\nregions = []\n', "shows nothing of anybody"),
        ('[[people]]\nwho = "a@example.com"\nrole = "admin"\nteams = ["Sales"]\n', "an admin sees all rows"),
        ('[[people]]\nwho = "a@example.com"\nrole = "viewer"\nnames = true\n', "a viewer is told no names"),
        (2 * '[[people]]\nwho = "A@example.com"\nrole = "viewer"\n', "has two entries"),
        ('[others]\nrole = "viewer"\nteam = ["Sales"]\n', '"team" is not known here'),
        ("people = 3\n", "is not a list of tables"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, told: str) -> None:
    assert told in mistakes(tmp_path, text)


def test_a_mistake_lets_nobody_in_and_what_is_mended_holds_at_once(tmp_path: Path) -> None:
    path = tmp_path / "access.toml"
    people = PeopleOf(path)
    path.write_text('[others]\nrole = "viewer"\n', encoding="utf-8")
    assert people.who("bo@example.com") == ("viewer", Policy(names=False, least=FEW))
    path.write_text('[others]\nrole = "everything"\n', encoding="utf-8")
    with pytest.raises(DeclarationErrors):
        people.who("bo@example.com")
    path.write_text('[others]\nrole = "manager"\nregions = ["north"]\n', encoding="utf-8")
    assert people.who("bo@example.com") == ("manager", Policy(regions=frozenset({"north"})))


def test_cx_check_tells_its_mistakes_and_segments_that_nobody_declared(own_workspace: Path) -> None:
    path = own_workspace / "access.toml"
    CommandCenter.open(own_workspace).check()
    path.write_text('[others]\nrole = "viewer"\nsegments = ["Homes gas"]\n', encoding="utf-8")
    with pytest.raises(DeclarationErrors, match=r'"Homes gas" is no segment\. Did you mean "Homes, gas"'):
        CommandCenter.open(own_workspace).check()
