"""Files of text that something is wrong with, or that only look so: one function a kind, each drawing its own details."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

HEADER = "order_id,email,ordered_at,amount,currency,status\n"
NAMES = ("order_id", "email", "ordered_at", "amount", "currency", "status")
Content = bytes | Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """One odd file: what is in it, or how it is made at a path; its records and what must become of it where that is sure."""

    content: Content
    records: int | None = None
    must: str = ""
    name: str = "orders.csv"


Made = Callable[[Random, str], Odd]
KINDS: dict[str, Made] = {}


def kind(name: str) -> Callable[[Made], Made]:
    """Name a kind of odd file."""

    def named(made: Made) -> Made:
        assert name not in KINDS, name
        KINDS[name] = made
        return made

    return named


def rows(own: str, count: int) -> list[str]:
    """Return good records as lines; `own` makes their ids this file's own."""
    return [f"{own}-{n},ben{n}@example.org,2026-10-0{1 + n % 9} 09:30,{n}.50,EUR,placed\n" for n in range(count)]


def table(own: str, count: int) -> str:
    """Return a good table."""
    return HEADER + "".join(rows(own, count))


def objects(own: str, count: int) -> list[dict[str, object]]:
    """Return good records as JSON objects."""
    return [dict(zip(NAMES, line.strip().split(","), strict=True)) for line in rows(own, count)]


def with_cells(own: str, column: str, cells: list[str]) -> str:
    """Return a table of which one column holds these cells."""
    place = NAMES.index(column)
    made = [line.strip().split(",") for line in rows(own, len(cells))]
    for cell, row in zip(cells, made, strict=True):
        row[place] = '"' + cell.replace('"', '""') + '"'
    return HEADER + "".join(",".join(row) + "\n" for row in made)


def _draw(draw: Random, most: int = 12) -> int:
    return draw.randint(2, most)


# ── bytes and encodings ────────────────────────────────────────────────────────────────────────────────────────────────


@kind("NUL bytes")
def _nul(draw: Random, own: str) -> Odd:
    text = bytearray(table(own, _draw(draw)).encode())
    for _ in range(draw.randint(1, 5)):
        text[draw.randrange(len(text))] = 0
    return Odd(content=bytes(text), must="refused")


@kind("NUL byte far behind")
def _nul_far(draw: Random, own: str) -> Odd:
    return Odd(content=table(own, 200).encode() + b"\0\n", must="refused")


@kind("UTF-8 and Western bytes mixed")
def _mixed(draw: Random, own: str) -> Odd:
    count = _draw(draw)
    good = [line.replace("ben", "bén") for line in rows(own, count)]
    half = count // 2
    return Odd(
        content=(HEADER + "".join(good[:half])).encode() + "".join(good[half:]).encode("cp1252"), records=count, must="loaded"
    )


@kind("the five bytes that Western text leaves undefined")
def _undefined(draw: Random, own: str) -> Odd:
    content = table(own, 5).encode().replace(b"ben", b"b\x81\x8d\x8f\x90\x9d\xe9n")
    return Odd(content=content, records=5, must="loaded")


def _encoded(encoding: str, mark: bytes, must: str = "loaded") -> Made:
    def made(draw: Random, own: str) -> Odd:
        count = _draw(draw)
        return Odd(content=mark + table(own, count).encode(encoding), records=count if must == "loaded" else None, must=must)

    return made


for _name, _encoding, _mark, _must in (
    ("UTF-8 with a mark", "utf-8", b"\xef\xbb\xbf", "loaded"),
    ("UTF-8 with two marks", "utf-8", b"\xef\xbb\xbf" * 2, "loaded"),
    ("UTF-16, little end first, with a mark", "utf-16-le", b"\xff\xfe", "loaded"),
    ("UTF-16, big end first, with a mark", "utf-16-be", b"\xfe\xff", "loaded"),
    ("UTF-16, little end first, without a mark", "utf-16-le", b"", "loaded"),
    ("UTF-16, big end first, without a mark", "utf-16-be", b"", "loaded"),
    ("UTF-32, little end first", "utf-32-le", b"\xff\xfe\0\0", "loaded"),
    ("UTF-32, big end first", "utf-32-be", b"\0\0\xfe\xff", "loaded"),
    ("UTF-32 without a mark", "utf-32-le", b"", "refused"),
    ("UTF-7", "utf-7", b"+/v8-", ""),
    ("UTF-16 behind the mark of UTF-8", "utf-16-le", b"\xef\xbb\xbf", "refused"),
    ("UTF-8 behind the mark of UTF-16", "utf-8", b"\xff\xfe", "refused"),
    ("EBCDIC", "cp037", b"", "refused"),
    ("Shift-JIS", "shift_jis", b"", "loaded"),
    ("GB 18030", "gb18030", b"", "loaded"),
):
    KINDS[_name] = _encoded(_encoding, _mark, _must)


