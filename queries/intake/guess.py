"""What an unknown export holds, guessed by its headers and values: the entity of a record, and the header of each column of it.

A guess is never loaded by itself: `cx new source FILE` writes it into a declaration, each with its reason, for a person to read.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from queries.intake.contract import Column, Entity, contract
from queries.intake.declaration import shipped
from queries.intake.found_column import FoundColumn
from queries.intake.recognise import own_name
from queries.intake.source import Cell
from queries.intake.typed import folded

LEAST, BY_VALUES, HALF = 0.5, 0.3, 0.5
MANDATORY, TELLING, COMMON = 3.0, 1.0, 0.4
BY_THE_NAME = 3.0
LETTERS = "email"  # what "mail" mostly means where no other word does: in the contract it is a letter
LONG_ENOUGH, SHORT_ENDS = 5, ("name", "mail", "nr")
ID_WORDS = frozenset({"id", "ids", "no", "nr", "number", "nummer", "num", "key", "code", "ref", "reference", "uuid", "guid"})
KNOWN_WORDS_ONLY = frozenset({"opened_by", "direction", "purpose", "instrument", "granted", "programme", "delivered", "is_spam"})
STAFF_COLUMNS = frozenset({"agent", "owner", "team", "opened_by"})
NAMES_A_CUSTOMER = ("email", "phone", "name", "family_name")
TELLS_A_SALE = {"outcome", "created_at", "closed_at", "amount"}
MOST_BARE = 2
CAN_BE_SAID = {
    "customer_records": {"kind"},
    "cases": {"case_id", "opened_by", "kind", "channel", "status"},
    "orders": {"currency", "status"},
    "order_lines": {"line_number"},
    "opportunities": {"outcome", "opportunity_id"},
    "interactions": {"event", "channel", "direction"},
    "survey_responses": {"response_id", "instrument", "programme"},
    "contracts": {"contract_id"},
    "consents": {"purpose"},
    "campaigns": set[str](),
}


@dataclass(frozen=True, slots=True)
class Fits:
    """The header that is guessed to tell a column, how well it fits from 0 to 1, and why."""

    column: str
    found: FoundColumn
    fit: float
    reason: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What the records of an export are guessed to be: an entity, by its columns the headers that tell them, and how likely."""

    entity: str
    told: Mapping[str, Fits]
    score: float
    lacks: tuple[str, ...]


@cache
def guesses() -> Mapping[str, Any]:
    """Return the words by which columns are guessed."""
    return tomllib.loads((Path(__file__).parent / "guesses.toml").read_text(encoding="utf-8"))


def words_of(header: str) -> tuple[str, ...]:
    """Return the words of a header or a file's name, in lower case: "customerID" and "customer_id" have the same two."""
    parted = re.sub(r"(?<=[a-zäöüéè])(?=[A-ZÄÖÜ])", " ", header)
    text = re.sub(r"\be[\W_]?mail", "email", re.sub(r"_", " ", parted), flags=re.IGNORECASE)
    return tuple(word.casefold() for word in re.split(r"[\W_]+", text) if word)


def has_word(header: str, words: Iterable[str]) -> bool:
    """Return whether a header has one of some words, alone or at an end of a longer one."""
    return any(_covered(word, token) for word in words for token in words_of(header))


def guess(columns: Sequence[FoundColumn], name: str, *, entity: str = "") -> list[Guess]:
    """Return what the records may be, the likeliest first; of one entity alone where it is given."""
    entities = [contract()[one] for one in ([entity] if entity else CAN_BE_SAID)]
    made = [_guess_of(one, columns, words_of(PurePath(own_name(name)).name.split(".")[0])) for one in entities]
    return sorted(made, key=lambda one: (not one.lacks, one.score), reverse=True)


def meant_by(entity: str, column: Column, found: FoundColumn) -> Mapping[str, str]:
    """Return, by the words of a column that the contract does not tell, the word of ours that each is guessed to mean."""
    known = _known_words(entity, column.name)
    allowed = {folded(word) for word in column.allowed}
    meant = {word: known[folded(word)] for word in found.distinct if folded(word) not in allowed and folded(word) in known}
    told = {*meant.values(), *map(folded, found.distinct)}
    often = {
        word: LETTERS for word in found.distinct if folded(word) == "mail" and column.name == "channel" and LETTERS not in told
    }
    return {**often, **meant}


