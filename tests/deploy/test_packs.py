"""A pack in the programs that people open it with: LibreOffice shows every slide, and its print can be read and searched."""

import io
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from pptx import Presentation

from dashboard.packs.contents import Contents
from dashboard.packs.deck import deck
from dashboard.packs.sheet import sheet
from dashboard.pictures.camera import Camera
from metrics import CommandCenter
from tests.dashboard.test_packs import findings, gathered, title_of
from tests.deploy.machine import program

pytestmark = pytest.mark.deploy


@pytest.fixture(scope="module")
def told(tiny_center: CommandCenter) -> Contents:
    return gathered(tiny_center)


def pages_of(path: Path) -> Sequence[str]:
    """What can be read on each page of a PDF, its lines put together."""
    said = subprocess.run([program("pdftotext"), path, "-"], check=True, capture_output=True, timeout=60).stdout
    return [one_line(page) for page in said.decode().split("\f")[:-1]]


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_libreoffice_shows_each_slide_with_its_words(told: Contents, tmp_path: Path) -> None:
    made = tmp_path / "pack.pptx"
    made.write_bytes(deck(told))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = [program("soffice"), profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, made]
    subprocess.run(words, check=True, capture_output=True, timeout=180)
    pages, slides = pages_of(made.with_suffix(".pdf")), list(Presentation(io.BytesIO(made.read_bytes())).slides)
    assert len(pages) == len(slides)
    for page, slide in zip(pages, slides, strict=True):
        assert one_line(title_of(slide)) in page
        assert told.snapshot in page
    assert {one.sentence for one in findings(told)} <= {title_of(slide) for slide in slides}


def test_its_print_holds_each_figure_and_says_of_when_it_is(told: Contents, tmp_path: Path) -> None:
    made = tmp_path / "pack.pdf"
    with Camera() as camera:
        made.write_bytes(camera.pdf(sheet(told), "A4", landscape=True))
    pages = pages_of(made)
    assert len(pages) > len(told.sections)
    assert all(page.strip() for page in pages)
    text = " ".join(pages)
    for one in findings(told):
        assert one_line(one.sentence) in text
        assert one_line(one.value) in text
    assert text.count(told.snapshot) > len(told.sections)
    assert text.count("frozen as presented") > len(told.sections)
