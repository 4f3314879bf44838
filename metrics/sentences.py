"""Sentences that a load has written and kept, in the language spoken: why somebody is listed, what an alarm says, why a row was refused.

They come in English from SQL and from the intake. Each is known here by its form; one that no form fits is shown as it came.
In English every one is shown as it came.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Final

from babel.numbers import format_decimal

from metrics.language import SOURCE, _, later, spoken
from metrics.named import NAMES, PRIORITIES, entity_name, group_name, path_name
from metrics.period_text import day_text
from metrics.words import event_words
from queries.redaction import LEFT_OUT

FORMS: Final = (
    later("{clause}; {rest}"),
    # why somebody stands in a list
    later("became a customer on {day}"),
    later("became a customer"),
    later("First {sign} on {day}"),
    later("Came back with a new {sign} on {day}"),
    later("Contract over on {day} and no other in time"),
    later("Nothing since the {sign} on {day}"),
    later("Moved on to {segment}"),
    later("Moved here from {segment}"),
    later("Value a year no longer known in full"),
    later("Value a year known in full again"),
    later("Value a year changed by {amount}"),
    later("from {amount} to {amount_after} a year"),
    later("value not known in full"),
    later("{n} contract at the start, {n_after} contract at the end"),
    later("{n} contract at the start, {n_after} contracts at the end"),
    later("{n} contracts at the start, {n_after} contract at the end"),
    later("{n} contracts at the start, {n_after} contracts at the end"),
    later("{n} contract at the start, none at the end"),
    later("{n} contracts at the start, none at the end"),
    later("{n} contract"),
    later("{n} contracts"),
    later("took the place of {contract}"),
    later("under contract since {day}"),
    later("with us since {day}"),
    later("from {day} until the contract ended on {day_after}"),
    later("from {day} until falling silent on {day_after}"),
    later("{clause}, not back since"),
    later("{clause}, last active on {day}"),
    later('{clause}, last "{event}" on {day}'),
    later("bought once, on {day}"),
    later("bought on {n} days, last on {day}"),
    later("bought through {code}"),
    later("{clause}, looked online and in a store before"),
    later("{clause}, looked online before"),
    later("{clause}, looked in a store before"),
    later("somebody who decides is known"),
    later("nobody known who decides"),
    later("nobody known"),
    later("recommended by {name}"),
    later("recommended someone on {day}"),
    later("recommended nobody within {n} days"),
    later("has recommended nobody so far"),
    later("brought nobody"),
    later("brought {n}"),
    later("approached, no customer so far"),
    later("not approached so far"),
    # requests and promises
    later("merged or spam"),
    later("{kind} not solved yet"),
    later("{kind} solved"),
    later("{kind} opened again, not solved yet"),
    later("{kind} opened again, then solved"),
    later("{kind} opened, not solved yet"),
    later("{kind} opened, then solved"),
    later("the {code} came in time, it is not final yet"),
    later("the {code} came in time"),
    later("the {code} did not come in time"),
    later("the {code} is past its promise and still missing"),
    later("the {code} is past its promise, and its time stands still"),
    later("the {code} is due very soon"),
    later("the {code} is awaited, its time is not over"),
    later("the {code} is awaited, its time stands still"),
    later("closed without a reply"),
    later("something else was promised before it was decided"),
    later("called off, merged, spam or withdrawn"),
    later("merged, spam or withdrawn"),
    later("kept, says {source}"),
    later("broken, says {source}"),
    later("was {code}, is {code_after}: {cause}"),
    later("promise broken: {code}, nobody of ours ever turned to them"),
    later("promise broken: {code}, nobody of ours since"),
    later("promise broken: {code}, somebody of ours since"),
    # what they told us, and what we sent
    later("answered {n}"),
    later("has not answered"),
    later("has not answered again"),
    later("answered higher the next time"),
    later("would still not recommend us the next time"),
    later("speaks of {theme}: “{word}”"),
    later("{clause}, contact {n} where {n_allowed} are allowed"),
    later("{clause}, permission taken back"),
    later("{clause}, a complaint was open"),
    later("{clause}, a request with a broken promise was open"),
    later("{clause}, a call-back was awaited"),
    later("{clause}, a complaint had just been solved"),
    later("{clause}, asked again too soon"),
    later("{clause}, a request was open"),
    later("{clause}, then took a permission back"),
    later("{clause}, then complained"),
    later("{instrument} survey"),
    later("open complaint"),
    later("complaint just solved"),
    later("broken promise"),
    later("awaiting call-back"),
    later("cap reached"),
    later("surveyed lately"),
    later("open request"),
    later("no consent: {purpose} on every channel"),
    later("no consent: {purpose} by {code}"),
    # the way through a journey
    later("set out with {event} on {day}"),
    later("came again with {event} on {day}"),
    later("set out with {event}"),
    later("came again with {event}"),
    later("came here with {event}"),
    later("came back from {stage} with {event}"),
    later("{stage} did not follow: the {n} days ended on {day}"),
    later("reached {stage} on {day}"),
    later("came straight to {stage} on {day}"),
    later("turned away: the time ended on {day}"),
    later("moved on on {day}"),
    later("moved on in time"),
    later("moved on from {stage}"),
    later("stayed in {stage}"),
    later("the time for the step ended on {day}"),
    later("the time ended on {day}"),
    later("not yet known, the time ends on {day}"),
    later("set aside"),
    later("left on {day}"),
    later("left {stage}"),
    later("went {path}"),
    later("nothing was heard for so long that the way was over"),
    later("one stay ended"),
    later("{n} stays ended"),
    later("won"),
    later("lost: no reason told"),
    later("lost: {reason}"),
    later("still open"),
    later("was in {stage}"),
    later("in {stage}"),
    later("{clause}, lost on {day}"),
    later("{clause}, still with us after it"),
    later("{clause}, its time is not over"),
    later("nothing of ours is decided"),
    # alarms
    later("{file}: 1 row of {entity} lies after the load"),
    later("{file}: {n} {entity} lie after the load"),
    later("{file}: holds no record at all; the export before it held {n}"),
    later("{file}: holds no record at all"),
    later("{file}: {n} records, {n_less} % fewer than the {n_before} of the export before it"),
    later("{file}: {n} records, {n_less} % fewer than the {n_before} of the smallest export of the eight days before"),
    later("{file}: {n} record, {n_less} % fewer than the {n_before} of the export before it"),
    later("{file}: {column} has for the first time {words}, which nobody declared, in {n} row"),
    later("{file}: {column} has for the first time {words}, which nobody declared, in {n} rows"),
    later("{file}: {n} % of its {n_rows} rows of {entity} name no customer; in the file before it {n_before} %"),
    later("{file}: {n} % of its {n_rows} rows of {entity} name no customer"),
    later("{file}: a full export that no longer holds 1 row of {entity} of earlier ones; it is kept"),
    later("{file}: a full export that no longer holds {n} {entity} of earlier ones; they are kept"),
    later("{source}: no export came for {span}, one is expected every {span_usual}"),
    # how records were joined, and what settles a word
    later("same e-mail"),
    later("same external id"),
    later("same phone and family name"),
    later("its own record"),
    later("joined by hand"),
    later("used under more than three names"),
    later("merged in {source}"),
    later("a mailbox for {name}"),
    later("In the export, write {words} instead."),
    later('In sources/{source}.toml, in the map of {column}: "{word}" = {words}'),
    # why a record was left out
    later("A {thing} that was deleted in {source}."),
    later("An {thing} that was deleted in {source}."),
    later("A {thing} who was deleted in {source}."),
)
"""The forms of the sentences, each before any that would take in more."""
UNREADABLE: Final = (
    later("Empty, and must not be"),
    later("Not a day that can be read"),
    later("Not a time that can be read"),
    later("Not a number that can be read"),
    later("Neither yes nor no"),
    later("Not a word known here"),
)
"""What is said of a cell before the column's own description, which says what the export should hold and is shown in English."""
SIGNS: Final = {"contract": later("contract"), "order": later("order"), "won opportunity": later("won opportunity")}
DAY: Final = r"\d{4}-\d{2}-\d{2}|\d{1,2} [A-Z][a-z]+ \d{4}"
SHAPES: Final = {
    "day": DAY,
    "n": r"[\d.,]+",
    "amount": r"-?[\d.,]+",
    "kind": "question|problem|complaint|return|request|task",
    "sign": "|".join(SIGNS),
    "instrument": "nps|csat|ces",
    "code": "[a-z][a-z _-]*",
    "file": ".+?",
    "clause": ".+?",
}
FIELD: Final = re.compile(r"\\\{(\w+)\\\}")


