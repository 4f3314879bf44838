"""`cx access-request`: everything that is held about one person, as a folder or a zip file for that person."""

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from metrics import CommandCenter
from metrics.answer import json_ready
from metrics.errors import QuestionError
from queries.access import Held, Rows, everything_about
from queries.audit import audit
from queries.workspace import Workspace

TITLES = {
    "exported": "What the exports say, as they say it",
    "told": "What was read from them, with source, file and line",
    "reckoned": "What was worked out from it: identity, segments, promises, whether contact is allowed",
    "kept": "What is kept beside it",
}
PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>What is held about $customer</title>
<style>body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;display:block;overflow-x:auto}
th,td{border:1px solid #999;padding:.2rem .5rem;text-align:left;vertical-align:top}summary{cursor:pointer}</style></head>
<body><h1>What is held about $customer</h1>
<p>As of $asked_at (UTC): $rows rows. The same is in data.json, and each table in a CSV file.</p>
$body
</body></html>
""")


def access_request(
    customer: Annotated[str, typer.Argument(help="A customer id, SOURCE:ID of a record, an e-mail address or a phone number.")],
    out: Annotated[Path, typer.Option(help="The FILE.zip or the new FOLDER to write.", show_default=False)],
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Write everything held about one person: every record of every export, every row, why they are one person, what was reckoned.

    Nothing is masked, so see that it reaches the person and nobody else. It is written as JSON, as CSV and as a page to read, and
    told in registry/audit.jsonl.
    """
    found = Workspace.at(workspace)
    person, _, known = CommandCenter.open(workspace).person(customer)
    customer_id = str(known.customer["customer_id"])
    if out.exists():
        raise QuestionError("there is something of this name already", where=str(out), instead="Name a new file or folder")
    held = everything_about(found, customer_id, person)
    audit(found, "access-request", person, {"rows": held.rows})
    _write(out, dict(_files(held)))
    counts = {part: {name: len(rows) for name, rows in tables.items()} for part, tables in held.parts.items()}
    if as_json:
        terminal.say_json(
            {
                "customer_id": customer_id,
                "rows": held.rows,
                "counts": counts,
                "named_in": held.named_in,
                "unsearched": held.unsearched,
            }
        )
    else:
        terminal.say_line(f"Wrote {out}: {held.rows:,} rows about {customer_id}, unmasked.")


def _files(held: Held) -> Iterator[tuple[str, str]]:
    parts = json_ready(held.parts)
    told = {
        "customer_id": held.customer_id,
        "asked_at": held.asked_at.isoformat(),
        **parts,
        "named_in": held.named_in,
        "unsearched": held.unsearched,
    }
    yield "data.json", json.dumps(told, indent=1, ensure_ascii=False, default=str)
    for part, tables in held.parts.items():
        for name, rows in tables.items():
            yield f"{part}/{_safe(name)}.csv", _csv(rows)
    yield "index.html", _page(held)


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".")


def _columns(rows: Rows) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _csv(rows: Rows) -> str:
    stream, columns = io.StringIO(), _columns(rows)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([terminal.harmless(name) for name in columns])
    writer.writerows([terminal.harmless(json_ready(row.get(name))) for name in columns] for row in rows)
    return stream.getvalue()


def _page(held: Held) -> str:
    body = [line for part, tables in held.parts.items() for line in _section(TITLES[part], tables)]
    if held.named_in:
        body += ["<h2>Named in further files</h2><ul>", *(f"<li>{html.escape(name)}</li>" for name in held.named_in), "</ul>"]
    if held.unsearched:
        body += [
            "<h2>Files that could not be searched</h2><ul>",
            *(f"<li>{html.escape(name)}</li>" for name in held.unsearched),
            "</ul>",
        ]
    return PAGE.substitute(
        customer=html.escape(held.customer_id), asked_at=held.asked_at.isoformat(" "), rows=f"{held.rows:,}", body="\n".join(body)
    )


def _section(title: str, tables: Mapping[str, Rows]) -> Iterator[str]:
    yield f"<h2>{html.escape(title)}</h2>"
    for name, rows in tables.items():
        columns = _columns(rows)
        yield f"<details><summary>{html.escape(name)}: {len(rows):,}</summary><table><tr>"
        yield "".join(f"<th>{html.escape(column)}</th>" for column in columns) + "</tr>"
        for row in rows:
            cells = ("" if row.get(column) is None else html.escape(str(row[column])) for column in columns)
            yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        yield "</table></details>"


def _write(out: Path, files: dict[str, str]) -> None:
    try:
        if out.suffix.lower() == ".zip":
            out.touch(mode=0o600)
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in files.items():
                    archive.writestr(name, text)
            return
        for name, text in files.items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        what = f"the disk refuses it ({(error.strerror or type(error).__name__).lower()})"
        raise QuestionError(what, where=str(out), instead="Name a place that can be written to") from error
