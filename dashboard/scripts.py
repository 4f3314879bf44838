"""The files that a page loads: which of Dash's own it can do without, under what name they are kept, and that they are packed first."""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Flask

ASSETS: Final = Path(__file__).parent.parent / "assets"
UNUSED: Final = ("/dash_table/", "/polyfill@")
"""Of what Dash puts on every page: its table, and what browsers of ten years ago lack and components that are loaded later call for."""
FINGERPRINT: Final = re.compile(r"\.v[\w-]+m[0-9a-fA-F]+\.")
LOADED: Final = re.compile(r'(?:src|href)="(/(?:assets|_dash-component-suites)/[^"]+)"')
ONE_YEAR: Final = 31_536_000


def needed(scripts: str) -> str:
    """Returns Dash's script tags, one a line, without those that no page of ours runs."""
    return "\n".join(line for line in scripts.splitlines() if not any(name in line for name in UNUSED))


@cache
def asset(name: str) -> str:
    """Returns the address of a file in assets/ with the mark of its content; another content has another address."""
    return f"/assets/{name}?m={sha256((ASSETS / name).read_bytes()).hexdigest()[:12]}"


def is_kept(path: str, mark: str | None) -> bool:
    """True for an address that names one content for good: a browser that has it never asks again."""
    is_dash_s = path.startswith("/_dash-component-suites/") and FINGERPRINT.search(path) is not None
    return is_dash_s or (path.startswith("/assets/") and bool(mark))


def loaded_by(document: str) -> Iterator[str]:
    """Yields the address of every file of ours that a document loads."""
    yield from LOADED.findall(document)


def prepare(server: Flask) -> None:
    """Asks for the first page and for what it loads, as a browser does: all of it is packed before anybody waits for it.

    Dash knows the scripts it may serve only after it has made a page, and another worker may be asked for them first.
    """
    with server.test_client() as client:
        for address in loaded_by(client.get("/", follow_redirects=True).get_data(as_text=True)):
            client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)
