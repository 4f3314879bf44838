"""`cx embed` prints a link that opens, and refuses in a sentence what may not be given."""

import json
import shutil
from pathlib import Path

import pytest

from dashboard.app import create_app
from dashboard.cli import main
from dashboard.embed.keyring import Keyring
from dashboard.settings import Settings
from queries.workspace import Workspace

WIKI = "https://wiki.example.com"


@pytest.fixture
def workspace(tiny_workspace: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_workspace, tmp_path / "workspace"))


def cx(workspace: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["embed", *words, "--workspace", str(workspace)])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_the_link_opens_the_number_that_cx_ask_tells(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, own_key, _ = cx(workspace, capsys, "hosts", "add", WIKI)
    assert (code, len(own_key.strip())) == (0, 43)
    asked = ("cases_opened", "--period", "2026", "--for", WIKI, "--json")
    told = json.loads(cx(workspace, capsys, *asked)[1])
    assert f'src="{told["link"]}"' in told["html"]
    client = create_app(Settings(workspace=workspace)).server.test_client()
    path = told["link"].partition(":8050")[2]
    assert told["title"] in client.get(path).get_data(as_text=True)
    (answer,) = client.get(f"{path}.json").get_json()["answers"]
    with pytest.raises(SystemExit):
        main(["ask", "cases_opened", "--period", "2026", "--json", "--workspace", str(workspace)])
    same = json.loads(capsys.readouterr().out)
    assert answer["total"] == same["total"]
    assert answer["selection"] == same["selection"]


def test_a_host_that_is_not_encrypted_is_registered_with_a_warning(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = cx(workspace, capsys, "hosts", "add", "http://wiki.example.com")
    assert (code, "not encrypted" in said) == (0, True)
    assert "not encrypted" not in cx(workspace, capsys, "hosts", "add", WIKI)[2]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nps_relational", "--for", "https://elsewhere.example.com"), "not registered"),
        (("nps_relational", "--for", WIKI, "--days", "30"), "need a host"),
        (("nps_relational", "--minutes", "600"), "1 to 60 minutes"),
        (("nps_relational", "--shown", "theme=pink"), "no way that a chart is shown"),
        (("nps_relationl",), "nps_relational"),
        (("nps_relational", "--period", "sometime"), "not a period"),
        (("likely_to_leave",), "foretells"),
        (("panel", "/customers", "who-left"), "single people"),
        (("panel", "/service", "nothing"), "no panel"),
        (("panel", "/service?period=sometime", "broken-now"), "not a period"),
        (("panel", "//service", "broken-now"), "not one of ours"),
        (("hosts", "remove", "https://elsewhere.example.com"), "no host"),
        (("hosts", "add", "wiki"), "no origin"),
        (("keys", "retire", "00000000"), "no active key"),
    ],
)
def test_what_may_not_be_given_is_refused_in_a_sentence(
    workspace: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    Keyring(Workspace.at(workspace)).add_host(WIKI, "now")
    code, out, err = cx(workspace, capsys, *words)
    assert (code, out) == (2, "")
    assert sentence in err


def test_keys_are_told_by_name_and_never_by_what_they_are(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cx(workspace, capsys, "keys", "add")
    cx(workspace, capsys, "keys", "add")
    assert cx(workspace, capsys, "keys", "add")[0] == 2
    ring = Keyring(Workspace.at(workspace))
    old, new = ring.read().keys
    cx(workspace, capsys, "keys", "retire", old.key_id)
    listed = json.loads(cx(workspace, capsys, "keys", "list", "--json")[1])
    assert [(row["key"], row["state"]) for row in listed] == [(old.key_id, "retired"), (new.key_id, "signs")]
    assert new.secret not in json.dumps(listed)


def test_a_host_that_may_has_links_for_days(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cx(workspace, capsys, "hosts", "add", WIKI, "--long-lived")
    code, out, _ = cx(workspace, capsys, "nps_relational", "--for", WIKI, "--days", "30")
    assert code == 0
    assert "<iframe" in out
    assert json.loads(cx(workspace, capsys, "hosts", "list", "--json")[1])[0]["long_lived"] == "days"