def in_words(sentence: object) -> str:
    """Returns a sentence in the language spoken, or as it came where no form fits it."""
    text = "" if sentence is None else str(sentence)
    if not text or spoken() == SOURCE:
        return text
    told = _(text)
    return told if told != text else _by_form(text) or _of_a_cell(text) or event_words(text)


def without_people(sentence: object, bare: Callable[[str], str]) -> str:
    """Returns a sentence as it came, without who is named in it and without ids; its days and numbers stay.

    bare: takes out of words that people wrote what tells who it is; it is given a sentence whole where no form fits it.
    """
    text = "" if sentence is None else str(sentence)
    for form in FORMS:
        found = _pattern(form).fullmatch(text)
        if found is not None:
            return form.format(**{name: _without(name, value, bare) for name, value in found.groupdict().items()})
    return bare(text) if text else ""


def _without(name: str, value: str, bare: Callable[[str], str]) -> str:
    match name.partition("_")[0]:
        case "name" | "contract":
            return LEFT_OUT
        case "reason" | "word" | "words":
            return bare(value)
        case "clause" | "rest":
            return without_people(value, bare)
    return value


def _by_form(text: str) -> str:
    for form in FORMS:
        found = _pattern(form).fullmatch(text)
        if found is not None:
            return _(form, **{name: _said(name, value) for name, value in found.groupdict().items()})
    return ""


