"""Pictures taken on the server: what they say where they cannot be taken."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main
from dashboard.errors import NoPicture
from dashboard.pictures import camera as cameras
from dashboard.pictures.camera import Camera


def without_browsers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras, "PROGRAMS", ("a-browser-that-nobody-has",))


def without_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras, "find_spec", lambda name: None)


@pytest.mark.parametrize(
    ("lacking", "named", "says"),
    [
        (without_package, None, "Run: pip install 'customer-command-center[pictures]'"),
        (without_browsers, None, "Install the package chromium, or name its program in CX_CHROMIUM."),
        (without_browsers, Path("/nowhere/chromium"), "There is no program /nowhere/chromium, which CX_CHROMIUM names."),
    ],
)
def test_without_what_takes_pictures_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, lacking: Callable[[pytest.MonkeyPatch], None], named: Path | None, says: str
) -> None:
    lacking(monkeypatch)
    with Camera(named) as camera, pytest.raises(NoPicture) as told:
        camera.png("<p>x</p>")
    assert says in str(told.value)
    assert told.value.is_absent


def test_a_program_that_is_no_browser_is_named(tmp_path: Path) -> None:
    program = shutil.which("false")
    assert program
    with Camera(Path(program)) as camera, pytest.raises(NoPicture) as told:
        camera.png("<p>x</p>")
    assert str(told.value).startswith(f"{program} takes no pictures: ")
    assert camera.process is None


def test_the_command_says_so_too(
    tiny_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_browsers(monkeypatch)
    for out, says in (
        (tmp_path / "a.png", "Install the package chromium"),
        (tmp_path / "a.gif", "a.gif is the name of no picture."),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["picture", "customers_lost", "--out", str(out), "--workspace", str(tiny_workspace)])
        assert ended.value.code == 2
        assert says in capsys.readouterr().err
        assert not out.exists()


@pytest.mark.parametrize("size", [{"width": 0}, {"width": 5000}, {"scale": 9}, {"height": 10**6}])
def test_a_picture_that_would_not_fit_into_memory_is_refused(size: dict[str, Any]) -> None:
    with Camera() as camera, pytest.raises(NoPicture, match="at most"):
        camera.png("<p>x</p>", **size)
    assert camera.process is None
