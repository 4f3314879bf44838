"""Writes what is guessed of an unknown export as the declaration of a format: each line with the reason for it, to be read by a person."""

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from queries.errors import DeclarationErrors, NotRecognised, QueriesError, QuestionError
from queries.intake.contract import Column, contract
from queries.intake.declaration import read_source
from queries.intake.found_column import FoundColumn
from queries.intake.guess import CAN_BE_SAID, Fits, Guess, guess, guesses, has_word, meant_by, unknown_to, words_of
from queries.intake.recognise import own_name, plain, recognise
from queries.intake.source import RECORD, Source
from queries.intake.unknown_file import UnknownFile
from queries.told import Told

FILL_IN, GUESS, SAYS = "fill in", "guess", "says"
MOST_SIGNATURE, MOST_SHOWN, LONGEST_WORD = 5, 12, 40
COMMENTS_FROM = 66
ENOUGH_SCORES = 100  # of so many one would be the lowest, if it could be given
CURRENCY = re.compile(r"\b(EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|JPY|CAD|AUD)\b")
OTHERWISE = {"outcome": "open", "kind": "other"}
SAID = {
    ("customer_records", "kind"): ("person", "a record with a name or an address is a person; of companies write company"),
    ("cases", "opened_by"): ("customer", "no column tells who opened it"),
    ("cases", "kind"): ("question", "no column tells the kind"),
    ("cases", "channel"): ("other", "no column tells the channel"),
    ("cases", "status"): ("open", "no column tells the status"),
    ("orders", "status"): ("placed", "no column tells the status"),
    ("opportunities", "outcome"): ("open", "no column tells the outcome: every one stays open"),
    ("interactions", "channel"): ("other", "no column tells the channel"),
    ("interactions", "direction"): ("self", "no column tells who began it"),
    ("survey_responses", "programme"): ("relational", "no case is told with it, so it is no survey after a contact"),
    ("consents", "purpose"): ("promotional", "no column tells what it is for"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a draft: what is told how, and behind it what a person should know of it."""

    left: str
    right: str
    note: str = ""

    def text(self, width: int) -> str:
        """Return it as it stands in the file."""
        told = f"{self.left:{width}} = {self.right}"
        return f"{told:{COMMENTS_FROM}} # {self.note}" if self.note else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A drafted format: its text, the entity it makes, how many of the headers it uses, and what a person must look at."""

    source_id: str
    entity: str
    text: str
    used: int
    headers: int
    guessed: int
    unknown_words: int
    to_fill_in: tuple[str, ...]


def name_of(file_name: str) -> str:
    """Return the name of a format for a file: its words in plain letters, without dates and numbers."""
    stem = PurePath(own_name(file_name)).name.split(".")[0]
    text = stem.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    words = re.findall(r"[a-z]+", unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())
    return "_".join(words)[:60] or "export"


def draft_of(
    file: UnknownFile, source_id: str, known: Mapping[str, Source], *, system: str, entity: str = "", currency: str, zone: str
) -> Draft:
    """Return the drafted format of a file, by which it is told from the known ones.

    Raises QuestionError when its records can be no entity at all, or when no headers tell it from another format.
    """
    ranked = guess(file.columns, file.name, entity=entity)
    best = ranked[0]
    if best.lacks and not entity:
        near = f"the nearest is {best.entity}, which needs {', '.join(best.lacks)}"
        instead = f"Where its records are some all the same, say which: --as {best.entity}"
        what = f"seems to tell nothing that a customer did or was: no column is guessed to tell it; {near}"
        raise QuestionError(what, where=file.name, instead=instead)
    others = [one for name, one in known.items() if name != source_id and (one.kind in file.kinds or one.is_import_format)]
    for most in (MOST_SIGNATURE, 2 * MOST_SIGNATURE, len(file.headers)):
        writer = _Writer(file=file, best=best, ranked=ranked, currency=currency, zone=zone, most=most)
        draft = writer.draft(source_id, system)
        if _is_told_apart(draft, file, others):
            return draft
    raise QuestionError("has the headers of another format, all of them", where=file.name, instead="`cx recognise` tells which")


def _is_told_apart(draft: Draft, file: UnknownFile, others: Sequence[Source]) -> bool:
    """Return whether the file is recognised as the drafted format, beside all others."""
    problems: list[QueriesError] = []
    made = read_source(draft.source_id, Told(draft.source_id, tomllib.loads(draft.text), problems))
    if problems:
        raise DeclarationErrors(problems)
    try:
        return recognise(file.headers, [*others, made], file.name) is made
    except NotRecognised:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """What a draft is written from; `most` is how many headers it may be known by."""

    file: UnknownFile
    best: Guess
    ranked: Sequence[Guess]
    currency: str
    zone: str
    most: int

    def draft(self, source_id: str, system: str) -> Draft:
        """Return the whole draft."""
        columns, more = list(self._columns()), list(self._person())
        used = {told.found.header for told in self.best.told.values()} | {header for _, header in more}
        used |= {header for header in self._first_and_last() if self.best.entity == "customer_records"}
        left = [one for one in self.file.columns if one.header not in used]
        first = [*self._head(system, sorted(used)), *_block(self.best.entity, columns, primary=True)]
        last = list(_adding(more, self._kind_of_customer()[0]) if more else ())
        text, drafted = "\n".join([*first, *_properties(left, self.file), *last]) + "\n", "\n".join([*first, *last])
        return Draft(
            source_id=source_id,
            entity=self.best.entity,
            text=text,
            used=len({header.partition(".")[0] if header not in self.file.headers else header for header in used}),
            headers=len(self.file.headers),
            guessed=drafted.count(f"# {GUESS}: "),
            unknown_words=drafted.count(f"# {SAYS}: "),
            to_fill_in=tuple(line.left for line in columns if line.note.startswith(FILL_IN)),
        )

    def _head(self, system: str, used: Sequence[str]) -> Iterator[str]:
        others = [one for one in self.ranked[1:] if not one.lacks][:1]
        yield f"# Drafted from {self.file.name} ({self.file.records:,} records). Read every line marked {GUESS}, {SAYS} or {FILL_IN}; then"
        yield "# `cx check` tells what is wrong in it, and `cx recognise FILE` what would become of the file. Nothing has been loaded."
        yield f"title   = {_quoted(_title(self.file.name))}"
        yield f"# {GUESS}: the system's short name; all formats of one system share it, so that their ids meet"
        yield f"source  = {_quoted(system)}"
        if self.file.is_json:
            yield 'kind    = "json"'
        if self.file.missing:
            yield f"# {GUESS}: these words mean that nothing was told"
            yield f"missing = {_list(self.file.missing)}"
        if self._has_bare_times():
            yield f"# {GUESS}: its times name no zone, so they are read in the workspace's, {self.zone}"
            yield f"# zone  = {_quoted(self.zone)}"
        yield ""
        yield f"# {GUESS}: the headers that together mean it is this export"
        yield "[recognise]"
        yield f"columns = {_list(self._signature(used))}"
        yield ""
        rival = f"; the next best is {others[0].entity}" if others else ""
        yield f"# {GUESS}: a record is one of {self.best.entity}, by {_by(self.best)}{rival}"

    def _has_bare_times(self) -> bool:
        times = [told.found.times for told in self.best.told.values() if contract()[self.best.entity].column(told.column).is_time]
        return any(one and not one.has_zone for one in times)

    def _signature(self, used: Sequence[str]) -> list[str]:
        """Return the headers by which the format is known: those it uses that every record tells, the most telling first."""
        words = [plain(header) for header in self.file.headers]
        outer = {header if header in self.file.headers else header.partition(".")[0] for header in used}
        can_be = [
            one for one in self.file.headers if words.count(plain(one)) == 1 and one not in self.file.unnamed and one.strip()
        ]
        needed = [told.found.header for name, told in self.best.told.items() if name in contract()[self.best.entity].required]
        ranked = sorted(can_be, key=lambda one: (one not in outer, one not in needed, -len(words_of(one))))
        return ranked[: self.most]

    def _columns(self) -> Iterator[Line]:
        entity = contract()[self.best.entity]
        for column in entity.told:
            told = self.best.told.get(column.name)
            if column.name == "name" and entity.name == "customer_records" and (both := self._first_and_last()):
                yield Line("name", f"{{ join = {_list(both)} }}", f"{GUESS}: the first name and the family name")
            elif told:
                yield self._line(column, told)
            elif column.name in entity.required or self._is_worth_saying(column):
                yield self._said(column)

    def _first_and_last(self) -> list[str]:
        """Return the headers of the first and the family name, where the file tells both."""
        first = [one.header for one in self.file.columns if " ".join(words_of(one.header)) in guesses()["first_names"]["words"]]
        last = self.best.told.get("family_name")
        return [first[0], last.found.header] if first and last else []

    def _line(self, column: Column, told: Fits) -> Line:
        header = _quoted(told.found.header)
        if column.is_time:
            return self._time(column, told)
        if column.is_number:
            return self._number(column, told)
        if column.allowed or column.type == "BOOLEAN":
            return self._words(column, told)
        if column.name == "lifecycle":
            return Line(column.name, f"{{ column = {header}, lower = true }}", _note(told))
        if (column.name,) == contract()[self.best.entity].key and not told.found.is_key:
            return self._key_of_several(column, told)
        return Line(column.name, header, _note(told))

    def _key_of_several(self, column: Column, told: Fits) -> Line:
        """Return the key where several records tell the same: with another column it may be one record's own."""
        header = told.found.header
        if "updated_at" in self.best.told:
            return Line(
                column.name, _quoted(header), f"{_note(told)}; several records tell the same: the one changed last counts"
            )
        for other in (
            one for one in self.file.columns if one.are_words and len(one.values) == one.records and one is not told.found
        ):
            if (
                "{" not in header + other.header
                and len(set(zip(other.values, told.found.values, strict=False))) == told.found.records
            ):
                template = f"{{{other.header}}}-{{{header}}}"
                note = f"{GUESS}: {header} alone is told by several records, with {other.header} by one"
                return Line(column.name, f"{{ template = {_quoted(template)} }}", note)
        why = "several records tell the same, and the last of them counts: where each is a part of it, say --as order_lines"
        return Line(column.name, _quoted(header), f"{_note(told)}; {why}")

    def _time(self, column: Column, told: Fits) -> Line:
        times = told.found.times
        header = _quoted(told.found.header)
        if times is None:
            return Line(
                column.name, f'{{ column = {header}, formats = ["unix"] }}', f"{_note(told)}; it holds seconds since 1970"
            )
        same = self._same_day(column, told)
        if times.formats == ("iso",):
            return Line(column.name, f"{{ column = {header}{same} }}" if same else header, _note(told, times.share))
        formats: Sequence[str] = times.formats
        why = f"its values are written {_in_words(times.formats)}"
        if times.is_unclear:
            formats, why = self._order_of_others(times.formats)
        note = f"{FILL_IN}: {why}" if len(formats) > 1 else f"{_note(told, times.share)}; {why}"
        return Line(column.name, f"{{ column = {header}, formats = {_list(formats)}{same} }}", note)

    def _order_of_others(self, formats: Sequence[str]) -> tuple[Sequence[str], str]:
        """Return the order of day and month that the file's other columns have, or both, with what to do about it."""
        told = {times.formats for one in self.file.columns if (times := one.times) and not times.is_unclear}
        orders = {order for one in told for order in one if order in formats}
        if len(orders) == 1:
            order = orders.pop()
            return [order], f"no value tells the order of day and month: another column of the file is {order}"
        return formats, f"no value tells the order of day and month: leave one of {' and '.join(map(_quoted, formats))}"

    def _same_day(self, column: Column, told: Fits) -> str:
        """Return what is said of days in a file whose first moment has a time: the end of a thing is not before its beginning."""
        dated = contract()[self.best.entity].dated_by
        first = self.best.told.get(dated)
        is_day = column.type == "TIMESTAMP" and told.found.times and told.found.times.days_only
        if not is_day or first is None or column.name == dated or first.found.times is None or first.found.times.days_only:
            return ""
        return f", same_day_as = {_quoted(dated)}"

    def _number(self, column: Column, told: Fits) -> Line:
        numbers = told.found.numbers
        header, note = _quoted(told.found.header), _note(told)
        if numbers is None or not (numbers.decimal or numbers.is_unclear):
            return Line(column.name, header, note)
        sign = numbers.decimal
        if numbers.is_unclear and not self.file.is_typed:
            others = {other.decimal for one in self.file.columns if (other := one.numbers) and other.decimal}
            if len(others) != 1:
                return Line(
                    column.name, header, f'{FILL_IN}: no value tells the sign before the decimals: add decimal = "." or ","'
                )
            sign = others.pop()
            note += "; the sign before its decimals is that of another column"
        right = f"{{ column = {header}, decimal = {_quoted(sign)} }}" if sign else header
        return Line(column.name, right, note)

    def _words(self, column: Column, told: Fits) -> Line:
        entity, header = self.best.entity, _quoted(told.found.header)
        meant, unknown = meant_by(entity, column, told.found), unknown_to(entity, column, told.found)
        if column.type == "BOOLEAN" and told.found.is_truth:
            return Line(column.name, header, _note(told))
        parts = [f"column = {header}"]
        if meant:
            parts.append("map = { " + ", ".join(f"{_quoted(theirs)} = {_quoted(ours)}" for theirs, ours in meant.items()) + " }")
        spare = OTHERWISE.get(column.name, "other")
        if column.allowed and spare in column.allowed:
            parts.append(f"otherwise = {_quoted(spare)}")
        if (
            column.name in contract()[entity].required
            and (entity, column.name) in SAID
            and len(told.found.values) < told.found.records
        ):
            parts.append(f"empty = {_quoted(SAID[entity, column.name][0])}")
        note = _note(told) if meant or not column.allowed else f"{_note(told)}; its words are ours"
        if unknown:
            shown = ", ".join(_quoted(word[:LONGEST_WORD]) for word in unknown[:MOST_SHOWN]) if _may_be_shown(told.found) else "…"
            more = f" and {len(unknown) - MOST_SHOWN} more" if len(unknown) > MOST_SHOWN else ""
            read = f", read as {spare} until a map tells it" if spare in column.allowed else ""
            note = f"{SAYS}: {shown}{more}{read}; allowed are {', '.join(column.allowed) or 'true, false'}"
        return Line(column.name, f"{{ {', '.join(parts)} }}", note)

    def _is_worth_saying(self, column: Column) -> bool:
        """Return whether a column that is not needed still has to be said for the others to mean something."""
        if column.name == "currency":
            return not {"amount", "amount_per_month", "cost"}.isdisjoint(self.best.told)
        if column.name == "stage" and self.best.entity == "opportunities":
            return "outcome" in self.best.told
        is_of_score = column.name in ("answered_at", "scale_low", "scale_high")
        return self.best.entity == "survey_responses" and is_of_score and "score" in self.best.told

    def _said(self, column: Column) -> Line:
        """Return what is said of a column that no header tells."""
        entity, told = self.best.entity, self.best.told
        if column.name == "stage":
            return Line("stage", _quoted(told["outcome"].found.header), f"{GUESS}: the outcome's words are those of a stage")
        if column.name == "currency":
            return self._currency()
        if column.name == "answered_at":
            why = "no column tells when it was answered; the file's own time stands for it, and without any an answer counts nowhere"
            return Line("answered_at", "{ file_time = true }", f"{GUESS}: {why}")
        if entity == "survey_responses" and column.name in ("instrument", "scale_low", "scale_high", "programme"):
            return self._survey(column.name)
        if entity == "cases" and column.name == "status" and (ended := told.get("resolved_at") or told.get("closed_at")):
            is_ended = f"[{{ column = {_quoted(ended.found.header)}, is_present = true }}]"
            told_by = f'{{ first = [{{ value = "solved", when = {is_ended} }}], empty = "open" }}'
            return Line("status", told_by, f"{GUESS}: no column tells the status; what has an end is solved")
        if (column.name,) == contract()[entity].key:
            why = "no column tells an id: the file's name and the record's number stand for it, so a later export adds to it"
            return Line(column.name, _quoted(RECORD), f"{GUESS}: {why}")
        if column.name == "line_number" and "order_id" in told:
            return Line(
                "line_number", f"{{ nth_of = {_quoted(told['order_id'].found.header)} }}", f"{GUESS}: its place in the order"
            )
        if column.name == "event":
            thing = name_of(self.file.name).replace("_", " ")
            return Line(
                "event", f"{{ value = {_quoted(thing)} }}", f"{GUESS}: no column tells what happened; the file's name does"
            )
        if column.name not in CAN_BE_SAID[entity]:
            return Line(column.name, '"?"', f"{FILL_IN}: the header of {_lower(column.comment)}")
        word, why = self._word(column)
        return Line(column.name, f"{{ value = {_quoted(word)} }}", f"{GUESS}: {why}")

    def _word(self, column: Column) -> tuple[str, str]:
        word, why = SAID[self.best.entity, column.name]
        if column.name == "kind" and self.best.entity == "customer_records":
            return self._kind_of_customer()
        return word, why

    def _kind_of_customer(self) -> tuple[str, str]:
        """Return whether the customer of a record is a person or a company, and why."""
        company = [one for one in self.best.told.values() if one.column in ("name", "record_id")]
        is_company = any(
            has_word(one.found.header, ("account", "company", "firma", "organization", "organisation")) for one in company
        )
        if is_company and "email" not in self.best.told:
            return "company", "its name is an account's or a company's, and no address of a person is told"
        return SAID["customer_records", "kind"]

    def _currency(self) -> Line:
        amount = self.best.told.get("amount") or self.best.told.get("amount_per_month")
        symbols = amount.found.numbers.symbols if amount and amount.found.numbers else ()
        known = guesses()["currencies"]
        if len(symbols) == 1:
            code = known.get(symbols[0], symbols[0])
            return Line("currency", f"{{ value = {_quoted(code)} }}", f"{GUESS}: the amounts are written with {symbols[0]}")
        in_header = CURRENCY.search(amount.found.header.upper().replace("_", " ")) if amount else None
        if in_header:
            return Line("currency", f"{{ value = {_quoted(in_header[1])} }}", f"{GUESS}: the header of the amounts says so")
        return Line(
            "currency", f"{{ value = {_quoted(self.currency)} }}", f"{GUESS}: no column tells it; the workspace's currency"
        )

    def _survey(self, column: str) -> Line:
        score = self.best.told.get("score")
        numbers = score.found.numbers if score else None
        words = words_of(score.found.header) if score else ()
        high = numbers.high if numbers else 10.0
        is_nps = high > 7 or bool({"nps", "recommend", "weiterempfehlung", "likelihood"} & set(words))
        if column == "programme":
            after = "case_id" in self.best.told
            word, why = ("transactional", "each answer names a case") if after else SAID["survey_responses", "programme"]
            return Line(column, f"{{ value = {_quoted(word)} }}", f"{GUESS}: {why}")
        if column == "instrument":
            why = "scores of more than 7, or a header of recommending" if is_nps else "scores up to 7 only"
            return Line(column, f"{{ value = {_quoted('nps' if is_nps else 'csat')} }}", f"{GUESS}: {why}")
        from_one = bool(numbers and numbers.low == 1 and (not is_nps or (score and len(score.found.values) >= ENOUGH_SCORES)))
        ends = (int(from_one or bool(numbers and numbers.low > 1 and not is_nps)), 10 if is_nps else 5 if high <= 5 else 7)
        why = "by the scores that there are"
        if is_nps and from_one and column == "scale_low":
            why = "nobody gave 0: a scale from 1 is a series of its own, never pooled with one from 0; write 0 where it could be given"
        return Line(column, f'{{ value = "{ends[column == "scale_high"]}" }}', f"{GUESS}: {why}")

    def _person(self) -> Iterator[tuple[Line, str]]:
        """Yield what a record of something else tells of its customer, each line with its header."""
        record = self.best.told.get("record_id")
        if self.best.entity == "customer_records" or record is None:
            return
        told = {one.found.header for one in self.best.told.values()}
        staff = guesses()["staff"]["words"]
        people = [one for one in self.file.columns if one.header not in told and not has_word(one.header, staff)]
        for name, words in (("name", ("name",)), ("region", guesses()["customer_records"]["region"])):
            fits = [one.header for one in people if has_word(one.header, words) and _tells_a_customer(one, name)]
            if fits:
                yield Line(name, _quoted(fits[0]), f'{GUESS}: "{fits[0]}" of the customer'), fits[0]
        yield Line("record_id", _quoted(record.found.header)), record.found.header


def _title(file_name: str) -> str:
    """Return what people call a file: its name's words, without dates and numbers."""
    words = re.sub(r"[\W\d_]+", " ", PurePath(own_name(file_name)).name.split(".")[0]).strip()
    return words[:1].upper() + words[1:] or "An export"


def _tells_a_customer(found: FoundColumn, column: str) -> bool:
    customer = guesses()["things"]["customer_records"]
    return has_word(found.header, customer) and not found.times if column == "name" else bool(found.values) and found.are_words


def _adding(more: Sequence[tuple[Line, str]], kind: str) -> Iterator[str]:
    lines = [line for line, _ in more]
    record = next(line for line in lines if line.left == "record_id")
    yield ""
    yield f"# {GUESS}: what each record tells of its customer, where no other export does"
    yield "[[rows]]"
    yield 'entity = "customer_records"'
    yield "adds   = true"
    yield f"when   = [{{ column = {record.right}, is_present = true }}]"
    yield ""
    yield "[rows.columns]"
    yield from (
        line.text(9)
        for line in [record, Line("kind", f"{{ value = {_quoted(kind)} }}"), *(one for one in lines if one is not record)]
    )


def _block(entity: str, lines: Sequence[Line], *, primary: bool) -> Iterator[str]:
    yield "[[rows]]"
    yield f"entity  = {_quoted(entity)}"
    yield f"primary = {str(primary).lower()}"
    yield ""
    yield "[rows.columns]"
    width = max(len(line.left) for line in lines)
    yield from (line.text(width) for line in lines)


def _properties(left: Sequence[FoundColumn], file: UnknownFile) -> Iterator[str]:
    """Yield the columns that are not used, as comments that need only their first sign taken away."""
    if not (left or file.lists or file.unnamed):
        return
    yield ""
    yield "# Not used. To keep one as a property take the # away, here and before its line; nobody may split by one that is sensitive."
    yield "# [rows.properties]"
    for one in left:
        key = _quoted(" ".join(words_of(one.header)) or one.header)
        if is_personal(one):
            yield f"# {key} = {{ column = {_quoted(one.header)}, sensitive = true }}"
        else:
            yield f"# {key} = {_quoted(one.header)}{_shown(one)}"
    yield from (
        f"# {_quoted(name)} is a list: a block with unnest = {_quoted(name)} makes a row of each element" for name in file.lists
    )
    yield from (f"# {_quoted(name)} cannot be named here: rename it in the export to use it" for name in file.unnamed)


def is_personal(found: FoundColumn) -> bool:
    """Return whether a column may tell who somebody is, or what nobody should be told apart by."""
    named = has_word(found.header, [*guesses()["personal"]["words"], *guesses()["staff"]["words"]])
    return named or found.is_email or (found.is_phone and not found.numbers and not found.times)


def _may_be_shown(found: FoundColumn) -> bool:
    return found.are_words and not is_personal(found)


def _shown(found: FoundColumn) -> str:
    """Return a comment with the words of a column, where they are few and nobody's own."""
    if not _may_be_shown(found) or found.numbers:
        return "" if found.values else "      # no record tells it"
    words = [word for word in found.distinct if len(word) <= LONGEST_WORD][:MOST_SHOWN]
    return f"      # {SAYS}: {', '.join(words)}".replace("\n", " ")


def _note(told: Fits, share: float = 1.0) -> str:
    most = f"; {1 - share:.0%} of its values cannot be read so" if share < 0.9999 else ""
    return f"{GUESS}: {told.reason}{most}"


def _in_words(formats: Sequence[str]) -> str:
    return " or ".join(formats)


def _by(best: Guess) -> str:
    telling = sorted(best.told.values(), key=lambda told: -told.fit)[:3]
    return ", ".join(f"{told.column} ({told.found.header})" for told in telling)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(_quoted, texts)) + "]"


def _lower(comment: str) -> str:
    return comment[:1].lower() + comment[1:].rstrip(".")