def _of_a_cell(text: str) -> str:
    head = next((each for each in UNREADABLE if text.startswith(each)), "")
    return _(head) + "." if head else ""


@cache
def _pattern(form: str) -> re.Pattern[str]:
    def group(field: re.Match[str]) -> str:
        name = field[1]
        return f"(?P<{name}>{SHAPES.get(name.partition('_')[0], '.+?')})"

    return re.compile(FIELD.sub(group, re.escape(form)))


def _said(name: str, value: str) -> str:
    say = SAID.get(name.partition("_")[0])
    return say(value) if say else value


def _number(value: str) -> str:
    return format_decimal(float(value.replace(",", "")), locale=spoken()).replace("-", "−")


def _amount(value: str) -> str:
    return format_decimal(float(value.replace(",", "")), format="#,##0.00", locale=spoken()).replace("-", "−")


def _day(value: str) -> str:
    try:
        return day_text(date.fromisoformat(value))
    except ValueError:
        return day_text(datetime.strptime(f"{value} +0000", "%d %B %Y %z").date())


def _code(value: str) -> str:
    return group_name(value) if value in NAMES or value in PRIORITIES else _(value)


SAID: Final[Mapping[str, Callable[[str], str]]] = {
    "day": _day,
    "n": _number,
    "amount": _amount,
    "kind": _code,
    "code": _code,
    "purpose": _code,
    "cause": _code,
    "sign": lambda value: _(SIGNS[value]),
    "instrument": str.upper,
    "event": event_words,
    "entity": entity_name,
    "stage": _,
    "path": path_name,
    "segment": group_name,
    "words": lambda value: value.replace('" or "', f'"{_(" or ")}"'),
    "clause": in_words,
    "rest": in_words,
    "span": _code,
}
