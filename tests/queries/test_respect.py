"""consent.toml and respect.toml: what customers allow and what we impose; every mistake is told, with what to write instead."""

from pathlib import Path

import pytest

from queries.errors import DeclarationErrors
from queries.respect import ConsentRule, RespectRule, load_consent_rule, load_respect_rule, respect_rows


def consent(folder: Path, text: str) -> ConsentRule:
    path = folder / "consent.toml"
    path.write_text(text, encoding="utf-8")
    return load_consent_rule(path)


def respect(folder: Path, text: str) -> RespectRule:
    path = folder / "respect.toml"
    path.write_text(text, encoding="utf-8")
    return load_respect_rule(path)


def test_without_the_files_the_defaults_hold(tmp_path: Path) -> None:
    rows = respect_rows(load_consent_rule(tmp_path / "consent.toml"), load_respect_rule(tmp_path / "respect.toml"))
    rules = {(purpose, channel): needs_yes for purpose, channel, needs_yes in rows["consent_rule"]}
    assert len(rules) == 3 * 11
    needing = {of for of, needs_yes in rules.items() if needs_yes}
    assert {("promotional", "email"), ("sales", "phone"), ("promotional", "unknown")} <= needing
    assert not {("promotional", "mail"), ("survey", "email")} & needing
    assert rows["respect_setting"] == [(4, 30 * 86_400, 90 * 86_400, 72 * 3600, 7 * 86_400, 14 * 86_400)]


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert consent(tmp_path, "") == ConsentRule()
    assert respect(tmp_path, "") == RespectRule()


def test_a_purpose_that_is_named_is_all_there_is_of_it(tmp_path: Path) -> None:
    rule = consent(tmp_path, '[promotional]\nevery_channel = "opt-out"\nphone = "opt-in"\n')
    assert rule.needs_yes("promotional", "phone")
    assert not rule.needs_yes("promotional", "email")
    assert not rule.needs_yes("promotional", "unknown")
    assert rule.needs_yes("sales", "phone")


def test_what_is_declared_of_pressure_is_read(tmp_path: Path) -> None:
    rule = respect(tmp_path, 'cap = 2\nwindow = "1 week"\nsurvey_cool_down = "30 days"\nafter_complaint = "24 h"\n')
    assert (rule.cap, rule.window, rule.survey_cool_down, rule.after_complaint) == (2, 604_800, 2_592_000, 86_400)


def test_every_mistake_about_consent_is_told_together(tmp_path: Path) -> None:
    with pytest.raises(DeclarationErrors) as told:
        consent(tmp_path, '[promotional]\nemial = "opt-in"\nmail = "optin"\n[sale]\nphone = "opt-in"\n')
    text = str(told.value)
    assert '"emial" is not a channel' in text
    assert 'Did you mean "email"?' in text
    assert 'mail = "optin" is not one' in text
    assert '"sale" is not known here' in text
    assert 'Did you mean "sales"?' in text


def test_every_mistake_about_pressure_is_told_together(tmp_path: Path) -> None:
    with pytest.raises(DeclarationErrors) as told:
        respect(tmp_path, 'cap = 0\nwindow = "0 days"\nsurvey_cooldown = "90 days"\nafter_complaint = 72\n')
    text = str(told.value)
    assert "cap = 0 lets nobody be written to" in text
    assert "window = '0 days' is not between a second and ten years" in text
    assert 'Did you mean "survey_cool_down"?' in text
    assert "after_complaint = 72 is not a duration" in text
    assert text.count("respect.toml") == 4