@kind("UTF-16 with an odd byte")
def _odd_byte(draw: Random, own: str) -> Odd:
    return Odd(content=table(own, _draw(draw)).encode("utf-16") + b"x", must="refused")


@kind("UTF-16 with half of a pair")
def _half_pair(draw: Random, own: str) -> Odd:
    content = b"\xff\xfe" + table(own, 4).encode("utf-16-le") + b"\x00\xd8\n\0"
    return Odd(content=content, must="refused")


@kind("UTF-8 that writes half of a pair")
def _surrogate(draw: Random, own: str) -> Odd:
    return Odd(content=table(own, 4).encode().replace(b"ben", b"b\xed\xa0\x80n"), records=4, must="loaded")


@kind("overlong UTF-8")
def _overlong(draw: Random, own: str) -> Odd:
    return Odd(content=table(own, 4).encode().replace(b"ben", b"b\xc0\xafn"), records=4, must="loaded")


@kind("random bytes")
def _random(draw: Random, own: str) -> Odd:
    return Odd(content=draw.randbytes(draw.randint(1, 5000)), must="refused")


@kind("random printable letters")
def _letters(draw: Random, own: str) -> Odd:
    return Odd(content="".join(chr(draw.randint(32, 126)) for _ in range(draw.randint(1, 2000))).encode(), must="refused")


# ── line ends, quotes, rows ────────────────────────────────────────────────────────────────────────────────────────────


@kind("lines that end with a return alone")
def _returns(draw: Random, own: str) -> Odd:
    count = _draw(draw)
    return Odd(content=table(own, count).replace("\n", "\r").encode(), records=count, must="loaded")


@kind("line ends of two kinds")
def _two_ends(draw: Random, own: str) -> Odd:
    count = _draw(draw)
    lines = [line.replace("\n", draw.choice(["\n", "\r\n"])) for line in rows(own, count)]
    return Odd(content=(HEADER + "".join(lines)).encode(), records=count, must="loaded")


@kind("a bare return within lines")
def _bare(draw: Random, own: str) -> Odd:
    count = _draw(draw)
    lines = [line.replace("placed", "pla\rced") if draw.random() < 0.5 else line for line in rows(own, count)]
    return Odd(content=(HEADER + "".join(lines)).encode(), records=count)


@kind("other signs that end lines")
def _other_ends(draw: Random, own: str) -> Odd:
    ends = ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]
    lines = [line.replace("ben", f"b{draw.choice(ends)}n") for line in rows(own, 6)]
    return Odd(content=(HEADER + "".join(lines)).encode(), records=6, must="loaded")


@kind("a quote that never closes")
def _unclosed(draw: Random, own: str) -> Odd:
    lines = rows(own, count := _draw(draw))
    at = draw.randrange(count)
    lines[at] = '"' + lines[at]
    return Odd(content=(HEADER + "".join(lines)).encode(), must="refused")


@kind("a quote in the header that never closes")
def _unclosed_header(draw: Random, own: str) -> Odd:
    return Odd(content=('"' + table(own, 5)).encode(), must="refused")


@kind("quotes in the middle of cells")
def _middle(draw: Random, own: str) -> Odd:
    count = _draw(draw)
    lines = [line.replace("ben", 'b "the" en') if draw.random() < 0.7 else line for line in rows(own, count)]
    return Odd(content=(HEADER + "".join(lines)).encode(), records=count, must="loaded")


@kind("letters behind a closing quote")
def _behind(draw: Random, own: str) -> Odd:
    return Odd(content=(HEADER + "".join(f'"{own}-{n}" x,e@example.org,2026-10-01,1,EUR,placed\n' for n in range(4))).encode())


@kind("quotes of another kind")
def _other_quotes(draw: Random, own: str) -> Odd:
    lines = [",".join(f"'{cell}'" for cell in line.strip().split(",")) + "\n" for line in rows(own, 4)]
    return Odd(content=(HEADER + "".join(lines)).encode(), records=4)


