"""The API over the tiny sample, called in this process."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import Settings

HERE = {"Host": "localhost"}


class Caller:
    """Asks addresses below /api/v1/, with the same headers each time."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    def get(self, path: str, headers: dict[str, str] | None = None, **words: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query_string=words, headers={**HERE, **self.headers, **(headers or {})})

    def told(self, path: str, **words: Any) -> Any:
        answer = self.get(path, **words)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def with_token(self, token: str) -> "Caller":
        return Caller(self.client, {"Authorization": f"Bearer {token}"})


@pytest.fixture(scope="session")
def asked_workspace(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tiny sample: who lists people is written down in it."""
    return shutil.copytree(tiny_workspace, tmp_path_factory.mktemp("asked") / "workspace")


@pytest.fixture(scope="session")
def api(asked_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Caller:
    """Whoever sits at this machine, asking the tiny sample."""
    settings = Settings(workspace=asked_workspace, cache_dir=tmp_path_factory.mktemp("panels"))
    return Caller(create_app(settings).server.test_client(), {})
