"""Writes the exports of Fernhill Energy, an invented energy and home-services company.

python -m sample_data.generate --out sample_data/exports
python -m sample_data.generate --out sample_data/tiny --size tiny
python -m sample_data.generate --live --inbox workspace/inbox --every 5
"""

import argparse
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sample_data import hubspot, qualtrics, zendesk
from sample_data.audits import base_audits
from sample_data.cases import in_zendesk
from sample_data.dirt import spoil
from sample_data.documented import documented_tables
from sample_data.live import drop_hours
from sample_data.moments import CRM_NOW, NOW, SURVEY_NOW
from sample_data.sizes import SEED, SIZES
from sample_data.story import truth_of
from sample_data.world import World, make_world
from sample_data.writers import Table, write, write_lines

AUDITS = "zendesk_ticket_audits.jsonl"
TEMPLATES = Path(__file__).parent / "workspace"
TRUTH = ".truth"


def tables_of(world: World) -> dict[str, Table]:
    """Every table, dirt included, by file name."""
    at_the_desk = [case for case in world.cases if in_zendesk(case)]
    tables = [
        hubspot.contacts_table(world),
        zendesk.tickets_table(world, at_the_desk),
        qualtrics.nps_table(world),
        *documented_tables(world),
    ]
    by_file = {table.file: table for table in tables}
    spoil(by_file, world)
    return by_file


def write_exports(world: World, out: Path) -> dict[str, object]:
    """Write every export, and beside them in a hidden folder what a loader must find; return that."""
    out.mkdir(parents=True, exist_ok=True)
    tables = tables_of(world)
    for table in tables.values():
        _told_at(write(table, out), table.source)
    lines = base_audits([case for case in world.cases if in_zendesk(case)])
    write_lines(out / AUDITS, lines)
    _told_at(out / AUDITS, "zendesk")
    manifest: dict[str, object] = {file: table.truth() for file, table in sorted(tables.items())}
    manifest[AUDITS] = {"entity": "case_events", "source": "zendesk", "records": len(lines), "duplicates": 0, "rejected": []}
    folder = out / TRUTH
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "truth.json").write_text(json.dumps(truth_of(world), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return manifest


def _told_at(path: Path, source: str) -> None:
    """Give a file the time at which its system wrote it."""
    moment = {"hubspot": CRM_NOW, "qualtrics": SURVEY_NOW, "askwell": SURVEY_NOW}.get(source, NOW)
    os.utime(path, (moment, moment))


def prepare_workspace(folder: Path) -> None:
    """Copy the company's declarations into a workspace; what is there already stays."""
    for template in sorted(path for path in TEMPLATES.rglob("*") if path.is_file()):
        target = folder / template.relative_to(TEMPLATES)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copyfile(template, target)


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sample_data.generate", description="Writes the exports of an invented company."
    )
    parser.add_argument("folder", nargs="?", type=Path, help="where the exports go")
    parser.add_argument("--out", type=Path, help="the same")
    parser.add_argument("--size", choices=sorted(SIZES), default="full")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workspace", type=Path, help="also copy the company's declarations into this workspace")
    parser.add_argument("--live", nargs="?", const=True, type=Path, help="drop the following hours into this inbox")
    parser.add_argument("--inbox", type=Path, help="the inbox of --live")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two drops")
    parser.add_argument("--hours", type=int, default=0, help="stop after so many hours; 0 goes on")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Do what the command line says."""
    asked = arguments(words)
    size, out = SIZES[asked.size], asked.out or asked.folder
    if asked.workspace:
        prepare_workspace(asked.workspace)
        out = out or asked.workspace / "exports"
    if out is None and not asked.live:
        raise SystemExit("Say where the exports go: python -m sample_data.generate --out FOLDER")
    world = make_world(size, asked.seed)
    if out is not None:
        manifest = write_exports(world, out)
        print(f"{len(manifest)} files in {out}")
    if asked.live:
        inbox = asked.inbox or (asked.live if isinstance(asked.live, Path) else None)
        if inbox is None:
            raise SystemExit("Say where the inbox is: --live --inbox workspace/inbox")
        print("Dropping hour after hour. Stop with Ctrl-C.", flush=True)
        with suppress(KeyboardInterrupt):
            drop_hours(world, inbox, every=asked.every, hours=asked.hours)


if __name__ == "__main__":
    main()
