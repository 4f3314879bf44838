"""`cx doctor`: each unsafe configuration is told, a safe one is not, and the exit code says which it is."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.access import doctor
from dashboard.cli import app
from dashboard.embed.keyring import Keyring
from queries.workspace import Workspace

GOOD = "kQ7vZ2mN9xRtY4wLpB8sHdF3gJ6cA1eU"
PROXY = {"CX_ACCESS": "proxy", "CX_PUBLIC_URL": "https://cx.example.com", "CX_TRUSTED_PEER": "127.0.0.1"}
OIDC = {
    "CX_ACCESS": "oidc", "CX_PUBLIC_URL": "https://cx.example.com", "CX_OIDC_ISSUER": "https://id.example.com",
    "CX_OIDC_CLIENT": "cx", "CX_SECRET": GOOD,
}  # fmt: skip
RULES = '[[people]]\nwho = "ada@example.com"\nrole = "admin"\n'


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    made = Workspace.create(tmp_path / "workspace")
    made.access_rules.write_text(RULES, encoding="utf-8")
    made.access_rules.chmod(0o640)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    return made


def unsafe(workspace: Workspace, variables: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return [one.sentence for one in doctor.examined(workspace.root) if one.is_unsafe]


@pytest.mark.parametrize("variables", [{}, PROXY, OIDC], ids=["none", "proxy", "oidc"])
def test_a_safe_configuration_is_called_so(
    workspace: Workspace, variables: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unsafe(workspace, variables, monkeypatch) == []
    told = CliRunner().invoke(app, ["doctor", "--workspace", str(workspace.root)])
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (0, "Nothing unsafe was found.")


UNSAFE = {
    "half a proxy": ({**PROXY, "CX_TRUSTED_PEER": ""}, "CX_TRUSTED_PEER"),
    "a host for all": ({"CX_HOST": "0.0.0.0"}, "nothing says who may come in"),
    "a short secret": ({**OIDC, "CX_SECRET": "short"}, "it needs 32"),
    "a known secret": ({**OIDC, "CX_SECRET": f"change-me-{GOOD}"}, "know or guess"),
    "plain lines": ({**PROXY, "CX_PUBLIC_URL": "http://localhost:8050"}, "not encrypted"),
    "its own address": ({**PROXY, "CX_HOST": "10.0.0.2", "CX_TRUSTED_PEER": "10.0.0.2"}, "own address"),
    "out of reach": ({**PROXY, "CX_TRUSTED_PEER": "10.0.0.9"}, "cannot reach it"),
    "debugging": ({"DASH_DEBUG": "true"}, "DASH_DEBUG is set"),
    "insecure logins": ({**OIDC, "AUTHLIB_INSECURE_TRANSPORT": "1"}, "AUTHLIB_INSECURE_TRANSPORT is set"),
    "the tool server": ({"DASH_MCP_ENABLED": "true"}, "DASH_MCP_ENABLED is set"),
}


@pytest.mark.parametrize(("variables", "told"), UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_configuration_is_told(
    workspace: Workspace, variables: Mapping[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = unsafe(workspace, variables, monkeypatch)
    assert any(told in sentence for sentence in found), found
    assert GOOD not in " ".join(found)
    assert CliRunner().invoke(app, ["doctor", "--workspace", str(workspace.root)]).exit_code == 1


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (None, "names nobody"),
        ("", "names nobody"),
        ("[[people]]\nwho =", "cannot be read"),
        (f'{RULES}[others]\nrole = "manager"\n', "makes everybody who is known anywhere a manager"),
    ],
)
def test_who_is_let_in_by_the_file_is_looked_at(
    workspace: Workspace, rules: str | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if rules is None:
        workspace.access_rules.unlink()
    else:
        workspace.access_rules.write_text(rules, encoding="utf-8")
    found = unsafe(workspace, PROXY, monkeypatch)
    assert any(told in sentence for sentence in found), found


def test_who_may_read_and_write_the_files_is_looked_at(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace.access_rules.chmod(0o666)
    workspace.registry.chmod(0o755)
    found = unsafe(workspace, PROXY, monkeypatch)
    assert [str(path) in sentence for path, sentence in zip((workspace.registry, workspace.access_rules), found, strict=True)] == [
        True, True,
    ]  # fmt: skip


def test_who_serves_others_as_root_is_told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert "runs as root" in " ".join(unsafe(workspace, PROXY, monkeypatch))


def sentences(workspace: Workspace) -> list[tuple[bool, str]]:
    return [(one.is_unsafe, one.sentence) for one in doctor.examined(workspace.root)]


def test_a_host_of_embeds_that_is_not_encrypted_is_told_and_this_machine_is_not(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Keyring(workspace)
    own_keys = [
        ring.add_host(origin, "now") for origin in ("https://wiki.example.com", "http://localhost:9000", "http://old.example.com")
    ]
    (found,) = unsafe(workspace, PROXY, monkeypatch)
    assert found.startswith("http://old.example.com may show charts and is not encrypted")
    assert not any(key in found for key in own_keys)
    ring.path.chmod(0o644)
    assert any("others can read the keys" in one for one in unsafe(workspace, {}, monkeypatch))


ALERT = 'title = "Late"\ncondition = "about to break"\nowner = "service"\nto = ["desk"]\n'
SECRETIVE = "sesame-open-yourself"
RECIPIENTS = {
    "nothing says where": ({}, False, "nothing says where desk is reached"),
    "no way that is known": (
        {"CX_ALERT_DESK": f"pigeon://ada:{SECRETIVE}@loft.example.com"},
        False,
        "no address that apprise knows",
    ),
    "half an address": ({"CX_ALERT_DESK": f"slack://{SECRETIVE}"}, False, "no address that apprise knows"),
    "a webhook with a weak secret": (
        {"CX_ALERT_DESK": f"https://hooks.example.com/{SECRETIVE}", "CX_ALERT_DESK_SECRET": SECRETIVE},
        False,
        "needs a secret of 32",
    ),
    "a webhook on open lines": ({"CX_ALERT_DESK": f"http://hooks.example.com/{SECRETIVE}"}, True, "is not encrypted"),
    "a plain webhook of apprise": ({"CX_ALERT_DESK": f"json://hooks.example.com/{SECRETIVE}"}, True, "is not encrypted"),
    "a file that is not there": ({"CX_ALERT_DESK_FILE": "/nowhere/desk"}, False, "cannot be read"),
}


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # apprise imports it where Python still has it
@pytest.mark.parametrize(("variables", "is_unsafe", "told"), RECIPIENTS.values(), ids=RECIPIENTS)
def test_who_alerts_do_not_reach_is_told_without_the_address(
    workspace: Workspace, variables: Mapping[str, str], is_unsafe: bool, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.alerts.mkdir()
    (workspace.alerts / "late.toml").write_text(ALERT, encoding="utf-8")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = sentences(workspace)
    assert any(unsafe_now == is_unsafe and "desk" in one and told in one for unsafe_now, one in found), found
    assert SECRETIVE not in repr(found)
    monkeypatch.setenv("CX_ALERT_DESK", "mailto://ada:sesame@mail.example.com")
    monkeypatch.delenv("CX_ALERT_DESK_FILE", raising=False)
    assert not any("desk" in one for _, one in sentences(workspace))


def test_a_file_with_an_address_that_others_can_read_is_unsafe(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.alerts.mkdir()
    (workspace.alerts / "late.toml").write_text(ALERT, encoding="utf-8")
    kept = tmp_path / "desk"
    kept.write_text(f"mailto://ada:{SECRETIVE}@mail.example.com", encoding="utf-8")
    kept.chmod(0o644)
    (found,) = unsafe(workspace, {"CX_ALERT_DESK_FILE": str(kept)}, monkeypatch)
    assert f"chmod 600 {kept}" in found
    assert SECRETIVE not in found


def test_where_packs_lie_and_who_gets_none_is_told(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, out = tmp_path / "reviews", workspace.packs / "out"
    out.mkdir(parents=True)
    own.mkdir()
    section = '[[sections]]\nmetric = "replied_in_time"\n'
    whom = '[[for]]\nwho = "ada@example.com"\n[[for]]\nwho = "gone@example.com"\n'
    (workspace.packs / "monthly.toml").write_text(f'title = "Review"\n{section}{whom}', encoding="utf-8")
    (workspace.packs / "weekly.toml").write_text(f'title = "Week"\nfolder = "{own}"\n{section}', encoding="utf-8")
    for folder, mode in ((own, 0o705), (out, 0o701)):
        folder.chmod(mode)
    found = unsafe(workspace, PROXY, monkeypatch)
    assert [one.partition("Run: ")[2] for one in found] == [f"chmod -R o-rwx {folder}" for folder in sorted((own, out))]
    for folder in (own, out):
        folder.chmod(0o700)
    assert unsafe(workspace, {}, monkeypatch) == []
    found = [one for _, one in sentences(workspace)]
    assert "1 of 2 who get packs/monthly.toml have no entry in access.toml and get none." in found
    assert "gone@example.com" not in repr(found)


def test_what_cannot_be_read_is_told_and_the_rest_is_looked_at(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (workspace.alerts, workspace.packs):
        folder.mkdir(exist_ok=True)
        (folder / "bad.toml").write_text("title =", encoding="utf-8")
    assert unsafe(workspace, PROXY, monkeypatch) == []
    found = " ".join(one for _, one in sentences(workspace))
    assert "No alert reaches anybody" in found
    assert "No pack is written" in found
