"""The licences of what is installed here, as each distribution's own metadata tells them: `python -m tools.licences`.

Allowed is what a company may run and pass on without opening anything of its own. The Mozilla licence is: it asks for changes of its own
files alone, and we change none.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageMetadata, distributions
from typing import Final

OURS: Final = "customer-command-center"
ALLOWED: Final = (
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0",
    "PSF-2.0", "Unlicense", "Zlib",
)  # fmt: skip
CALLED: Final = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
READ_BY_HAND: Final = {"axe-playwright-python": "MIT"}
"""What tells no licence in its metadata, and which one lies beside it."""


def licences() -> dict[str, str]:
    """Returns the licence of every distribution but ours, by name; empty where none is told."""
    found = {str(one.metadata["Name"]): licence_of(one.metadata) for one in distributions()}
    return {name: told or READ_BY_HAND.get(name, "") for name, told in sorted(found.items()) if name != OURS}


def licence_of(told: PackageMetadata) -> str:
    """Returns a licence as an expression: the one told, else the classifiers, of which all hold, else the old field."""
    if told.get("License-Expression"):
        return str(told["License-Expression"])
    classified = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    named = [CALLED.get(one, one) for one in classified if one != "OSI Approved"]
    written = str(told.get("License") or "").strip().partition("\n")[0]
    return " AND ".join(named) or CALLED.get(written, written)


def is_allowed(licence: str) -> bool:
    """Tells whether every licence that has to be taken is an allowed one; of several to choose from one is enough."""
    parts = re.split(r"\s+AND\s+", re.sub(r"[()]", "", licence)) if " OR " not in licence or " AND " not in licence else [licence]
    return all(any(one.strip() in ALLOWED for one in _choices(part)) for part in parts)


def _choices(part: str) -> Iterable[str]:
    words = re.sub(r"[()]", " ", part)
    if " AND " in words:  # of a mixed expression each name has to be allowed
        names = re.split(r"\s+(?:AND|OR)\s+", words)
        return names[:1] if all(name.strip() in ALLOWED for name in names) else ()
    return re.split(r"\s+OR\s+", words)


def refused() -> Iterator[str]:
    """Yields a sentence for each distribution whose licence is not allowed, or not known."""
    for name, licence in licences().items():
        if not is_allowed(licence):
            yield f"{name}: {licence or 'tells no licence'}"


def main() -> int:
    problems = [*refused()]
    print(*problems, f"{len(licences()):,} distributions, {len(problems)} with a licence that is not allowed.", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
