"""What this layer refuses.

DashboardError
├── BadInput      a request that no page of ours sends: answered with 400
├── NotAllowed    who asks may not have or do this: answered with 403
└── PageProblem   a page declaration that cannot be used: told when the app is made
"""


class DashboardError(Exception):
    """Anything this layer refuses; its text is one sentence for the reader."""


class BadInput(DashboardError):
    """A request that no page of ours sends."""


class NotAllowed(DashboardError):
    """Who asks may not have or do this."""


class PageProblem(DashboardError):
    """A page declaration that cannot be used."""
