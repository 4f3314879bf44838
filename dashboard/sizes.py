"""How large a file is, in words."""

from dashboard.reader import Reader

UNITS = ("kB", "MB", "GB")


def size_words(size: int, reader: Reader) -> str:
    """Returns a size of so many bytes as people read it: "812 bytes", "4.2 MB", "8 GB"."""
    if size < 1000:
        return f"{reader.count(size)} B"
    shown, unit = size / 1024, UNITS[0]
    for larger in UNITS[1:]:
        if shown >= 999.5:
            shown, unit = shown / 1024, larger
    return f"{reader.number(shown, 0 if shown >= 10 or shown == int(shown) else 1)} {unit}"
