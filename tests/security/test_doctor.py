"""`cx doctor`: each unsafe configuration is told, a safe one is not, and the exit code says which it is."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.access import doctor
from dashboard.cli import app
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
