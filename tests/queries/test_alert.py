"""alerts/NAME.toml: what is declared of whom to tell is read; every mistake is told, with what to write instead."""

from datetime import datetime
from pathlib import Path

import pytest

from queries.alert import Alert, load_alerts
from queries.errors import DeclarationErrors
from queries.stamp import definitions_stamp
from queries.workspace import Workspace

SAMPLE = Path(__file__).parents[2] / "sample_data" / "workspace" / "alerts"
LEAST = 'title = "Late"\ncondition = "off target"\nmetric = "replied_in_time"\nowner = "service"\nto = ["desk"]\n'


def declared(folder: Path, text: str, name: str = "late") -> Alert:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_alerts(folder)[name]


def problems(folder: Path, text: str, name: str = "late") -> str:
    with pytest.raises(DeclarationErrors) as told:
        declared(folder, text, name)
    return str(told.value)


def test_without_the_folder_nobody_is_told_anything(tmp_path: Path) -> None:
    assert load_alerts(tmp_path / "alerts") == {}


def test_the_sample_company_brings_two() -> None:
    found = load_alerts(SAMPLE)
    assert {name: (one.condition, one.to, one.again) for name, one in found.items()} == {
        "about_to_break": ("about to break", ("service_desk",), 4 * 3600),
        "replied_late": ("off target", ("service_desk",), 7 * 86_400),
    }
    assert found["replied_late"].where == {"priority": ("urgent", "high")}


def test_what_is_left_out_has_a_usual_value(tmp_path: Path) -> None:
    one = declared(tmp_path, LEAST)
    assert (one.period, one.in_a_row, one.target, one.again, one.quiet.hours, one.place) == (
        "month", 1, None, None, (), "alerts/late.toml",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("at_least = 3", 'at_least says nothing of condition = "off target"'),
        ('sources = ["crm"]', 'sources says nothing of condition = "off target"'),
        ("in_a_row = 7", "in_a_row = 7 is not between 1 and 6"),
        ('again = "5 minutes"', "write 1 hour or more"),
        ('quiet_hours = ["22:00"]', 'quiet_hours = "22:00" are no hours. Write for example "20:00-07:00".'),
        ('quiet_hours = ["24:00-07:00"]', "are no hours"),
        ('quiet_hours = ["07:00-07:00"]', "Name two different times"),
        ('quiet_days = ["Sunday"]', 'quiet_days = "Sunday" is not a day of the week'),
        ('quiet_days = ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"]', "no day on which anybody is told"),
        ("where = { priority = [] }", "priority names no value"),
        ('period = "day"', 'period = "day" is not one'),
        ('colour = "red"', '"colour" is not known here'),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_what_to_write_instead(tmp_path: Path, line: str, told: str) -> None:
    found = problems(tmp_path, f"{LEAST}{line}\n")
    assert told in found
    assert found.startswith(f"{tmp_path.name}/late.toml")


def test_every_mistake_of_every_file_is_told_together(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('condition = "of target"\n', encoding="utf-8")
    told = problems(tmp_path, LEAST.replace('"desk"', ""))
    assert "to names nobody" in told
    assert 'condition = "of target" is not one. Did you mean "off target"?' in told
    assert 'other.toml: "title" is missing' in told


def test_an_address_where_a_name_belongs_is_refused_and_not_repeated(tmp_path: Path) -> None:
    told = problems(tmp_path, LEAST.replace('"desk"', '"mailtos://ada:sesame@mail.example.com"'))
    assert 'to = "mailtos://…" is no name of one' in told
    assert "CX_ALERT_SERVICE_DESK" in told
    assert "sesame" not in told


def test_a_name_that_the_environment_gives_to_a_secret_is_nobodys(tmp_path: Path) -> None:
    assert "is no name of one" in problems(tmp_path, LEAST.replace('"desk"', '"desk_secret"'))


def test_quiet_hours_go_past_midnight_and_days_are_whole(tmp_path: Path) -> None:
    quiet = declared(tmp_path, f'{LEAST}quiet_hours = ["20:00-07:00", "12:00-13:00"]\nquiet_days = ["sunday"]\n').quiet
    saturday = {time: quiet.holds(datetime.fromisoformat(f"2026-10-31T{time}")) for time in (
        "00:00", "06:59", "07:00", "11:59", "12:30", "13:00", "19:59", "20:00", "23:59:59",
    )}  # fmt: skip
    assert [time for time, is_quiet in saturday.items() if is_quiet] == ["00:00", "06:59", "12:30", "20:00", "23:59:59"]
    assert quiet.holds(datetime(2026, 11, 1, 10))


def test_an_alert_changes_nothing_that_a_snapshot_is_built_from(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path)
    before = definitions_stamp(workspace)
    declared(workspace.alerts, LEAST)
    assert definitions_stamp(workspace) == before