@kind("quotes doubled by a backslash")
def _backslash(draw: Random, own: str) -> Odd:
    return Odd(content=with_cells(own, "email", ["a", "b"]).replace('"a"', r'"a\"b"').encode())


@kind("line breaks within quotes")
def _breaks(draw: Random, own: str) -> Odd:
    count = _draw(draw)
    return Odd(content=with_cells(own, "email", ["a\nb\r\nc\rd"] * count).encode(), records=count, must="loaded")


@kind("rows of too few and too many cells")
def _ragged(draw: Random, own: str) -> Odd:
    count = _draw(draw, 20)
    odd = [draw.choice([line, line.replace(",EUR", ""), line.replace(",EUR", ",EUR,x,y"), "x\n"]) for line in rows(own, count)]
    return Odd(content=(HEADER + rows(f"{own}z", 1)[0] + "".join(odd)).encode(), records=count + 1, must="loaded")


@kind("blank lines among the rows")
def _blank(draw: Random, own: str) -> Odd:
    count = _draw(draw)
    return Odd(content=("\n\r\n" + HEADER + "\n\n".join(rows(own, count)) + "\n\n").encode(), records=count, must="loaded")


@kind("lines of blanks among the rows")
def _blanks(draw: Random, own: str) -> Odd:
    return Odd(content=(HEADER + "  \n".join(rows(own, 4)) + "\t\n").encode(), records=8, must="loaded")


@kind("lines of blanks above the header")
def _above(draw: Random, own: str) -> Odd:
    return Odd(content=(draw.choice(["   \n", " ,,,,,\n", '""\n']) + table(own, 4)).encode())


@kind("a line about the delimiter above the header")
def _sep(draw: Random, own: str) -> Odd:
    return Odd(content=("sep=,\r\n" + table(own, 4)).encode())


@kind("lines of comment")
def _comments(draw: Random, own: str) -> Odd:
    return Odd(content=(HEADER + "# made by hand\n".join(rows(own, 5))).encode(), records=9, must="loaded")


@kind("the header again among the rows")
def _again(draw: Random, own: str) -> Odd:
    return Odd(content=(table(own, 4) + table(f"{own}b", 4)).encode(), records=9, must="loaded")


@kind("the last row without a line end")
def _no_end(draw: Random, own: str) -> Odd:
    count = _draw(draw)
    return Odd(content=table(own, count).rstrip("\n").encode(), records=count, must="loaded")


@kind("one delimiter in the header, another below")
def _delimiters(draw: Random, own: str) -> Odd:
    return Odd(content=(HEADER + "".join(rows(own, 5)).replace(",", draw.choice(";|\t"))).encode(), records=5)


# ── headers ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@kind("a column twice")
def _twice(draw: Random, own: str) -> Odd:
    text = table(own, 3).replace(",status", ",status,Status").replace(",placed", ",placed,completed")
    return Odd(content=text.encode(), must="refused")


@kind("columns without a name")
def _unnamed(draw: Random, own: str) -> Odd:
    return Odd(content=table(own, 3).replace("\n", ",,\n").encode(), must="refused")


@kind("no header")
def _no_header(draw: Random, own: str) -> Odd:
    return Odd(content="".join(rows(own, _draw(draw))).encode(), must="refused")


@kind("10,001 columns")
def _columns(draw: Random, own: str) -> Odd:
    wide = 10_001 - len(NAMES)
    text = table(own, 2).replace("status\n", "status," + ",".join(f"x{n}" for n in range(wide)) + "\n")
    return Odd(content=text.replace("placed\n", "placed" + "," * wide + "\n").encode(), must="refused")


@kind("a header of nothing but delimiters")
def _only_commas(draw: Random, own: str) -> Odd:
    return Odd(content=(",,,,,\n" * 4).encode(), must="refused")


@kind("headers with blanks, quotes and capitals")
def _dressed(draw: Random, own: str) -> Odd:
    text = table(own, 4).replace(HEADER, '" Order ID ","E-MAIL\n",Ordered_At,"amount ""!""",currency,STATUS\n')
    return Odd(content=text.replace("E-MAIL\n", "E-MAIL").encode(), records=4, must="loaded")


