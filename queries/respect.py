"""What customers allow and what we impose on them: consent.toml and respect.toml of the workspace.

consent.toml says of every purpose and channel whether silence is a yes (opt-out) or not (opt-in). respect.toml says how often we
may turn to one customer, and how long a survey, a complaint or a message goes on to matter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from queries.errors import DeclarationErrors, QueriesError, did_you_mean
from queries.told import Told, read_one

T = TypeVar("T")

PURPOSES = ("promotional", "sales", "survey")
CHANNELS = ("web", "email", "phone", "chat", "store", "app", "social", "mail", "field", "other")
EVERY_CHANNEL = "every_channel"
UNKNOWN_CHANNEL = "unknown"
OPT_IN, OPT_OUT = "opt-in", "opt-out"
LONGEST_SECONDS = 3650 * 86_400
SHIPPED_RULES: Mapping[str, Mapping[str, str]] = {
    "promotional": {EVERY_CHANNEL: OPT_IN, "mail": OPT_OUT},
    "sales": {EVERY_CHANNEL: OPT_IN},
    "survey": {EVERY_CHANNEL: OPT_OUT},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRule:
    """By purpose and channel, "every_channel" for all that are not named: "opt-in" or "opt-out"."""

    rules: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: SHIPPED_RULES)

    def needs_yes(self, purpose: str, channel: str) -> bool:
        """Whether somebody who never said anything may not be written to for this purpose on this channel."""
        told = self.rules[purpose]
        return told.get(channel, told[EVERY_CHANNEL]) == OPT_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class RespectRule:
    """How many contacts a customer may get in how long, and how long surveys, complaints and messages matter; times in seconds."""

    cap: int = 4
    window: int = 30 * 86_400
    survey_cool_down: int = 90 * 86_400
    after_complaint: int = 72 * 3600
    tired_within: int = 7 * 86_400
    responds_within: int = 14 * 86_400


def load_consent_rule(path: Path) -> ConsentRule:
    """Return what consent.toml says, the defaults without one; raise DeclarationErrors telling every mistake."""
    return _load(path, ConsentRule(), _read_consent)


def load_respect_rule(path: Path) -> RespectRule:
    """Return what respect.toml says, the defaults without one; raise DeclarationErrors telling every mistake."""
    return _load(path, RespectRule(), _read_respect)


def respect_rows(consent: ConsentRule, respect: RespectRule) -> dict[str, Sequence[tuple[Any, ...]]]:
    """Return the rows of the tables `consent_rule`, one per purpose and channel, and `respect_setting`, one."""
    told = (
        respect.cap, respect.window, respect.survey_cool_down, respect.after_complaint, respect.tired_within,
        respect.responds_within,
    )  # fmt: skip
    channels = (*CHANNELS, UNKNOWN_CHANNEL)
    rules = [(purpose, channel, consent.needs_yes(purpose, channel)) for purpose in PURPOSES for channel in channels]
    return {"consent_rule": rules, "respect_setting": [told]}


def _load(path: Path, default: T, read: Callable[[Told], T]) -> T:
    if not path.exists():
        return default
    problems: list[QueriesError] = []
    found = read_one(path, lambda _, told: read(told), problems)
    if problems or found is None:
        raise DeclarationErrors(problems)
    return found


def _read_consent(told: Told) -> ConsentRule:
    return ConsentRule(rules={purpose: _read_purpose(told.table(purpose), SHIPPED_RULES[purpose]) for purpose in PURPOSES})


def _read_purpose(told: Told, shipped: Mapping[str, str]) -> Mapping[str, str]:
    """Return one purpose's rules; a file that names the purpose says all of it, what ships is for those that name nothing."""
    if not told.values:
        return shipped
    every = told.choice(EVERY_CHANNEL, (OPT_IN, OPT_OUT), shipped[EVERY_CHANNEL])
    named = {channel: told.choice(channel, (OPT_IN, OPT_OUT), every) for channel in CHANNELS}
    for key in told.values.keys() - told.asked:
        told.wrong(f'"{key}" is not a channel', did_you_mean(key, (*CHANNELS, EVERY_CHANNEL)))
    return {EVERY_CHANNEL: every, **named}


def _read_respect(told: Told) -> RespectRule:
    shipped = RespectRule()
    cap = told.whole("cap", shipped.cap)
    if cap < 1:
        told.wrong(f"cap = {cap} lets nobody be written to", "Write how many contacts a customer may get: cap = 4")
    return RespectRule(
        cap=cap,
        window=_read_length(told, "window", shipped.window),
        survey_cool_down=_read_length(told, "survey_cool_down", shipped.survey_cool_down),
        after_complaint=_read_length(told, "after_complaint", shipped.after_complaint),
        tired_within=_read_length(told, "tired_within", shipped.tired_within),
        responds_within=_read_length(told, "responds_within", shipped.responds_within),
    )


def _read_length(told: Told, key: str, default: int) -> int:
    """Return a time in seconds that is longer than none and at most ten years."""
    seconds = told.seconds(key, default)
    if seconds is None:
        return default
    if not 1 <= seconds <= LONGEST_SECONDS:
        told.wrong(f"{key} = {told.values[key]!r} is not between a second and ten years", 'Write for example "30 days"')
    return int(seconds)