def unknown_to(entity: str, column: Column, found: FoundColumn) -> list[str]:
    """Return the words of a column that neither the contract tells nor anybody can guess."""
    known = {*_known_words(entity, column.name), *(folded(word) for word in column.allowed)}
    return [word for word in found.distinct if folded(word) not in known]


@cache
def _known_words(entity: str, column: str) -> Mapping[str, str]:
    """Return what a word means in this column: as guesses.toml says, else as all shipped formats that know it do."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    cells = [block.columns.get(column) for one in shipped().values() for block in one.blocks if block.entity == entity]
    for cell in cells:
        for theirs, ours in cell.map.items() if isinstance(cell, Cell) else ():
            votes[folded(theirs)][ours] += 1
    told = guesses()["words"].get(column, {})
    ours_by_word = {
        folded(word): ours for ours, words in told.get(entity, told).items() if isinstance(words, list) for word in words
    }
    agreed = {word: next(iter(ours)) for word, ours in votes.items() if len(ours) == 1 and not word.isdigit()}
    return {**agreed, **ours_by_word}


def _guess_of(entity: Entity, columns: Sequence[FoundColumn], name: Sequence[str]) -> Guess:
    things = guesses()["things"][entity.name]
    told = _assigned(entity, columns)
    for column in (one for one in entity.told if one.name not in told):
        if by_values := _by_values(entity, column, columns, told):
            told[column.name] = by_values
    lacks = [one for one in entity.required if one not in told and one not in CAN_BE_SAID[entity.name]]
    lacks += _lacks_besides(entity.name, told)
    score = sum(_worth(entity, one) * one_told.fit for one, one_told in told.items())
    named = any(_covered(thing, word) for thing in things for word in name)
    return Guess(entity.name, told, score + BY_THE_NAME * named, tuple(lacks))


def _lacks_besides(entity: str, told: Mapping[str, Fits]) -> list[str]:
    """Return what a record of an entity lacks that the contract does not ask for, and without which it would be a mere guess."""
    if entity == "customer_records":
        record = told.get("record_id")
        by_its_header = record is not None and has_word(record.found.header, guesses()["things"][entity]) and record.fit > LEAST
        return [] if by_its_header or not told.keys().isdisjoint(NAMES_A_CUSTOMER) else ["a name or an address"]
    if entity == "opportunities" and len(told.keys() & TELLS_A_SALE) < MOST_BARE:
        return ["an outcome, a time and an amount, two of them"]
    return ["score"] if entity == "survey_responses" and "score" not in told else []


def _worth(entity: Entity, column: str) -> float:
    if column in entity.required and column not in CAN_BE_SAID[entity.name]:
        return MANDATORY
    return COMMON if column in guesses()["any"] and column not in guesses()[entity.name] else TELLING


def _assigned(entity: Entity, columns: Sequence[FoundColumn]) -> dict[str, Fits]:
    """Return the best header of each column; no header tells two."""
    fits = [one for found in columns for column in entity.told if (one := _fit(entity, column, found))]
    told: dict[str, Fits] = {}
    taken: set[str] = set()
    for one in sorted(fits, key=lambda fit: -fit.fit):
        if one.column not in told and one.found.header not in taken:
            told[one.column] = one
            taken.add(one.found.header)
    return told


def _fit(entity: Entity, column: Column, found: FoundColumn) -> Fits | None:
    """Return how well a header fits a column, or None when its words or its values do not."""
    patterns = guesses()[entity.name].get(column.name) or guesses()["any"].get(column.name, ())
    words = words_of(found.header.rpartition(".")[2] if found.is_nested else found.header)
    outer = words_of(found.header) if found.is_nested else words
    each = [(max(_coverage(one, words), _coverage(one, outer)), one) for one in _patterns(patterns, entity.name)]
    fit, pattern = max(each, default=(0.0, ""))
    if fit >= LEAST and column.name not in STAFF_COLUMNS and has_word(found.header, guesses()["staff"]["words"]):
        fit *= 0.4
    fit *= _value_fit(entity, column, found)
    return Fits(column.name, found, fit, f'its header reads "{pattern}"') if fit >= LEAST else None


def _patterns(patterns: Sequence[str], entity: str) -> Iterator[str]:
    for pattern in patterns:
        if "{thing}" in pattern:
            yield from (pattern.replace("{thing}", thing) for thing in guesses()["things"][entity])
        else:
            yield pattern


def _coverage(pattern: str, words: Sequence[str]) -> float:
    """Return the share of a header's letters that a pattern covers, 0 unless all words of the pattern are in it."""
    wanted = pattern.split()
    if not words or not all(any(_covered(one, word) for word in words) for one in wanted):
        return 0.0
    covered = sum(min(len(word), sum({one: _covered(one, word) for one in wanted}.values())) for word in words)
    return covered / sum(map(len, words))