@kind("only a header")
def _only_header(draw: Random, own: str) -> Odd:
    return Odd(
        content=HEADER.replace("\n", "\n" * draw.randint(0, 4))
        .replace("order_id", f"order{'_' * draw.randint(1, 40)}id")
        .encode()
    )


@kind("only a footer")
def _only_footer(draw: Random, own: str) -> Odd:
    return Odd(content=f'"Grand Totals (0 records)"\n"Copyright (c) {own}"\n'.encode(), must="refused")


@kind("a header and a footer, nothing between")
def _footer(draw: Random, own: str) -> Odd:
    return Odd(content=(HEADER + f'"Grand Totals {own}"\n').encode())


# ── nearly nothing, far too much ───────────────────────────────────────────────────────────────────────────────────────


@kind("an empty file")
def _empty(draw: Random, own: str) -> Odd:
    return Odd(content=b"", must="refused")


@kind("only blanks")
def _only_blanks(draw: Random, own: str) -> Odd:
    return Odd(content=bytes(draw.choice(b" \t") for _ in range(draw.choice([1, 50, 9000]))), must="refused")


@kind("only line ends")
def _only_ends(draw: Random, own: str) -> Odd:
    return Odd(content=draw.choice([b"\n", b"\r\n", b"\r"]) * draw.choice([1, 3, 5000]), must="refused")


@kind("only a mark")
def _only_mark(draw: Random, own: str) -> Odd:
    marks = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"]
    return Odd(content=draw.choice(marks), must="refused")


@kind("one byte")
def _byte(draw: Random, own: str) -> Odd:
    return Odd(content=bytes([draw.randrange(256)]), must="refused")


@kind("a line of 100 MB")
def _long_line(draw: Random, own: str) -> Odd:
    return Odd(content=table(own, 2).encode() + draw.choice([b"x", b",", b'"']) * (100 << 20), must="refused")


@kind("a header line of 20 MB")
def _long_header(draw: Random, own: str) -> Odd:
    return Odd(content=b"x" * (20 << 20) + b"\n" + table(own, 2).encode(), must="refused")


@kind("a cell of 5 MB")
def _long_cell(draw: Random, own: str) -> Odd:
    return Odd(content=with_cells(own, "email", ["x" * (5 << 20), "b"]).encode(), records=2)


@kind("many short rows")
def _many(draw: Random, own: str) -> Odd:
    return Odd(content=(HEADER + rows(own, 1)[0] + "x\n" * 20_000).encode(), records=20_001, must="loaded")


# ── cells ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cells(column: str, *cells: str) -> Made:
    def made(draw: Random, own: str) -> Odd:
        chosen = [cell for cell in cells if draw.random() < 0.8] + [cells[0]]
        text = with_cells(own, column, chosen)
        return Odd(content=(text + rows(f"{own}g", 1)[0]).encode(), records=len(chosen) + 1)

    return made


