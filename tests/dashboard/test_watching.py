"""The watch tells what it does, goes on with its counts when it is started again, and waits longer after each failure."""

import threading
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from dashboard.app import create_app
from dashboard.cli import main
from dashboard.settings import Settings
from dashboard.watching import line_of, prometheus_text, state_of, text_writer
from queries import watch as watching
from queries.watch import Inbox, is_watched, look, status, watch
from queries.workspace import Workspace
from tests.dashboard.fake_center import FakeCenter

ORDERS = "order_id,email,ordered_at,amount,currency,status\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "workspace")


def samples(workspace: Workspace) -> dict[str, float]:
    families = text_string_to_metric_families(prometheus_text(workspace))
    return {sample.name: sample.value for family in families for sample in family.samples}


def test_what_was_loaded_and_refused_is_counted_and_outlives_the_process(workspace, capsys):
    assert line_of(state_of(workspace)).startswith("Nobody watches the inbox.")
    row = "1,ann@example.com,2026-10-01,5,EUR,placed\n"
    for number, text in enumerate((ORDERS + row + row.replace("2026-10-01", "soon").replace("1,", "2,", 1), "a,b\n1,2\n")):
        inbox = Inbox(workspace=workspace)  # as after a restart
        (workspace.inbox / f"file {number}.csv").write_text(text)
        look(inbox)
        look(inbox)
    told = samples(workspace)
    counts = ("loads", "builds", "files_loaded", "files_refused", "rows_loaded", "rows_rejected", "failures")
    assert [told[f"cx_{name}_total"] for name in counts] == [2, 1, 1, 1, 1, 1, 0]
    gauges = ("watch_running", "last_load_failed", "waiting_files", "quarantined_files", "rolled_back")
    assert [told[f"cx_{name}"] for name in gauges] == [0, 0, 0, 1, 0]
    assert 0 <= told["cx_snapshot_age_seconds"] < 600
    assert told["cx_load_seconds_total"] > 0

    text_writer(workspace)()
    assert "cx_files_loaded_total 1.0" in workspace.watch_figures.read_text()
    with pytest.raises(SystemExit):
        main(["watch", "--status", "--json", "--workspace", str(workspace.root)])
    state = orjson.loads(capsys.readouterr().out)
    assert (state["running"], state["state"], state["totals"]["files_refused"]) == (False, "waiting", 1)
    with pytest.raises(SystemExit):
        main(["watch", "--status", "--workspace", str(workspace.root)])
    assert "2 loads of 1 files and 1 records" in capsys.readouterr().out


def test_what_the_disk_refuses_is_tried_again_after_one_two_four_minutes_and_never_later_than_in_an_hour(workspace, monkeypatch):
    (workspace.inbox / "orders.csv").write_text(ORDERS + "1,ann@example.com,2026-10-01,5,EUR,placed\n")
    clock, tries = [0.0], []

    def refuse(*_):
        tries.append(clock[0])
        raise OSError("the disk is full")

    monkeypatch.setattr(watching, "load", refuse)
    monkeypatch.setattr(watching.time, "monotonic", lambda: clock[0])
    inbox = Inbox(workspace=workspace)
    look(inbox)
    for _ in range(14_000):
        look_after(inbox, clock)
    pauses = [round(later - earlier) for earlier, later in pairwise(tries)]
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    told = status(workspace)
    assert (told["state"], told["totals"]["failures"], told["last_error"]) == ("failed", 9, "the disk is full")
    assert datetime.fromisoformat(told["again_at"])
    assert "the disk is full. It is tried again at" in line_of({**state_of(workspace), "running": True})


def look_after(inbox: Inbox, clock: list[float]) -> None:
    """Look again a second later; in between nothing changes."""
    clock[0] += 1
    if clock[0] >= inbox.again_at:
        look(inbox)


FROM_THERE = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}


def scraped(workspace, **settings):
    """A client of the whole server: the door is looked at, not the view alone."""
    return create_app(Settings(workspace=workspace.root, **settings), FakeCenter()).server.test_client()


def test_a_prometheus_on_this_machine_is_answered_and_no_other(workspace):
    client = scraped(workspace)
    told = client.get("/metrics")
    assert (told.status_code, told.mimetype) == (200, "text/plain")
    assert b"cx_watch_running 0.0" in told.data
    assert client.get("/metrics", **FROM_THERE).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


def test_where_people_log_in_the_machine_that_the_settings_name_is_answered_alone(workspace):
    behind = {"access": "proxy", "public_url": "https://cx.example.com", "trusted_peer": "127.0.0.1"}
    assert scraped(workspace, **behind).get("/metrics").status_code == 403
    client = scraped(workspace, **behind, metrics_peer="192.0.2.7")
    assert client.get("/metrics", **FROM_THERE).status_code == 200
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", **FROM_THERE, headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403
    for other in ("/metrics/", "/metricsfoo", "/metrics/../", "/metrics?wall=1x"):
        told = client.get(other, **FROM_THERE)
        assert told.status_code in (403, 404) or b"cx_watch_running" in told.data


def test_one_process_watches_a_workspace_and_another_takes_over_when_it_ends(workspace):
    stops = [threading.Event(), threading.Event()]
    looks = [threading.Event(), threading.Event()]
    threads = [
        threading.Thread(target=watch, args=(workspace, stop), kwargs={"looked": seen.set})
        for stop, seen in zip(stops, looks, strict=True)
    ]
    threads[0].start()
    assert looks[0].wait(20)
    assert is_watched(workspace)
    threads[1].start()
    assert not looks[1].wait(2)
    stops[0].set()
    assert looks[1].wait(20)
    stops[1].set()
    for thread in threads:
        thread.join(20)
    assert not is_watched(workspace)