def _covered(wanted: str, word: str) -> int:
    """Return how many letters of a word are a wanted one: all of it, or an end of it that is five letters and more."""
    if wanted == word or word in (f"{wanted}s", f"{wanted}e", f"{wanted}n", f"{wanted}en"):
        return len(word)
    is_long = len(wanted) >= LONG_ENOUGH or wanted in SHORT_ENDS
    return len(wanted) if is_long and (word.startswith(wanted) or word.endswith(wanted)) else 0


def _value_fit(entity: Entity, column: Column, found: FoundColumn) -> float:
    """Return 0 where a column's values cannot be these, 1 where they can, less where it is doubtful."""
    if not found.values:
        return 0.0
    if column.is_time:
        return float(bool(found.times) or found.is_unix)
    if column.is_number:
        return _number_fit(column, found)
    if column.type == "BOOLEAN" or column.name in KNOWN_WORDS_ONLY:
        unknown = unknown_to(entity.name, column, found)
        is_truth = column.type == "BOOLEAN" and found.is_truth
        return float(is_truth or (found.are_words and 2 * len(unknown) < len(found.distinct)))
    return _text_fit(entity, column, found)


def _number_fit(column: Column, found: FoundColumn) -> float:
    if not found.numbers or found.times:
        return 0.0
    if column.name == "score":
        return float(found.numbers.low >= 0 and found.numbers.high <= 10 and len(found.distinct) <= 21)
    return 0.0 if column.name == "line_number" and not found.numbers.are_whole else 1.0


def _text_fit(entity: Entity, column: Column, found: FoundColumn) -> float:
    if column.name == "email":
        return float(found.is_email)
    if column.name == "phone":
        return float(found.is_phone and found.times is None)
    if column.name == "currency":
        return float(all(len(word) == 3 and word.isalpha() for word in found.distinct))
    if found.times or (found.is_email and column.name not in entity.key):
        return 0.0
    if column.name == entity.key[0] and len(entity.key) == 1:
        own = len(found.distinct) / found.records
        return 1.0 if own >= 0.99 else 0.7 if own >= HALF or entity.name != "customer_records" else 0.0
    if column.allowed:
        return float(found.are_words or 2 * len(unknown_to(entity.name, column, found)) < len(found.distinct))
    return 1.0


def _by_values(entity: Entity, column: Column, columns: Sequence[FoundColumn], told: Mapping[str, Fits]) -> Fits | None:
    """Return the header that a column which is needed is told by for want of a better one, judged by its values."""
    free = [one for one in columns if one.values and one.header not in {other.found.header for other in told.values()}]
    if column.name == "email":
        some = [one for one in free if one.is_email and not has_word(one.header, guesses()["staff"]["words"])]
        return Fits(column.name, some[0], BY_VALUES, "it holds e-mail addresses") if some else None
    if (column.name,) == entity.key:
        keys = [one for one in free if one.is_nearly_key and not one.times and not ID_WORDS.isdisjoint(words_of(one.header))]
        keys.sort(key=lambda one: not one.is_key)
        keys = keys or [one for one in free if one.is_key and not one.times and _can_be_an_id(one)]
        same = "no two records tell the same" if keys and keys[0].is_key else "hardly two records tell the same"
        return Fits(column.name, keys[0], LEAST, same) if keys else None
    if column.name not in entity.required:
        return None
    if column.is_time:
        times = sorted((one for one in free if one.times), key=lambda one: (-len(one.values), one.header not in _dated(entity)))
        alone = "the only column of times that is left" if len(times) == 1 else "of the times that are left it is told most often"
        return Fits(column.name, times[0], BY_VALUES, alone) if times else None
    if column.name == "amount":
        sums = [one for one in free if one.numbers and not one.times and (one.numbers.symbols or not one.numbers.are_whole)]
        return Fits(column.name, sums[0], BY_VALUES, "it holds numbers with decimals or a currency") if len(sums) == 1 else None
    return None


def _can_be_an_id(found: FoundColumn) -> bool:
    return not found.is_email and not (found.numbers and not found.numbers.are_whole) and max(map(len, found.distinct)) <= 40


def _dated(entity: Entity) -> tuple[str, ...]:
    return (entity.dated_by,)