for _name, _column, _values in (
    ("emojis", "email", ("👩‍👩‍👧‍👦@example.org", "🏳️‍🌈", "e\u0301\u0301\u0301", "\U0010ffff", "\ufffe")),
    ("text from right to left", "email", ("שלום@example.org", "\u202egpj.exe\u202c", "مرحبا", "\u2066a\u2069", "\u200f\u200e")),
    ("signs nobody sees", "order_id", ("a\u200bb", "\ufeffa", "\u00a0a", "\u00ada", "\u2060", "\x01\x02\x7f", "\x1b[31mred")),
    ("ids that are alike but for their case or blanks", "order_id", ("same", "SAME", " same ", "same\u00a0", "ｓａｍｅ")),
    ("formula cells", "email", ("=cmd|' /c calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "=HYPERLINK(\"http://x.example\")")),
    ("database words in cells", "order_id", ("'; drop table orders; --", '"; select 1; --', "$1", "{{7*7}}", "%s%n", "../../x", "\\")),
    (
        "days that cannot be",
        "ordered_at",
        ("0000-00-00", "0000-01-01", "99999-01-01", "-4712-01-01", "2026-02-30", "9999-12-31 23:59:59", "0001-01-01", "2026-13-01",
         "31.02.2026", "infinity", "-infinity", "epoch", "now", "today", "294247-01-10", "24:00", "2026-10-01 24:00:00",
         "2026-10-01 23:59:60", "1e308", "253402300800", "9223372036854775807", "2026-10-01T10:00:00+99:99"),
    ),
    ("the last day there is", "ordered_at", ("9999-12-31 23:59:59", "9999-12-31", "9999-12-30 12:00")),
    ("the first day there is", "ordered_at", ("0001-01-01", "0001-01-01 00:00:00", "0002-03-04 05:06")),
    (
        "numbers that cannot be",
        "amount",
        ("1e400", "-1e400", "NaN", "nan", "inf", "-Infinity", "1e30", "9" * 40, "9" * 5000, "0x10", "1_000", "--5", "1,2,3", "1.2.3",
         "٣", "½", "1e-400", "", "€", "5 €", "1'000.50", "−5", "１２", "9999999999999999.99", "99999999999999999.99", "-0"),
    ),
    ("the largest amounts there are", "amount", ("99999999999999.99", "-99999999999999.99", "99999999999999.98")),
    ("currencies that are none", "currency", ("", "E", "EURO", "€€€", "eur", "\U0001f4b6\U0001f4b6\U0001f4b6", "A\u0301B", "   ")),
    ("words nobody declared", "status", ("", "PLACED", "verschickt", "x" * 1000, "placed; drop", "\u202eplaced", "null", "None")),
):  # fmt: skip
    KINDS[_name] = _cells(_column, *_values)


# ── JSON ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(own: str, count: int, *more: str, records: int | None = None, must: str = "") -> Odd:
    text = "".join(json.dumps(one) + "\n" for one in objects(own, count)) + "".join(f"{line}\n" for line in more)
    told = count + len(more) if records is None else records
    return Odd(content=text.encode("utf-8", "surrogatepass"), records=told, must=must, name="orders.jsonl")


def _array(content: str, records: int | None = None, must: str = "") -> Odd:
    return Odd(content=content.encode("utf-8", "surrogatepass"), records=records, must=must, name="orders.json")


@kind("JSON arrays within arrays without end")
def _deep(draw: Random, own: str) -> Odd:
    deep = draw.choice([500, 5_000, 100_000])
    return _array("[" * deep + "]" * deep)


@kind("JSON objects within objects without end")
def _deep_objects(draw: Random, own: str) -> Odd:
    deep = draw.choice([100, 2_000, 100_000])
    return _array('{"a":' * deep + "1" + "}" * deep)


@kind("a deep value in a JSON line")
def _deep_line(draw: Random, own: str) -> Odd:
    deep = draw.choice([50, 1_000, 50_000])
    return _lines(own, 3, '{"order_id": ' + "[" * deep + "]" * deep + ', "status": "placed"}', must="loaded")


@kind("a JSON key twice")
def _key_twice(draw: Random, own: str) -> Odd:
    twice = json.dumps(objects(own, 1)[0])[:-1] + ', "amount": "77", "amount": "78"}'
    return _lines(f"{own}b", 2, twice, must="loaded")


@kind("a JSON key twice in an array")
def _key_twice_array(draw: Random, own: str) -> Odd:
    twice = json.dumps(objects(own, 1)[0])[:-1] + ', "amount": "77", "amount": "78"}'
    return _array(f"[{twice}]", records=1, must="loaded")


@kind("JSON that is one value")
def _scalar(draw: Random, own: str) -> Odd:
    return _array(draw.choice(['"text"', "1", "null", "true", "[]", "{}", '""', "[[]]", "[{}]", "[1, 2]"]), must="refused")


@kind("values that are no objects among JSON lines")
def _values(draw: Random, own: str) -> Odd:
    return _lines(own, 3, "1", '"text"', "null", "[1, 2]", "{", must="loaded")


@kind("an array among JSON lines")
def _array_among(draw: Random, own: str) -> Odd:
    return _lines(own, 3, json.dumps(objects(f"{own}b", 2)), must="loaded")


@kind("values that are no objects in a JSON array")
def _values_in_array(draw: Random, own: str) -> Odd:
    return _array(json.dumps([*objects(own, 3), 1, "text", None, [1], {}]), records=8, must="loaded")


@kind("a JSON array that is cut off")
def _cut_array(draw: Random, own: str) -> Odd:
    whole = json.dumps(objects(own, 6))
    return _array(whole[: draw.randrange(2, len(whole))], must="refused")


@kind("JSON over several lines that is no array")
def _pretty(draw: Random, own: str) -> Odd:
    return _array(json.dumps(objects(own, 1)[0], indent=2), must="refused")


@kind("two JSON objects on one line")
def _two_objects(draw: Random, own: str) -> Odd:
    return _lines(own, 3, json.dumps(objects(f"{own}b", 1)[0]) * 2, must="loaded")


@kind("JSON numbers that are none")
def _not_numbers(draw: Random, own: str) -> Odd:
    bad = [
        json.dumps(one).replace('"0.50"', draw.choice(["NaN", "Infinity", "1e400", "-0", "01", "9" * 6000]))
        for one in objects(own, 1)
    ]
    return _lines(f"{own}b", 3, *bad, must="loaded")


@kind("JSON numbers that are none, in an array")
def _not_numbers_array(draw: Random, own: str) -> Odd:
    bad = json.dumps(objects(own, 2)).replace(
        '"0.50"', draw.choice(["NaN", "Infinity", "1e400", "-0", "9" * 6000, "0.1" + "0" * 400])
    )
    return _array(bad)


@kind("half of a pair in JSON")
def _half_in_json(draw: Random, own: str) -> Odd:
    return _lines(own, 2, json.dumps({**objects(f"{own}b", 1)[0], "email": "x"}).replace('"x"', '"a\\ud800b"'), must="loaded")


@kind("half of a pair in a JSON array")
def _half_in_array(draw: Random, own: str) -> Odd:
    return _array(json.dumps(objects(own, 2)).replace("ben1", "b\\ud83d"), records=2, must="loaded")


@kind("NUL in JSON")
def _nul_in_json(draw: Random, own: str) -> Odd:
    return _lines(own, 2, json.dumps({**objects(f"{own}b", 1)[0], "email": "a\0b"}), must="loaded")


@kind("JSON with commas too many, comments, single quotes")
def _loose(draw: Random, own: str) -> Odd:
    return _array(
        draw.choice(["[{'order_id': '1'}]", '[{"order_id": 1,}]', '[/* x */ {"order_id": 1}]', "{order_id: 1}"]), must="refused"
    )


@kind("JSON with 10,001 keys")
def _keys(draw: Random, own: str) -> Odd:
    return _lines(own, 1, json.dumps({**objects(f"{own}b", 1)[0], **{f"k{n}": n for n in range(10_001)}}), must="refused")


@kind("odd JSON keys")
def _odd_keys(draw: Random, own: str) -> Odd:
    odd = {
        "": 1,
        "a/b~c": 2,
        'a"b': 3,
        "a\nb": 4,
        " ": 5,
        "@line": 6,
        "\u202e": 7,
        "ORDER_ID": 8,
        "k" * draw.choice([10, 70_000]): 9,
    }
    return _lines(own, 1, json.dumps({**objects(f"{own}b", 1)[0], **odd}))


@kind("JSON values of every kind in one column")
def _every_kind(draw: Random, own: str) -> Odd:
    values: Iterator[object] = iter([1, 1.5, True, None, [1], {"a": 1}, "text", ""])
    more = [json.dumps({**objects(f"{own}{n}", 1)[0], "amount": value}) for n, value in enumerate(values)]
    return _lines(own, 1, *more, must="loaded")


# ── what is no table at all ────────────────────────────────────────────────────────────────────────────────────────────

for _name, _content in (
    ("a web page", b"<!doctype html><html><body>Please sign in</body></html>"),
    ("XML", b"<?xml version='1.0'?><orders><order id='1'/></orders>"),
    ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ("a program", b"\x7fELF\x02\x01\x01" + bytes(64)),
    ("another database", b"SQLite format 3\0" + bytes(100)),
    ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ("bzip2", b"BZh91AY&SY" + bytes(40)),
    ("xz", b"\xfd7zXZ\0" + bytes(40)),
    ("zstd", b"\x28\xb5\x2f\xfd" + bytes(40)),
    ("7-zip", b"7z\xbc\xaf\x27\x1c" + bytes(40)),
    ("Avro", b"Obj\x01\x04\x14avro.codec" + bytes(20)),
    ("ORC", b"ORC" + bytes(40)),
    ("Arrow", b"ARROW1\0\0" + bytes(40)),
    ("a mail", b"From: a@example.com\nSubject: orders\n\nSee the file.\n"),
    ("RTF", b"{\\rtf1\\ansi orders}"),
    ("YAML", b"- order_id: 1\n  amount: 5\n"),
    ("SQL", b"insert into orders values (1, 2);\n"),
):
    KINDS[_name] = lambda draw, own, content=_content: Odd(content=content + own.encode(), must="refused")
