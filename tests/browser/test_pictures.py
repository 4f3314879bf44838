"""Pictures taken on the server: what they show, and that the one browser which takes them is lost, stuck and asked at once without harm."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from PIL import Image

from dashboard.app import create_app
from dashboard.embed.keyring import Keyring
from dashboard.embed.token import Grant, signed
from dashboard.errors import NoPicture
from dashboard.page import Page, Pages
from dashboard.pictures import camera as cameras
from dashboard.pictures.camera import Camera
from dashboard.settings import Settings
from queries.workspace import Workspace
from tests.browser.conftest import ROOT
from tests.browser.test_panel_menu import SHAPES

pytestmark = pytest.mark.browser
HERE = {"Host": "localhost"}
PAGE = "<body style='margin:0;background:#fff'><h1 style='color:#0a5bab'>Hello</h1></body>"
UNPICTURED = (
    "who-is-likely-to-leave",
    "who-is-likely-to-buy-again",
    "what-goes-along-with-turning-away",
)  # two foretell; too few in the tiny sample
CHARTED = ("/", "/journey", "/staying", "/voice", "/service", "/respect", "/customers", "/improve")
LEFT = "of_page=/&of_panel=why-they-left&period=2026"
TAKES = f"""
from dashboard.pictures.camera import Camera
camera = Camera()
camera.png({PAGE!r}, 200, 1)
print(camera.process, flush=True)
input()
"""


@pytest.fixture(scope="module")
def camera() -> Iterator[Camera]:
    with Camera() as made:
        yield made


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture.convert("RGB")


def colours(picture: Image.Image) -> int:
    return len(picture.getcolors(1 << 24) or [])


def browsers_of(camera: Camera) -> list[int]:
    """The processes of the browser and of what drives it."""
    assert camera.process
    return cameras._family(camera.process)[1:]


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(processes: list[int], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(map(is_there, processes)):
        time.sleep(0.05)
    assert not any(map(is_there, processes))


def test_a_picture_is_as_large_as_was_said_and_shows_something(camera: Camera) -> None:
    picture = opened(camera.png(PAGE, 500, 2, height=200))
    assert picture.size == (1000, 400)
    assert colours(picture) > 5
    assert opened(camera.png(PAGE, 321, 1)).width == 321
    assert colours(opened(camera.png("<body style='background:#fff'></body>", 300, 1, height=50))) == 1
    assert camera.pdf(PAGE).startswith(b"%PDF-")


def test_no_script_runs_in_it_and_nothing_leaves_this_machine(camera: Camera) -> None:
    asked: list[str] = []

    class Outside(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Outside) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        there = f"http://127.0.0.1:{server.server_port}"
        html = (
            f"<img src='{there}/a.png'><iframe src='{there}/b'></iframe><link rel=stylesheet href='{there}/c.css'>"
            f"<style>@import url('{there}/d.css'); body {{ background: url('{there}/e.png') }}</style><img src='file:///etc/hostname'>"
            f"<script>document.body.style.background='red'; fetch('{there}/f')</script><meta http-equiv=refresh content='0;url={there}/g'>"
        )
        picture = opened(camera.png(f"<body style='background:#fff'>{html}</body>", 200, 1, height=100))
        server.shutdown()
    assert asked == []
    assert (255, 0, 0) not in {colour for _count, colour in picture.getcolors(1 << 24) or []}


def test_threads_share_one_browser(camera: Camera) -> None:
    camera.png(PAGE, 100, 1)
    process = camera.process
    with ThreadPoolExecutor(4) as threads:
        widths = list(threads.map(lambda width: opened(camera.png(PAGE, width, 1)).width, range(100, 108)))
    assert widths == list(range(100, 108))
    assert camera.process == process


@pytest.mark.parametrize("lost", ["the browser", "what drives it", "the process"])
def test_after_the_browser_died_the_next_picture_is_taken_all_the_same(camera: Camera, lost: str) -> None:
    camera.png(PAGE, 100, 1)
    own, family = camera.process, browsers_of(camera)
    assert own
    assert len(family) > 1
    for process in {"the browser": family[1:], "what drives it": family[:1], "the process": [own]}[lost]:
        if is_there(process):
            os.kill(process, signal.SIGKILL)
    assert opened(camera.png(PAGE, 200, 1)).width == 200
    assert camera.process != own
    wait_until_gone([own, *family])


def test_a_picture_that_is_not_done_in_time_is_given_up_with_a_sentence(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    camera.png(PAGE, 100, 1)
    stuck = [camera.process or 0, *browsers_of(camera)]
    for process in stuck:
        os.kill(process, signal.SIGSTOP)
    with monkeypatch.context() as hurried:
        hurried.setattr(camera, "_longest", 0.3)
        with pytest.raises(NoPicture, match=r"not done after 0\.3 seconds"):
            camera.png(PAGE, 100, 1)
    wait_until_gone(stuck)
    assert opened(camera.png(PAGE, 100, 1)).width == 100


def test_the_browser_ends_with_the_camera_and_with_a_server_that_was_killed() -> None:
    with Camera() as camera:
        camera.png(PAGE, 100, 1)
        family = [camera.process or 0, *browsers_of(camera)]
    wait_until_gone(family)
    with subprocess.Popen([sys.executable, "-c", TAKES], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout
        family = cameras._family(int(server.stdout.readline()))
        assert len(family) > 2
        server.kill()
    wait_until_gone(family)


# ── of charts ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def client(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = create_app(Settings(workspace=tiny_workspace, cache_dir=tmp_path_factory.mktemp("pictures")))
    yield app.server.test_client()
    app.server.config["PICTURES"].camera.close()


def picture_of(client: FlaskClient, address: str) -> Image.Image:
    answer = client.get(address, headers=HERE)
    assert (answer.status_code, answer.mimetype) == (200, "image/png"), answer.data[:300]
    return opened(answer.data)


def test_a_panel_is_had_as_a_picture_in_the_theme_and_size_that_were_asked_for(client: FlaskClient) -> None:
    light = picture_of(client, f"/panel.png?{LEFT}")
    dark = picture_of(client, f"/panel.png?{LEFT}&theme=dark&width=700&scale=1")
    assert (light.width, dark.width) == (1800, 700)
    assert light.getpixel((2, 2)) == (255, 255, 255)
    assert dark.getpixel((2, 2)) == (0x15, 0x1C, 0x25)
    assert min(colours(light), colours(dark)) > 20
    assert picture_of(client, f"/panel.png?{LEFT}&size=small").width == 1200


def test_its_drawing_needs_nothing_and_says_of_what_it_is(client: FlaskClient) -> None:
    written = client.get(f"/panel.svg?{LEFT}&lang=de", headers=HERE).get_data(as_text=True)
    drawing = ElementTree.fromstring(written)
    assert {each.tag.rpartition("}")[2] for each in drawing.iter()} <= SHAPES
    assert not re.search(r"href|url\((?!#cut)|var\(|@import|<style", written)
    told = " ".join("".join(each.itertext()) for each in drawing.iter() if each.tag.endswith("text"))
    for words in ("Warum sie gingen", "Fernhill Energy", "2026", "snapshot" if "snapshot" in told else "Stand"):
        assert words in told


@pytest.mark.parametrize("page", [page for page in Pages.found().pages if "<" not in page.path], ids=lambda page: page.path)
def test_the_drawing_of_every_panel_is_whole_needs_nothing_and_says_of_what_and_when(client: FlaskClient, page: Page) -> None:
    drawn = []
    for section in page.sections:
        asked = urlencode({"of_page": page.path, "of_panel": section.id, "period": "2026", "why": "a review"})
        answer = client.get(f"/panel.svg?{asked}", headers=HERE)
        written = answer.get_data(as_text=True)
        if answer.status_code == 400:
            assert "there is no picture" in written, section.id
            assert section.component or section.id in UNPICTURED, section.id
            continue
        drawing = ElementTree.fromstring(written)
        assert {each.tag.rpartition("}")[2] for each in drawing.iter()} <= SHAPES, section.id
        assert not [name for each in drawing.iter() for name in each.attrib if name.lower().startswith("on")], section.id
        assert not re.search(r"href|url\((?!#cut)|var\(|@import|<style|<!|script:", written), section.id
        told = " ".join("".join(each.itertext()) for each in drawing.iter() if each.tag.endswith("text"))
        assert "as of" in told, section.id
        drawn.append(section.id)
    assert drawn or page.path not in CHARTED


def test_a_picture_is_taken_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(f"/panel.png?{LEFT}&width=640", headers=HERE)
    monkeypatch.setattr(cameras, "PROGRAMS", ())
    assert client.get(f"/panel.png?{LEFT}&width=640", headers=HERE).data == first.data
    other = client.get(f"/panel.png?{LEFT}&width=641", headers=HERE)
    assert (other.status_code, "Install the package chromium" in other.get_data(as_text=True)) == (501, True)


@pytest.mark.parametrize("shape", ["theme=blue", "width=90000", "width=-1", "scale=9", "size=huge", "width=1e3"])
def test_a_shape_that_no_picture_has_is_refused(client: FlaskClient, shape: str) -> None:
    assert client.get(f"/panel.png?{LEFT}&{shape}", headers=HERE).status_code == 400


def test_a_chart_that_was_given_away_is_had_as_a_picture_by_the_same_link(own_workspace: Path, tmp_path: Path) -> None:
    wiki, ring = "https://wiki.example.com", Keyring(Workspace(own_workspace))
    ring.add_host(wiki, "now")
    app = create_app(Settings(workspace=own_workspace, cache_dir=tmp_path / "cache"))
    client = app.server.test_client()
    grant = Grant(path="/", panel="why-they-left", query="period=2025", audience=wiki, begun=0, ends=2**40)
    link = f"/embed/{signed(grant, ring.signing('now'))}"
    assert picture_of(client, f"{link}.png?theme=dark&width=600&scale=1").width == 600
    answer = client.get(f"{link}.svg", headers=HERE)
    assert ElementTree.fromstring(answer.get_data(as_text=True)).tag.endswith("svg")
    assert f"frame-ancestors {wiki}" in answer.headers["Content-Security-Policy"]
    app.server.config["PICTURES"].camera.close()
