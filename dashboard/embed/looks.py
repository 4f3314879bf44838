"""How a chart on another page may look: the words of its link, of `cx embed` and of the dialog, which are the same."""

from typing import Final

from metrics.language import LANGUAGES

LOOKS: Final = {"theme": ("light", "dark"), "lang": tuple(LANGUAGES), "size": ("small", "large")}
"""What each may be. Left out, the colours are those of the page around, the language is the reader's, the letters are as usual."""
