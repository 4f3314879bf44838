"""The catalog of texts: `python -m tools.words` collects every text of the product and brings the catalogs up to date.

Texts are found where they stand: `_("…")`, `_n`, `_c`, `later` and `counted` in Python and in the templates, the words of page
declarations, and those of the metrics' files. A text that nobody says any more leaves the catalog; a new one enters it untranslated,
and a test fails until somebody has written it.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po

from metrics.language import FOLDER, LANGUAGES, SOURCE
from metrics.metric import TEXTS
from metrics.question import SPOKEN_OF_STAGES
from queries.intake.contract import contract

ROOT: Final = Path(__file__).parent.parent
KEYWORDS: Final[dict[str, Any]] = {
    **DEFAULT_KEYWORDS,
    "_n": (1, 2),
    "_c": ((1, "c"), 2),
    "later": None,
    "counted": (2, 3),
}
PAGE_WORDS: Final = {
    "Page": ("title", "question"),
    "Section": (0, "title", "question", "begins"),
    "Choice": ("words", "values", "nothing"),
}
"""What of a page's declaration is read by people."""
DECLARED: Final = {
    "metrics/definitions": TEXTS,
    "queries/dimensions": ("label",),
    "queries/segments": ("title", "label"),
    "queries/themes": ("title",),
    "queries/journeys": (*SPOKEN_OF_STAGES, "label"),
}
"""What of the declarations that ship is read by people."""
SENTENCE: Final = re.compile(r"^-- sentence: (.+)$", re.MULTILINE)
Message = tuple[Any, str, int, str | None]


def found() -> Catalog:
    """Returns every text of the product, with the places where it is said."""
    catalog = Catalog(project="customer-command-center", charset="utf-8", fuzzy=False)
    for text, path, line, context in [*_of_code(), *_of_templates(), *_of_pages(), *_of_declarations(), *_of_loads()]:
        catalog.add(text, locations=[(path, line)], context=context)
    return catalog


def _of_code() -> Iterator[Message]:
    for path in sorted([*(ROOT / "metrics").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]):
        yield from _extracted("python", path)


def _of_templates() -> Iterator[Message]:
    for path in sorted((ROOT / "dashboard" / "templates").glob("*.html")):
        yield from _extracted("jinja2.ext:babel_extract", path)


def _extracted(method: str, path: Path) -> Iterator[Message]:
    told = str(path.relative_to(ROOT))
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"} if path.suffix == ".html" else {}
    for line, text, _comments, context in extract_from_file(method, path, keywords=KEYWORDS, options=options):
        yield text, told, line, context


def _of_pages() -> Iterator[Message]:
    for path in sorted((ROOT / "dashboard" / "pages").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in PAGE_WORDS:
                for text, line in _words_of(call, PAGE_WORDS[call.func.id]):
                    yield text, str(path.relative_to(ROOT)), line, None


def _words_of(call: ast.Call, named: tuple[int | str, ...]) -> Iterator[tuple[str, int]]:
    given: dict[int | str, ast.expr] = {
        **dict(enumerate(call.args)),
        **{word.arg: word.value for word in call.keywords if word.arg},
    }
    for name in named:
        value = given.get(name)
        texts = [pair.elts[1] for pair in value.elts if isinstance(pair, ast.Tuple)] if isinstance(value, ast.List) else [value]
        for text in texts:
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
                yield text.value, text.lineno


def _of_declarations() -> Iterator[Message]:
    for folder, names in DECLARED.items():
        for path in sorted((ROOT / folder).glob("*.toml")):
            declared = tomllib.loads(path.read_text(encoding="utf-8"))
            for block in (declared, *declared.get("stages", ())):
                for name in names:
                    if block.get(name):
                        yield block[name], str(path.relative_to(ROOT)), 1, None
                if owner := block.get("owner"):
                    yield owner[:1].upper() + owner[1:], str(path.relative_to(ROOT)), 1, None


def _of_loads() -> Iterator[Message]:
    """What a load writes and keeps in whole sentences: of its checks, and of the records that it refuses."""
    for path in sorted((ROOT / "queries" / "checks").glob("*.sql")):
        told = str(path.relative_to(ROOT))
        name = path.stem.replace("_", " ")
        yield name[:1].upper() + name[1:], told, 1, None
        yield from ((text, told, 1, None) for text in SENTENCE.findall(path.read_text(encoding="utf-8")))
    for entity in contract().values():
        yield from ((rule.reason, f"queries/entities/{entity.name}.sql", 1, None) for rule in entity.rules)
    for path in sorted((ROOT / "queries" / "sources").glob("*.toml")):
        for block in tomllib.loads(path.read_text(encoding="utf-8")).get("leave_out", ()):
            if " deleted in " not in block["reason"]:
                yield block["reason"], str(path.relative_to(ROOT)), 1, None


def kept(language: str) -> Catalog:
    """Returns a language's catalog as it is kept."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """Returns a language's catalog with exactly the texts there are; what is translated already stays, nothing is guessed."""
    catalog = kept(language)
    catalog.update(found(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    for message in catalog:  # a text that gained a plural is marked so; it is told or it is not
        message.flags.discard("fuzzy")
    return catalog


def main() -> int:
    """Writes every catalog; returns how many texts wait for a translation, at most 1 as an exit code."""
    waiting = 0
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        catalog = updated(language)
        with (FOLDER / f"{language}.po").open("wb") as file:
            write_po(file, catalog, width=0, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
        untold = [message for message in catalog if message.id and not is_told(message)]
        waiting += len(untold)
        print(f"{LANGUAGES[language]}: {len(catalog)} texts, {len(untold)} wait for a translation")
    return min(waiting, 1)


def is_told(message: Any) -> bool:
    """Tells whether a text and all its plural forms are translated."""
    told = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(told) and not message.fuzzy


if __name__ == "__main__":
    sys.exit(main())
