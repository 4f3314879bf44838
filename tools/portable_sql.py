"""`python -m tools.portable_sql [ROOT]`: every breach in one list, and 1 as the exit code when there is one."""

import sys
from collections.abc import Iterator
from pathlib import Path

from queries.portable_sql import (
    breaches_of_figure,
    breaches_of_model,
    breaches_of_sql,
    breaches_of_transpiling,
    read,
    tables_known,
)
from queries.portable_sql.model import Breach, Unparsable

MODELS = ("identity", "facts")
DECLARED = ("entities", "declared")


def breaches_under(root: Path) -> Iterator[Breach]:
    """Judge every .sql file under `root`/queries, each by the rules of its folder."""
    queries = root / "queries"
    files = sorted(queries.rglob("*.sql"))
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    models = [(path, texts[path]) for path in files if path.relative_to(queries).parts[0] in MODELS]
    declared = [(path, texts[path]) for path in files if path.relative_to(queries).parts[0] in DECLARED]
    known = tables_known(models, declared)
    for path in files:
        room = path.relative_to(queries).parts[0]
        try:
            sql = read(str(path.relative_to(root)), texts[path], known)
        except Unparsable as problem:
            yield problem.breach
            continue
        yield from breaches_of_sql(sql)
        if room == "figures":
            yield from breaches_of_figure(sql)
        if room in MODELS:
            yield from breaches_of_model(sql)
            yield from breaches_of_transpiling(sql)


def main(root: Path) -> int:
    breaches = list(breaches_under(root))
    for breach in breaches:
        print(breach)
    count = len(list((root / "queries").rglob("*.sql")))
    print(
        f"{count} SQL files, {len(breaches)} breaches of the portable subset."
        if breaches
        else f"{count} SQL files keep to the rules."
    )
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path()))
