"""What this layer refuses.

DashboardError
├── BadInput      a request that no page of ours sends: answered with 400
├── NotAllowed    who asks may not have or do this: answered with 403
├── NoPicture     a picture that cannot be taken here: answered with 501 where something has to be installed, else with 503
├── EmbedRefused  a link to a chart that opens nothing: answered with a page that says why
└── PageProblem   a page declaration that cannot be used: told when the app is made
"""


class DashboardError(Exception):
    """Anything this layer refuses; its text is one sentence for the reader."""


class BadInput(DashboardError):
    """A request that no page of ours sends."""


class NotAllowed(DashboardError):
    """Who asks may not have or do this."""


class NoPicture(DashboardError):
    """A picture that cannot be taken. is_absent: what takes pictures is not installed, and the sentence says what to install."""

    def __init__(self, sentence: str, *, is_absent: bool = False) -> None:
        super().__init__(sentence)
        self.is_absent = is_absent


class EmbedRefused(DashboardError):
    """A link to a chart that opens nothing. gone: it did once.   audience: the host whose page may show why; any where it is not known."""

    def __init__(self, sentence: str, *, gone: bool = False, audience: str = "") -> None:
        super().__init__(sentence)
        self.gone, self.audience = gone, audience


class PageProblem(DashboardError):
    """A page declaration that cannot be used."""
